/**
 * Payload format 1.0: REST APIs, and HTTP APIs set to it. Its maps are decoded and have lost their order.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
import { HttpError } from '../../http/error.ts';
import { isRecord } from '../../http/json.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import { joinCookies, multiPairs, readBody, readHeaders, readMethod, singlePairs, text } from './fields.ts';
import { type Format, maxLambdaResultBytes, type WholeResponse } from './format.ts';
import { type Invocation, toContext } from './invocation.ts';
import type { Prelude } from './prelude.ts';
import { groupedHeaders, preludeParts, type ResultParts, resultJson, resultParts } from './result.ts';
import { type StageContext, withoutStage } from './stage.ts';
import { queryFromDecoded, targetFromDecoded, targetFromRaw } from './target.ts';

export interface PayloadV1 {
  /** `1.0` from an HTTP API; a REST API sends none. */
  readonly version?: unknown;
  readonly httpMethod: unknown;
  readonly path?: unknown;
  readonly headers?: unknown;
  readonly multiValueHeaders?: unknown;
  readonly queryStringParameters?: unknown;
  readonly multiValueQueryStringParameters?: unknown;
  readonly requestContext?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

/** Load balancers send `httpMethod` too, so they must have been recognised before. */
export function isPayloadV1(event: Record<string, unknown>): event is Record<string, unknown> & PayloadV1 {
  return typeof event.httpMethod === 'string';
}

/**
 * "Total combined size of all header values" of a REST API; an HTTP API says it of requests only.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
const maxRestValueBytes = 10_240;

export function payloadV1(event: PayloadV1): Format {
  const maxValueBytes = event.version === '1.0' ? Number.POSITIVE_INFINITY : maxRestValueBytes;
  return {
    name: 'payload-v1',
    toRequest: (invocation) => toRequest(event, invocation),
    toResult: (res, method) => toResult(res, method, maxValueBytes),
    toJson: resultJson,
    toPrelude: (res, method) => toPrelude(res, method, maxValueBytes),
    maxResultBytes: maxLambdaResultBytes,
    streams: true,
  };
}

function toRequest(event: PayloadV1, invocation: Invocation): HttpRequest {
  const context = isRecord(event.requestContext) ? event.requestContext : {};
  const identity = isRecord(context.identity) ? context.identity : {};
  return {
    method: readMethod(event.httpMethod),
    target: target(event, context),
    headers: readHeaders(joinCookies(preferMulti(event.multiValueHeaders, event.headers)), context.domainName),
    body: readBody(event.body, event.isBase64Encoded),
    context: toContext(invocation, { clientIp: text(identity.sourceIp), platform: event.requestContext }),
  };
}

/** Recorded: a REST API hands the path out as sent and without its stage, an HTTP API decoded and with a named one. */
function target(event: PayloadV1, context: StageContext & { readonly path?: unknown }): string {
  const query = queryFromDecoded(preferMulti(event.multiValueQueryStringParameters, event.queryStringParameters));
  if (event.version !== '1.0') return targetFromRaw(event.path, query);
  const decoded = targetFromDecoded(event.path, query);
  // Both paths of the event begin with the stage; were the first one without it, the app's own would be cut off.
  const isOff = text(context.path) === `/${text(context.stage)}${text(event.path)}`;
  return isOff ? decoded : withoutStage(context, decoded);
}

/** Both maps are sent; the single one has the last value only. */
function preferMulti(multi: unknown, single: unknown): [string, unknown][] {
  const pairs = multiPairs(multi);
  return pairs.length > 0 ? pairs : singlePairs(single);
}

/** Recorded: a REST API renames these to `x-amzn-Remapped-…`, which nobody wants. */
const remapped = new Set(['connection', 'content-length', 'date', 'server']);

/** One map only: a REST API merges two into repeated values, and refuses members it does not know. */
function toResult(res: WholeResponse, method: string, maxValueBytes: number): object {
  const parts = resultParts(res, method, remapped);
  return { statusCode: res.status, multiValueHeaders: allHeaders(parts, maxValueBytes), ...parts.encoded };
}

function toPrelude(res: HttpResponse, method: string, maxValueBytes: number): Prelude {
  const parts = preludeParts(res, method, remapped);
  return { statusCode: res.status, multiValueHeaders: allHeaders(parts, maxValueBytes) };
}

function allHeaders({ headers, cookies }: ResultParts, maxValueBytes: number): Record<string, string[]> {
  const map = groupedHeaders(headers);
  if (cookies.length > 0) map['set-cookie'] = [...cookies];
  const size = Object.values(map)
    .flat()
    .reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (size > maxValueBytes) throw tooLarge(size, maxValueBytes);
  return map;
}

function tooLarge(size: number, limit: number): HttpError {
  const message = `the header values of the answer take ${size} bytes, a REST API passes ${limit} on`;
  return new HttpError(413, 'UP_RESPONSE_HEADERS_TOO_LARGE', message);
}
