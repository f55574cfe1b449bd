/** The header fields of a request as the app gets them: what only we may say is ours, framing is left to the sender. */
import { HttpError } from '../../http/error.ts';
import { connectionNames, getHeader, type Header, type Headers, isHopByHop } from '../../http/headers.ts';
import { isRecord } from '../../http/json.ts';
import type { HttpRequest, RequestContext } from '../../http/message.ts';
import { traceField, traceOf } from '../../http/trace.ts';

/**
 * Fields that only we may set, and those in which other runtimes speak to their apps, which a client could speak in
 * here: a client's copies go, in any spelling an app's server may fold together.
 */
const ours = new Set([
  'x-request-id',
  'x-stage',
  'x-context',
  'x-original-path',
  'x-amzn-request-context',
  'x-amzn-lambda-context',
  'x-amz-tenant-id',
]);
/** Framing is computed from the body that is really sent: a client's own claim is how requests are smuggled. */
const framing = new Set(['content-length', 'expect', 'http2-settings']);

/** What frameworks build links with, said by whoever takes the beginning of a path off, such as Traefik. */
const prefixField = 'x-forwarded-prefix';

/**
 * What the app gets, in at most `limit` bytes of request line and fields: Node counts the target, the names and the
 * values. Throws an HttpError for more.
 */
export function toApp(req: HttpRequest, limit: number): Headers {
  const headers = withContext(req, req.context.platform);
  if (sizeOf(req, headers) <= limit) return headers;
  // AWS takes 10 KB of an HTTP API, Node 16: with the path told twice it would be too much.
  const brief = withContext(req, withoutRepeated(req.context.platform));
  const size = sizeOf(req, brief);
  if (size <= limit) return brief;
  throw tooLarge(`request line and header fields take ${size} bytes, the app takes ${limit}`);
}

function sizeOf({ target }: HttpRequest, headers: Headers): number {
  let size = target.length;
  for (const [name, value] of headers) size += name.length + value.length;
  return size;
}

function withContext({ headers, context, originalPath }: HttpRequest, platform: unknown): Headers {
  // First, because servers drop what comes after so many fields (Node: 1,000) and a client may send that many.
  const passed: Header[] = [
    ['x-request-id', context.requestId],
    ['x-stage', context.stage],
    ['x-context', contextField(platform)],
  ];
  if (originalPath !== undefined) passed.push(['x-original-path', originalPath]);
  if (context.basePath !== undefined) passed.push([prefixField, context.basePath]);
  const sent = getHeader(headers, traceField);
  const trace = traceOf(headers, context.traceId);
  if (trace !== undefined && trace !== sent) passed.push([traceField, trace]);
  const named = connectionNames(headers);
  for (const header of headers) {
    const [name] = header;
    if (isHopByHop(name) || framing.has(name) || isOurs(name, context) || named?.has(name)) continue;
    if (name !== traceField || trace === sent) passed.push(header);
  }
  return passed;
}

function isOurs(name: string, { basePath }: RequestContext): boolean {
  const spelt = name.includes('_') ? name.replaceAll('_', '-') : name;
  return ours.has(spelt) || (spelt === prefixField && basePath !== undefined);
}

/** As with the fields of a request: beyond this no server takes it, and says little of why. */
const maxContextBytes = 64 * 1024;

function contextField(platform: unknown): string {
  const json = asciiJson(platform);
  if (json.length <= maxContextBytes) return json;
  throw tooLarge(`the request context takes ${json.length} bytes, ${maxContextBytes} are allowed in a header field`);
}

function tooLarge(message: string): HttpError {
  return new HttpError(431, 'UP_HEADERS_TOO_LARGE', message);
}

/** Where API Gateway says again what the request says itself: in `http`, in `identity`, or beside them. */
function withoutRepeated(platform: unknown): unknown {
  if (!isRecord(platform)) return platform;
  const parts = Object.entries(platform).filter(([name]) => name !== 'path');
  return Object.fromEntries(
    parts.map(([name, part]) => [name, name === 'http' || name === 'identity' ? withoutRequest(part) : part]),
  );
}

function withoutRequest(part: unknown): unknown {
  if (!isRecord(part)) return part;
  return Object.fromEntries(Object.entries(part).filter(([name]) => name !== 'path' && name !== 'userAgent'));
}

/** Header values are bytes; escapes keep the JSON the same for every reader. */
function asciiJson(value: unknown): string {
  const json = JSON.stringify(value ?? null);
  return json.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
