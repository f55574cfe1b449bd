/** From what AWS hands out as path and query to an origin-form request target that is legal on the wire. */
import { HttpError } from '../../http/error.ts';
import { text } from './fields.ts';

/** Where the path is handed out as the client sent it, only what no request line can carry is encoded. */
const illegalRaw = /[^\u0021-\u007e]|[?#]/gu;
/**
 * HTTP APIs hand out the path decoded (recorded: `/a%20b` arrives as `/a b`). What cannot stand literally in an encoded
 * path is encoded again; a `%2F` that the client sent is lost before Lambda sees it.
 */
const illegalDecoded = /[^\u0021-\u007e]|[?#"<>`{}]|%(?![0-9A-Fa-f]{2})/gu;
const illegalQuery = /[^\u0021-\u007e]|#/gu;

export function targetFromRaw(path: unknown, query: string): string {
  return join(readPath(path).replace(illegalRaw, percentEncode), query);
}

export function targetFromDecoded(path: unknown, query: string): string {
  return join(readPath(path).replace(illegalDecoded, percentEncode), query);
}

/** A query from decoded pairs, in their order. That `foo` came without `=` is lost in such maps. */
export function queryFromDecoded(pairs: readonly [string, unknown][]): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(text(value))}`).join('&');
}

/** A query from pairs that were never decoded: they go on as they are. */
export function queryFromRaw(pairs: readonly [string, unknown][]): string {
  return pairs.map(([name, value]) => `${raw(name, /[&=]/g)}=${raw(text(value), /&/g)}`).join('&');
}

/** Takes a base path off, once and only at the end of a segment: `/api` is in `/api/x` and not in `/apix`. */
export function withoutBase(target: string, base: string): string {
  if (base === '' || !target.startsWith(base)) return target;
  const rest = target.slice(base.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : target;
}

function readPath(path: unknown): string {
  const given = text(path) || '/';
  // CR, LF and NUL in a path are never an accident.
  if (/[\u0000\r\n]/.test(given)) throw new HttpError(400, 'UP_EVENT_PATH', 'the path holds control characters');
  return given.startsWith('/') ? given : `/${given}`;
}

function join(path: string, query: string): string {
  return query === '' ? path : `${path}?${query.replace(illegalQuery, percentEncode)}`;
}

/** A lone surrogate, which encodeURIComponent refuses, becomes U+FFFD on the way through bytes. */
function encode(value: string): string {
  return encodeURIComponent(Buffer.from(value, 'utf8').toString('utf8'));
}

function raw(value: string, separators: RegExp): string {
  return value.replace(separators, percentEncode);
}

function percentEncode(char: string): string {
  let encoded = '';
  for (const byte of Buffer.from(char, 'utf8')) encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return encoded;
}
