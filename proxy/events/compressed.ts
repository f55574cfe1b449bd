/** The last resort of an answer that is too large for its front door: a content coding the client takes. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { getHeader, type Headers, hasHeader, setHeader, withoutHeader } from '../../http/headers.ts';
import type { WholeResponse } from './format.ts';

/** Null when it may not or cannot be compressed. */
export function compressed(res: WholeResponse, request: Headers): WholeResponse | null {
  const coding = chooseCoding(getHeader(request, 'accept-encoding') ?? '');
  if (coding === null || !mayTransform(res)) return null;
  const body = coding === 'br' ? brotli(res.body) : gzipSync(res.body);
  return { ...res, headers: codedHeaders(res.headers, coding), body };
}

/** RFC 9110 12.5.3: `q=0` refuses, `*` stands for what is not named. */
function chooseCoding(accept: string): 'br' | 'gzip' | null {
  const weights = new Map<string, number>();
  for (const part of accept.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name, q === undefined ? 1 : Number(q.slice(2)));
  }
  const weight = (name: string) => weights.get(name) ?? weights.get('*') ?? 0;
  const [br, gzip] = [weight('br'), weight('gzip')];
  if (br > 0 && br >= gzip) return 'br';
  return gzip > 0 ? 'gzip' : null;
}

/** RFC 9110 7.7 and 14.4: neither what forbids it nor a part of something. */
function mayTransform({ status, headers }: WholeResponse): boolean {
  if (hasHeader(headers, 'content-encoding') || status === 206) return false;
  return !/\bno-transform\b/i.test(getHeader(headers, 'cache-control') ?? '');
}

/** Quality 4 costs half of gzip's time on text (measured: 0.59 against 1.2 ms for 64 KB). */
function brotli(body: Buffer): Buffer {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}

function codedHeaders(headers: Headers, coding: string): Headers {
  const etag = getHeader(headers, 'etag');
  const vary = getHeader(headers, 'vary');
  let changed = setHeader(withoutHeader(headers, 'content-length'), 'content-encoding', coding);
  // RFC 9110 8.8.1: the bytes are others now, so a strong validator would lie.
  if (etag && !etag.startsWith('W/')) changed = setHeader(changed, 'etag', `W/${etag}`);
  if (vary === undefined) changed = setHeader(changed, 'vary', 'accept-encoding');
  else if (!/\*|accept-encoding/i.test(vary)) changed = setHeader(changed, 'vary', `${vary}, accept-encoding`);
  return changed;
}
