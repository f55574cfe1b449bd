/** What a request is told that got no answer, or only the beginning of one. */
import { type Evidence, HttpError } from '../../http/error.ts';
import type { Bound } from './bounds.ts';
import type { Lease } from './lease.ts';
import { isRefused } from './tries.ts';
import type { UpstreamError } from './upstream.ts';

/** How long after a lost connection the exit of the process may take to be seen: on a busy machine more than 30 ms. */
export const exitNoticeMs = 80;

/** `seconds` that it had: its timeout, or what was left of the invocation. */
export async function toHttpError(
  error: UpstreamError,
  lease: Pick<Lease, 'lastLog' | 'hasExited' | 'exit'>,
  bound: Pick<Bound, 'isLate'>,
  seconds: number,
): Promise<HttpError> {
  if (error.kind === 'aborted') {
    return bound.isLate() ? timedOut(error, seconds, await lease.lastLog()) : clientGone();
  }
  if (error.kind === 'too-large') {
    return new HttpError(413, 'UP_RESPONSE_TOO_LARGE', `the answer takes ${error.message}: send less, or stream it`);
  }
  await lease.hasExited(exitNoticeMs);
  return lost(error, await lease.exit());
}

/** `exit`: evidence of an app that is gone. */
function lost(error: UpstreamError, exit: Evidence | null): HttpError {
  const detail = error.message;
  if (exit !== null) {
    const evidence = { detail, ...exit };
    return new HttpError(502, 'UP_APP_CRASHED', 'the app crashed while it handled the request', evidence);
  }
  if (error.kind === 'invalid') {
    return new HttpError(502, 'UP_APP_BAD_RESPONSE', 'the app answered with something that is not HTTP', { detail });
  }
  const message = isRefused(error) ? 'the app runs, but does not listen any more' : 'the app closed the connection';
  return new HttpError(502, 'UP_APP_CLOSED', message, { detail });
}

/** The last line an app printed often shows where it hangs. */
function timedOut({ begun }: Pick<UpstreamError, 'begun'>, timeout: number, lastLog: string | null): HttpError {
  const evidence = { timeout, ...(begun && { hint: needsStream }), ...(lastLog !== null && { last_log: lastLog }) };
  const message = begun ? 'the app did not finish its answer in time' : 'the app did not answer in time';
  return new HttpError(504, 'UP_APP_TIMEOUT', message, evidence);
}

/** Of an answer that had begun: only one that is gathered as a whole ends here. */
const needsStream = 'no part of an answer is sent before its end; what streams needs "url": "function_url" in up.json';

function clientGone(): HttpError {
  return new HttpError(499, 'UP_CLIENT_GONE', 'the client went away');
}
