/** The header fields of a request as the app gets them: what only we may say is ours, framing is left to the sender. */
import { HttpError } from '../../http/error.ts';
import { getHeader, type Headers, withoutHopByHop } from '../../http/headers.ts';
import type { HttpRequest } from '../../http/message.ts';
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

/** What the app gets. Throws an HttpError when the platform's context does not fit into a field. */
export function toApp({ headers, context, originalPath }: HttpRequest): Headers {
  const passed = withoutHopByHop(headers).filter(
    ([name]) => !ours.has(name.replaceAll('_', '-')) && !framing.has(name),
  );
  // First, because servers drop what comes after so many fields (Node: 1,000) and a client may send that many.
  return [
    ['x-request-id', context.requestId],
    ['x-stage', context.stage],
    ['x-context', contextField(context.platform)],
    ...(originalPath === undefined ? [] : [['x-original-path', originalPath] as const]),
    ...traced(passed, context.traceId),
  ];
}

function traced(passed: Headers, ofInvocation: string | undefined): Headers {
  const trace = traceOf(passed, ofInvocation);
  if (trace === undefined || trace === getHeader(passed, traceField)) return passed;
  return [[traceField, trace], ...passed.filter(([field]) => field !== traceField)];
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
