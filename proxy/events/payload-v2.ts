/**
 * Payload format 2.0: what HTTP APIs and Function URLs send and accept.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { HttpError } from '../../http/error.ts';
import { isRecord } from '../../http/json.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import { readBody, readHeaders, readMethod, singlePairs, text } from './fields.ts';
import { type Format, maxLambdaResultBytes, type WholeResponse } from './format.ts';
import { type Invocation, toContext } from './invocation.ts';
import type { Prelude } from './prelude.ts';
import { joinedHeaders, preludeParts, resultJson, resultParts } from './result.ts';
import { withoutStage } from './stage.ts';
import { targetFromDecoded, targetFromRaw } from './target.ts';

/** AWS guarantees `version` and `requestContext.http`; console tests leave out most others. */
export interface PayloadV2 {
  readonly version: '2.0';
  readonly rawPath?: unknown;
  readonly rawQueryString?: unknown;
  readonly cookies?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
  readonly requestContext: {
    readonly http: { readonly method?: unknown; readonly path?: unknown; readonly sourceIp?: unknown };
    readonly apiId?: unknown;
    readonly domainName?: unknown;
    readonly domainPrefix?: unknown;
    readonly stage?: unknown;
    readonly timeEpoch?: unknown;
  };
}

export function isPayloadV2(event: Record<string, unknown>): event is Record<string, unknown> & PayloadV2 {
  return event.version === '2.0' && isRecord(event.requestContext) && isRecord(event.requestContext.http);
}

export function payloadV2(event: PayloadV2): Format {
  return {
    name: 'payload-v2',
    toRequest: (invocation) => toRequest(event, invocation),
    toResult,
    toJson: resultJson,
    toPrelude,
    maxResultBytes: maxLambdaResultBytes,
    streams: true,
  };
}

/** For an event of which nothing is known: the answer goes to whoever reads this format, which is what most front doors do. */
export function refused(): Format {
  return {
    ...payloadV2({ version: '2.0', requestContext: { http: {} } }),
    toRequest() {
      throw new HttpError(400, 'UP_EVENT_UNSUPPORTED', 'the event is no JSON');
    },
  };
}

function toRequest(event: PayloadV2, invocation: Invocation): HttpRequest {
  const { requestContext } = event;
  const { http } = requestContext;
  const isUrl = isFunctionUrl(event);
  const query = text(event.rawQueryString);
  const path = text(event.rawPath) || http.path;
  const target = isUrl ? targetFromRaw(path, query) : withoutStage(requestContext, targetFromDecoded(path, query));
  return {
    method: readMethod(http.method),
    target,
    headers: readHeaders(headerPairs(event), requestContext.domainName),
    body: readBody(event.body, event.isBase64Encoded),
    context: toContext(invocation, {
      clientIp: text(http.sourceIp),
      platform: requestContext,
      deadline: isUrl ? invocation.deadline : httpApiDeadline(requestContext.timeEpoch, invocation.deadline),
    }),
  };
}

/**
 * The formats are one, the path is not: a Function URL's is raw. It is known by its domain, the first label of which is
 * its id; an HTTP API has its id there too, but under `execute-api`, and behind a custom domain another label.
 */
function isFunctionUrl({ requestContext: { domainName, domainPrefix, apiId } }: PayloadV2): boolean {
  const name = text(domainName);
  if (name.includes('.execute-api.')) return false;
  return name.includes('.lambda-url.') || (text(apiId) !== '' && text(domainPrefix) === text(apiId));
}

/** Function URLs send cookies twice; `cookies` is the lossless one. */
function headerPairs({ headers, cookies }: PayloadV2): [string, unknown][] {
  const cookie = Array.isArray(cookies) ? cookies.map(text).join('; ') : '';
  const pairs = singlePairs(headers);
  if (cookie === '') return pairs;
  return [...pairs.filter(([name]) => name.toLowerCase() !== 'cookie'), ['cookie', cookie]];
}

/** HTTP APIs answer 503 by themselves 30 s after they received a request, whatever Lambda allows. */
const httpApiLimitMs = 29_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxLambdaTimeoutMs = 900_000;

/** An event so old that no invocation can still be due for it is a replay (the console's test, say): nobody waits. */
function httpApiDeadline(timeEpoch: unknown, deadline: number): number {
  if (typeof timeEpoch !== 'number' || timeEpoch + httpApiLimitMs < deadline - maxLambdaTimeoutMs) return deadline;
  return Math.min(deadline, timeEpoch + httpApiLimitMs);
}

function toResult(res: WholeResponse, method: string): object {
  const { headers, cookies, encoded } = resultParts(res, method);
  return {
    statusCode: res.status,
    headers: joinedHeaders(headers),
    ...(cookies.length > 0 && { cookies }),
    ...encoded,
  };
}

function toPrelude(res: HttpResponse, method: string): Prelude {
  const { headers, cookies } = preludeParts(res, method);
  return { statusCode: res.status, headers: joinedHeaders(headers), ...(cookies.length > 0 && { cookies }) };
}
