/**
 * Conditional requests (RFC 9110 13), by validator only: If-Modified-Since and If-Unmodified-Since are to be ignored
 * where there is no date of modification, and a date in If-Range never matches.
 */

import { type Headers, joinedHeader } from '../../http/headers.ts';

export type Verdict = 'send' | 'not modified' | 'failed';

/** In the order of RFC 9110 13.2.2. */
export function evaluate(headers: Headers, etag: string): Verdict {
  const match = joinedHeader(headers, 'if-match');
  if (match !== undefined && !listHas(match, etag, isSame)) return 'failed';
  const noneMatch = joinedHeader(headers, 'if-none-match');
  return noneMatch !== undefined && listHas(noneMatch, etag, isAlike) ? 'not modified' : 'send';
}

/** A range is of no use to a client that holds another version of the file. */
export function mayBePartial(headers: Headers, etag: string): boolean {
  const ifRange = joinedHeader(headers, 'if-range');
  return ifRange === undefined || ifRange.trim() === etag;
}

function listHas(list: string, etag: string, equals: (a: string, b: string) => boolean): boolean {
  if (list.trim() === '*') return true;
  return (list.match(/(?:W\/)?"[^"]*"/g) ?? []).some((given) => equals(given, etag));
}

/** RFC 9110 8.8.3.2: the strong comparison. */
function isSame(given: string, etag: string): boolean {
  return given === etag;
}

/** The weak one: compression makes a strong validator weak. */
function isAlike(given: string, etag: string): boolean {
  return given.replace(/^W\//, '') === etag;
}
