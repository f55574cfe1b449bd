/**
 * A failure that has an answer: the status, the stable code and what the client may know. Whatever else is known goes
 * into `evidence`, which is logged and never sent.
 */
import type { Headers } from './headers.ts';
import type { HttpResponse } from './message.ts';

/** What else is known of a failure, for the log. */
export type Evidence = Readonly<Record<string, unknown>>;

export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** `UP_<AREA>_<WHAT>`; listed in docs/errors.md. */
  readonly code: string;
  readonly evidence: Evidence;
  readonly headers: Headers;

  constructor(status: number, code: string, message: string, evidence: Evidence = {}, headers: Headers = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.evidence = evidence;
    this.headers = headers;
  }
}

/** The answer to a request that failed here: `{error, code, requestId}`, never cached, never with a stack. */
export function errorResponse(error: HttpError, requestId: string): HttpResponse {
  const body = Buffer.from(JSON.stringify({ error: error.message, code: error.code, requestId }));
  return {
    status: error.status,
    headers: [
      ['content-type', 'application/json; charset=utf-8'],
      ['content-length', String(body.length)],
      ['cache-control', 'no-store'],
      ...error.headers,
    ],
    body,
    failure: error.code,
  };
}
