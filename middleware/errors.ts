/**
 * Turns errors thrown further in into answers. An `HttpError` becomes its own answer; anything else is a bug in the
 * proxy: 500, with the details in the log and none on the wire.
 */
import { errorResponse, HttpError } from '../http/error.ts';
import type { Log } from '../http/log.ts';
import type { Middleware } from '../http/message.ts';

export function errors(log: Log): Middleware {
  return async function errors(req, next) {
    const { requestId } = req.context;
    try {
      return await next(req);
    } catch (thrown) {
      const error = thrown instanceof HttpError ? thrown : unexpected(thrown);
      log[error.status >= 500 ? 'error' : 'warn'](error.message, {
        request_id: requestId,
        code: error.code,
        ...error.evidence,
      });
      return errorResponse(error, requestId);
    }
  };
}

function unexpected(thrown: unknown): HttpError {
  const stack = thrown instanceof Error ? thrown.stack : String(thrown);
  return new HttpError(500, 'UP_PROXY_INTERNAL', 'internal error', { stack });
}
