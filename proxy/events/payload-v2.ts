/**
 * Payload format 2.0: what HTTP APIs and Function URLs send and accept.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { isUtf8 } from 'node:buffer';
import { HttpError } from '../../http/error.ts';
import { type Header, type Headers, hasHeader, isHeaderName, isHeaderValue, toByteString } from '../../http/headers.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import type { Invocation } from './invocation.ts';
import { isHostilePath, targetFromDecoded, targetFromRaw } from './target.ts';
import { encodeBody, withType } from './text.ts';

/** The fields we read. AWS guarantees `version` and `requestContext.http`; console tests leave out most others. */
export interface PayloadV2 {
  readonly version: '2.0';
  readonly rawPath?: string | null;
  readonly rawQueryString?: string | null;
  readonly cookies?: readonly string[] | null;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
  readonly requestContext: {
    readonly http: { readonly method?: string; readonly path?: string; readonly sourceIp?: string };
    readonly domainName?: string;
    readonly timeEpoch?: number;
  };
}

export interface PayloadV2Result {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies?: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export function isPayloadV2(event: unknown): event is PayloadV2 {
  if (!isObject(event) || event.version !== '2.0' || !isObject(event.requestContext)) return false;
  return isObject(event.requestContext.http);
}

/** HTTP APIs answer 503 by themselves 30 s after they received a request, whatever Lambda allows. */
const httpApiLimitMs = 29_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxLambdaTimeoutMs = 900_000;

/** Throws an HttpError for what no HTTP request can carry. */
export function toRequest(event: PayloadV2, invocation: Invocation): HttpRequest {
  const { requestContext } = event;
  const isFunctionUrl = text(requestContext.domainName).includes('.lambda-url.');
  const rawPath = text(event.rawPath) || text(requestContext.http.path) || '/';
  if (isHostilePath(rawPath)) throw new HttpError(400, 'UP_EVENT_PATH', 'the path holds control characters');
  const query = text(event.rawQueryString);
  return {
    method: requestMethod(event),
    target: isFunctionUrl ? targetFromRaw(rawPath, query) : targetFromDecoded(rawPath, query),
    headers: requestHeaders(event),
    body: requestBody(event),
    context: {
      requestId: invocation.requestId,
      clientIp: text(requestContext.http.sourceIp),
      stage: invocation.stage,
      deadline: isFunctionUrl ? invocation.deadline : httpApiDeadline(requestContext.timeEpoch, invocation.deadline),
      cold: invocation.cold,
      platform: requestContext,
      scheme: 'https',
      ...(invocation.traceId !== undefined && { traceId: invocation.traceId }),
    },
  };
}

/** The result for a whole response. `bytes` is the body, read to its end. */
export function toResult(res: HttpResponse, bytes: Buffer, method: string): PayloadV2Result {
  const bodiless = method === 'HEAD' || res.status === 204 || res.status === 304;
  const body = bodiless ? Buffer.alloc(0) : bytes;
  const fields = withType(res.headers, body);
  // Without a prototype, an app may send a field called `constructor`.
  const headers: Record<string, string> = Object.create(null);
  const cookies: string[] = [];
  for (const [name, value] of fields) {
    if (name === 'set-cookie') cookies.push(fromBytes(value));
    // The front door counts what it sends; only for HEAD is the app's figure the one that is wanted.
    else if (name === 'content-length' && (method !== 'HEAD' || res.status === 204)) continue;
    // RFC 9110 15.3.5: there is no content for it to be the type of.
    else if (name === 'content-type' && res.status === 204) continue;
    else headers[name] = name in headers ? `${headers[name]}, ${fromBytes(value)}` : fromBytes(value);
  }
  return { statusCode: res.status, headers, ...(cookies.length > 0 && { cookies }), ...encodeBody(body, fields) };
}

function requestMethod({ requestContext }: PayloadV2): string {
  const method = text(requestContext.http.method) || 'GET';
  // RFC 9110 9.1: a method is a token, as the name of a field is.
  if (!isHeaderName(method))
    throw new HttpError(400, 'UP_EVENT_METHOD', 'the method holds characters that HTTP does not allow');
  return method;
}

/** An event so old that no invocation can still be due for it is a replay (the console's test, say): nobody waits. */
function httpApiDeadline(timeEpoch: unknown, deadline: number): number {
  if (typeof timeEpoch !== 'number' || timeEpoch + httpApiLimitMs < deadline - maxLambdaTimeoutMs) return deadline;
  return Math.min(deadline, timeEpoch + httpApiLimitMs);
}

function requestHeaders({ headers, cookies, requestContext }: PayloadV2): Headers {
  const list: Header[] = [];
  const cookie = Array.isArray(cookies) ? cookies.map(text).join('; ') : '';
  for (const [key, value] of Object.entries(isObject(headers) ? headers : {})) {
    const name = key.toLowerCase();
    // Function URLs send cookies twice; `cookies` is the lossless one.
    if (name === 'cookie' && cookie !== '') continue;
    if (name === 'host' && hasHeader(list, 'host'))
      throw new HttpError(400, 'UP_EVENT_HEADER', 'there is more than one host');
    list.push(checked(name, text(value)));
  }
  if (cookie !== '') list.push(checked('cookie', cookie));
  if (!hasHeader(list, 'host')) list.push(checked('host', text(requestContext.domainName) || 'localhost'));
  return list;
}

function checked(name: string, value: string): Header {
  if (!isHeaderName(name) || !isHeaderValue(value)) {
    throw new HttpError(400, 'UP_EVENT_HEADER', 'a header field holds characters that HTTP does not allow');
  }
  return [name, toByteString(value)];
}

function requestBody({ body, isBase64Encoded }: PayloadV2): Uint8Array | null {
  if (body === undefined || body === null || body === '') return null;
  // The console's test events may hold an object where AWS sends a string.
  if (typeof body !== 'string') return Buffer.from(JSON.stringify(body));
  if (!isBase64Encoded) return Buffer.from(body, 'utf8');
  const bytes = Buffer.from(body, 'base64');
  if (isBase64Encoded !== true || bytes.length !== base64Bytes(body)) {
    throw new HttpError(400, 'UP_EVENT_BODY', 'the body is not valid base64');
  }
  return bytes;
}

/** How many bytes the characters stand for. Node skips what is not base64, so it decodes fewer where that occurs. */
function base64Bytes(body: string): number {
  const characters = body.length - (body.endsWith('==') ? 2 : body.endsWith('=') ? 1 : 0);
  return characters % 4 === 1 ? Number.NaN : Math.floor((characters * 3) / 4);
}

/** Results are JSON: bytes that form UTF-8 are shown as what they mean, others as U+0080 to U+00FF. */
function fromBytes(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}

/** AWS sends strings; hand-made events also numbers and lists of them. What has no text is no event. */
function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value) && !value.some(Array.isArray)) return value.map(text).join(',');
  if (typeof value === 'object')
    throw new HttpError(400, 'UP_EVENT_UNSUPPORTED', 'the event holds an object where AWS sends a string');
  return String(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
