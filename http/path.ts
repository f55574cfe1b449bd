/**
 * The one interpretation of a path: rules are matched and files are found by it. Two interpretations would let rules be
 * bypassed.
 */
import { type HttpRequest, pathOf } from './message.ts';

const known = new WeakMap<HttpRequest, string | null>();

/**
 * Percent-decoded once, without empty, `.` and `..` segments, a slash first; a slash at the end stays. Null for what is
 * no path in UTF-8, or holds a NUL: no rule matches it, no file is found by it.
 */
export function canonicalPath(req: HttpRequest): string | null {
  const found = known.get(req);
  if (found !== undefined) return found;
  const path = toCanonicalPath(pathOf(req.target));
  known.set(req, path);
  return path;
}

export function toCanonicalPath(path: string): string | null {
  const decoded = decode(path);
  if (decoded === null || decoded.includes('\0')) return null;
  // Most paths are that already.
  return /\/\/|\/\.{1,2}(?:\/|$)|^[^/]/.test(decoded) || decoded === '' ? resolved(decoded) : decoded;
}

function decode(path: string): string | null {
  // Bytes beyond ASCII stand for themselves in a target that was not encoded.
  if (!/[%\u0080-\u{10ffff}]/u.test(path)) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

/** RFC 3986 5.2.4, with empty segments taken out as well; it never leaves the root. */
function resolved(path: string): string {
  const segments: string[] = [];
  const parts = path.split('/');
  for (const part of parts) {
    if (part === '..') segments.pop();
    else if (part !== '' && part !== '.') segments.push(part);
  }
  const open = ['', '.', '..'].includes(parts.at(-1) ?? '') && segments.length > 0;
  return `/${segments.join('/')}${open ? '/' : ''}`;
}
