/** The header fields of a request as the app gets them: what only we may say is ours, framing is left to the sender. */
import { HttpError } from '../../http/error.ts';
import { connectionNames, getHeader, type Header, type Headers, isHopByHop } from '../../http/headers.ts';
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

/** What the app gets. Throws an HttpError when the platform's context does not fit into a field. */
export function toApp({ headers, context, originalPath }: HttpRequest): Headers {
  // First, because servers drop what comes after so many fields (Node: 1,000) and a client may send that many.
  const passed: Header[] = [
    ['x-request-id', context.requestId],
    ['x-stage', context.stage],
    ['x-context', contextField(context.platform)],
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
  const message = `the request context takes ${json.length} bytes, ${maxContextBytes} are allowed in a header field`;
  throw new HttpError(431, 'UP_HEADERS_TOO_LARGE', message);
}

/** Header values are bytes; escapes keep the JSON the same for every reader. */
function asciiJson(value: unknown): string {
  const json = JSON.stringify(value ?? null);
  return json.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
