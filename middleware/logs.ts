/**
 * `logs`: one record per request, written when the body has ended: message `response`, with what was asked, how it ended
 * and how long it took; `request` at debug; with `logs.metrics` a line of CloudWatch metrics. It only watches: it never
 * changes a response, and what goes wrong in it is nobody's request.
 */
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import type { Logs } from '../config/logs.ts';
import type { Level, Log } from '../http/log.ts';
import { type HttpRequest, type HttpResponse, type Middleware, pathOf, queryOf } from '../http/message.ts';
import { compileRedaction, type Redaction } from '../http/redact.ts';
import type { RequestIds } from '../http/request-ids.ts';
import { traceOf, traceRoot } from '../http/trace.ts';
import type { Metrics } from './logs/metrics.ts';

export interface LogsOptions {
  readonly config: Pick<Logs, 'disable'>;
  readonly log: Log;
  readonly redaction?: Redaction;
  /** Told of every request, so that lines of the app can be joined to theirs. */
  readonly requestIds?: RequestIds;
  readonly metrics?: Metrics | null;
}

export function logs({ config, log, redaction = compileRedaction(), requestIds, metrics }: LogsOptions): Middleware {
  return async function logs(req, next) {
    const { requestId, cold, outgoing } = req.context;
    const started = performance.now();
    requestIds?.began(requestId, traceIdOf(req));
    if (!config.disable) log.debug('request', describe(req, redaction));
    const record = (status: number, size: number, error?: Error) => {
      const duration = round(performance.now() - started);
      // RFC 9110 9.3.2: what an answer to HEAD holds, a page for an error for one, is not sent.
      const outcome = { status, duration, size: req.method === 'HEAD' ? 0 : size, cold };
      requestIds?.ended(requestId);
      metrics?.(outcome);
      if (config.disable) return;
      const fields = { ...describe(req, redaction), ...outcome, ...(error && { aborted: error.message }) };
      log[levelOf(status, error)]('response', fields);
    };
    try {
      const answered = await next(req);
      const res = outgoing ? await outgoing(answered) : answered;
      return onBodyEnd(res, (size, error) => record(res.status, size, error));
    } catch (error) {
      record(500, 0, error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  };
}

function describe(req: HttpRequest, redaction: Redaction) {
  const trace = traceIdOf(req);
  return {
    request_id: req.context.requestId,
    ...(trace !== undefined && { trace_id: trace }),
    method: req.method,
    path: pathOf(req.target),
    query: redaction.query(queryOf(req.target)),
    ip: req.context.clientIp,
    // Not a request of a user, so that counting can leave it out.
    ...(req.context.sender === 'probe' && { probe: true }),
  };
}

function traceIdOf({ headers, context }: HttpRequest): string | undefined {
  return traceRoot(traceOf(headers, context.traceId));
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
  countBytes(res.body, done);
  return res;
}

/**
 * Counts the bytes of a stream where they are pushed: a second stream for that took longer than everything else about a
 * streamed answer.
 */
function countBytes(body: Readable, done: (size: number, error?: Error) => void): void {
  const { push } = body;
  let size = body.readableLength;
  body.push = (chunk, encoding) => {
    size += chunk?.length ?? 0;
    return push.call(body, chunk, encoding);
  };
  const end = () => {
    const error = body.errored ?? (body.readableEnded ? undefined : new Error('nobody read it to its end'));
    done(size, error);
  };
  // A stream that failed within the bytes of its head emits no further `close`.
  if (body.closed) end();
  else body.once('close', end);
}
