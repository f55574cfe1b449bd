/** `robots: false`: keeps search engines out of a stage. Whatever the app says of it stays. */
import { hasHeader } from '../http/headers.ts';
import type { Middleware } from '../http/message.ts';

/** `robots` as resolved for the stage. */
export function robots(allowed: boolean): Middleware | null {
  if (allowed) return null;
  return async function robots(req, next) {
    const res = await next(req);
    if (hasHeader(res.headers, 'x-robots-tag')) return res;
    return { ...res, headers: [...res.headers, ['x-robots-tag', 'none']] };
  };
}
