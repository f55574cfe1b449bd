/**
 * A 304 speaks for the answer that the client holds, and caches write its fields over those they hold (RFC 9111 3.2). So
 * it has to have the `ETag` of a 200 (RFC 9110 15.4.5), which is weak where the bytes are not the app's any more: with a
 * strong one a client would complete compressed bytes with a range of plain ones.
 */
import { getHeader, type Header, joinedHeader, setHeader } from './headers.ts';
import type { HttpRequest, HttpResponse } from './message.ts';

/** RFC 9110 8.8.1: where the bytes are not the app's any more, a strong validator would lie. Other fields stay. */
export function weakened([name, value]: Header): Header {
  return [name, name === 'etag' && !value.startsWith('W/') ? `W/${value}` : value];
}

/** With a weak `ETag` where that is what the client names. */
export function asHeld(req: HttpRequest, res: HttpResponse): HttpResponse {
  const etag = `W/${getHeader(res.headers, 'etag')}`;
  const held: readonly string[] = joinedHeader(req.headers, 'if-none-match')?.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return held.includes(etag) ? { ...res, headers: setHeader(res.headers, 'etag', etag) } : res;
}
