/**
 * `redirects`: answers a path with another one (301, 302, 303, 307, 308), or rewrites it (200): the client sees the path
 * it asked for, the app another.
 *
 * The first rule that matches holds, and a request is rewritten once at most. Without `force` the app is asked as the
 * client asked it, and again with the other path when that was a 404: with any method, and the same body. Queries are
 * kept. Nothing of a path can lead to a host that the rule does not name. Events that are no requests are left alone.
 */
import type { Redirects } from '../config/types.ts';
import { discard } from '../http/body.ts';
import { compileLocation, type FillLocation, toClient } from '../http/location.ts';
import { type HttpResponse, type Middleware, pathOf, queryOf } from '../http/message.ts';
import { canonicalPath, toCanonicalPath } from '../http/path.ts';
import { compileRules } from '../http/patterns.ts';
import { reasonOf } from '../http/reason.ts';

export function redirects(rules: Redirects): Middleware | null {
  const entries = Object.entries(rules);
  if (entries.length === 0) return null;
  const compiled = compileRules(
    entries.map(([pattern, { location, ...rule }]) => [pattern, { ...rule, fill: whenUsed(location) }] as const),
  );
  return async function redirects(req, next) {
    if (req.context.sender === 'event') return next(req);
    const path = canonicalPath(req);
    const match = path === null ? null : compiled.first(path);
    if (!match) return next(req);
    const { status, force, fill } = match.rule;
    const target = fill(match.names, queryOf(req.target));
    // The rule would lead to the path itself: the client would be redirected for ever.
    if (target.startsWith('/') && toCanonicalPath(pathOf(target)) === path) return next(req);
    if (status !== 200) return redirect(status, toClient(target, req.context));
    const rewritten = { ...req, target, originalPath: pathOf(req.target) };
    if (force) return next(rewritten);
    const res = await next(req);
    if (res.status !== 404) return res;
    discard(res);
    return next(rewritten);
  };
}

/** Compiled at first use: of many rules an environment uses few, and compiling all would delay a cold start. */
function whenUsed(location: string): FillLocation {
  let fill: FillLocation | undefined;
  return (names, query) => {
    fill ??= compileLocation(location);
    return fill(names, query);
  };
}

function redirect(status: number, location: string): HttpResponse {
  const body = Buffer.from(`${reasonOf(status)}\n`);
  return {
    status,
    headers: [
      ['location', location],
      ['content-type', 'text/plain; charset=utf-8'],
      ['content-length', String(body.length)],
    ],
    body,
  };
}
