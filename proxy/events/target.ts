/** From what AWS hands out as a path to an origin-form request target that is legal on the wire. */

/** Function URLs hand out the path as the client sent it: only what no request line can carry is encoded. */
const illegalRaw = /[^\u0021-\u007e]|[?#]/gu;
/**
 * HTTP APIs hand out the path decoded (recorded: `/a%20b` arrives as `/a b`). What cannot stand literally in an encoded
 * path is encoded again; a `%2F` that the client sent is lost before Lambda sees it.
 */
const illegalDecoded = /[^\u0021-\u007e]|[?#"<>`{}]|%(?![0-9A-Fa-f]{2})/gu;
const illegalQuery = /[^\u0021-\u007e]|#/gu;

export function targetFromRaw(path: string, query: string): string {
  return join(path.replace(illegalRaw, percentEncode), query);
}

export function targetFromDecoded(path: string, query: string): string {
  return join(path.replace(illegalDecoded, percentEncode), query);
}

function join(path: string, query: string): string {
  const absolute = path.startsWith('/') ? path : `/${path}`;
  return query === '' ? absolute : `${absolute}?${query.replace(illegalQuery, percentEncode)}`;
}

/** A lone surrogate cannot be encoded; its bytes are those of U+FFFD. */
function percentEncode(char: string): string {
  let encoded = '';
  for (const byte of Buffer.from(char, 'utf8')) encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return encoded;
}

/** CR, LF and NUL in a path are never an accident. */
export function isHostilePath(path: string): boolean {
  return /[\u0000\r\n]/.test(path);
}
