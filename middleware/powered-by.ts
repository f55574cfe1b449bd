/** `powered_by`: says what serves the app, unless the app says what it is made of. */
import { hasHeader } from '../http/headers.ts';
import type { Middleware } from '../http/message.ts';

export function poweredBy(enabled: boolean): Middleware | null {
  if (!enabled) return null;
  return async function poweredBy(req, next) {
    const res = await next(req);
    if (hasHeader(res.headers, 'x-powered-by')) return res;
    return { ...res, headers: [...res.headers, ['x-powered-by', 'up']] };
  };
}
