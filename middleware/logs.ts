/**
 * One record per request, written when the body has ended: message `response`, with what was asked, how it ended and
 * how long it took. `request` is written at debug. It only watches: it never changes a response.
 */
import { performance } from 'node:perf_hooks';
import { finished, pipeline, Transform } from 'node:stream';
import type { Level, Log } from '../http/log.ts';
import { type HttpRequest, type HttpResponse, type Middleware, pathOf, queryOf } from '../http/message.ts';

export function logs(log: Log): Middleware {
  return async function logs(req, next) {
    const started = performance.now();
    log.debug('request', describe(req));
    const record = (status: number, size: number, error?: Error) => {
      log[levelOf(status, error)]('response', {
        ...describe(req),
        status,
        duration: round(performance.now() - started),
        size,
        cold: req.context.cold,
        ...(error && { aborted: error.message }),
      });
    };
    try {
      const res = await next(req);
      return onBodyEnd(res, (size, error) => record(res.status, size, error));
    } catch (error) {
      record(500, 0, error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  };
}

function describe(req: HttpRequest) {
  return {
    request_id: req.context.requestId,
    method: req.method,
    path: pathOf(req.target),
    query: queryOf(req.target),
    ip: req.context.clientIp,
  };
}

function levelOf(status: number, error: Error | undefined): Level {
  if (status >= 500 || error) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

/** Tenths of a millisecond: finer than the noise of a shared machine says nothing. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

function onBodyEnd(res: HttpResponse, done: (size: number, error?: Error) => void): HttpResponse {
  if (res.body === null || res.body instanceof Uint8Array) {
    done(res.body?.byteLength ?? 0);
    return res;
  }
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      size += chunk.length;
      next(null, chunk);
    },
  });
  finished(counted, (error) => done(size, error ?? undefined));
  pipeline(res.body, counted, () => {});
  return { ...res, body: counted };
}
