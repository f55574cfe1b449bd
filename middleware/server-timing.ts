/**
 * `server_timing`: tells the client how long the app took and how long the proxy around it, in milliseconds
 * (https://www.w3.org/TR/server-timing/). What the app says of itself stays. A stream is timed to its first byte: fields
 * leave before the body does.
 */
import { performance } from 'node:perf_hooks';
import type { Middleware, RequestContext } from '../http/message.ts';

/**
 * Keyed by context, because a rewritten request is another object. The times of an app that is asked twice are added.
 */
const inApp = new WeakMap<RequestContext, number>();

/** Stands around everything whose time is to be seen. */
export function serverTiming(enabled: boolean): Middleware | null {
  if (!enabled) return null;
  return async function serverTiming(req, next) {
    const started = performance.now();
    const res = await next(req);
    const total = performance.now() - started;
    return { ...res, headers: [...res.headers, ['server-timing', describe(total, inApp.get(req.context))]] };
  };
}

/** Stands next to the app. */
export function appTiming(enabled: boolean): Middleware | null {
  if (!enabled) return null;
  return async function appTiming(req, next) {
    const started = performance.now();
    try {
      return await next(req);
    } finally {
      inApp.set(req.context, (inApp.get(req.context) ?? 0) + performance.now() - started);
    }
  };
}

/** Without `app` where the answer was made before it. */
function describe(total: number, app: number | undefined): string {
  if (app === undefined) return `up;dur=${total.toFixed(1)}`;
  return `app;dur=${app.toFixed(1)}, up;dur=${Math.max(0, total - app).toFixed(1)}`;
}
