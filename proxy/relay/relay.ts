/**
 * The innermost handler: passes a request to the app and its answer back. Says what happened when there is no answer,
 * and repeats a request only when it provably never reached the app or is safe to repeat.
 */
import type { Readable } from 'node:stream';
import { discard, isStream } from '../../http/body.ts';
import { HttpError } from '../../http/error.ts';
import { getHeader, type Header, type Headers, hasHeader, withoutHeader, withoutHopByHop } from '../../http/headers.ts';
import type { Handler, HttpRequest, HttpResponse } from '../../http/message.ts';
import { canonicalPath } from '../../http/path.ts';
import { compileRules } from '../../http/patterns.ts';
import type { Background } from './background.ts';
import { type Bound, createBounds } from './bounds.ts';
import { exitNoticeMs, toHttpError } from './failures.ts';
import type { Keeper } from './keeper.ts';
import type { Lease } from './lease.ts';
import { createPauses } from './pauses.ts';
import { toApp } from './request-headers.ts';
import { createTries } from './tries.ts';
import { turn } from './turn.ts';
import { createUpstream, UpstreamError } from './upstream.ts';

export interface RelayOptions {
  readonly keeper: Keeper;
  readonly background: Background;
  /** `proxy.timeout`, seconds. */
  readonly timeout: number;
  /** `proxy.timeouts`: seconds by path, the first that matches. */
  readonly timeouts?: Readonly<Record<string, number>>;
  /** What the app's server takes of request line and fields; it would end the connection beyond it. */
  readonly maxHeadBytes?: number;
}

export function relay(options: RelayOptions): Handler {
  const { keeper, background, maxHeadBytes = Number.POSITIVE_INFINITY } = options;
  const upstream = createUpstream();
  const bounds = createBounds();
  const pauses = createPauses();
  const secondsFor = timeoutsBy(options);

  return async function relay(req) {
    if (refused.has(req.method)) throw notAllowed();
    const allowed = Math.min(req.context.deadline - Date.now(), secondsFor(req) * 1000);
    const bound = bounds.start(allowed, req.context.signal);
    let streaming = false;
    try {
      const res = answerOf(await attempt(req, bound, Math.round(allowed / 10) / 100), background);
      refuseUnknownStatus(res);
      // The deadline is that of the whole answer, not of its first byte.
      streaming = isStream(res.body) && onceClosed(res.body, () => bound.clear());
      return res;
    } finally {
      pauses.ran();
      if (!streaming) bound.clear();
    }
  };

  async function attempt(req: HttpRequest, bound: Bound, seconds: number): Promise<HttpResponse> {
    const headers = toApp(req, maxHeadBytes);
    const repeatable = isRepeatable(req);
    const tries = createTries(repeatable);
    // What happened during a freeze is seen first: closed sockets, the exit of the app. A request that arrives in the same
    // turn as the news would be written to a connection that is known to be dead a moment later; and the address, asked for
    // before, may be that of a run whose end is part of the news.
    if (pauses.mayHaveBeen()) await turn();
    for (;;) {
      const ready = keeper.ready(bound.left(), !repeatable);
      const lease = ready instanceof Promise ? await ready : ready;
      lease.began();
      try {
        return await send(req, headers, lease, bound, repeatable);
      } catch (error) {
        const { again, stuck } = tries.failed(error, bound.isLate());
        lease.ended(stuck ? 'stuck' : 'over');
        if (!(error instanceof UpstreamError)) throw error;
        if (!again) throw await toHttpError(error, lease, bound, seconds);
        // A refused connection means that the process is gone or closing; its exit is about to be known.
        await lease.hasExited(retryMs);
        upstream.reset();
      }
    }
  }

  /** The lease ends with the answer, or with the end of its stream; whoever hears of a failure ends it then. */
  async function send(
    { method, target, body, context }: HttpRequest,
    headers: Headers,
    lease: Lease,
    bound: Bound,
    repeatable: boolean,
  ): Promise<HttpResponse> {
    const { whole } = context;
    const brokeOff = () => {
      // Before its exit is reported, which would otherwise count as a failed start.
      lease.answered();
      return lease.brokeOff(exitNoticeMs);
    };
    const res = await upstream.send(lease, { method, target, headers, body, whole, repeatable, bound, brokeOff });
    lease.answered();
    if (isStream(res.body)) onceClosed(res.body, () => lease.ended('over'));
    else lease.ended('over');
    return res;
  }
}

const waitHeader = 'x-up-wait-until';

/** Evaluates `x-up-wait-until`, which is meant for this proxy and not for the client. */
function answerOf({ status, headers: sent, body }: HttpResponse, background: Background): HttpResponse {
  const headers = withoutHopByHop(sent);
  const asked = getHeader(sent, waitHeader);
  if (asked === undefined) return { status, headers, body };
  if (Number(asked) > 0) background.hold(Number(asked));
  return { status, headers: withoutHeader(headers, waitHeader), body };
}

/** The client has no say in it: only the path counts. */
function timeoutsBy({ timeout, timeouts = {} }: RelayOptions): (req: HttpRequest) => number {
  if (Object.keys(timeouts).length === 0) return () => timeout;
  const rules = compileRules(Object.entries(timeouts));
  return (req) => (rules.first(canonicalPath(req) ?? '') ?? { rule: timeout }).rule;
}

/** A stream that failed within the bytes of the head may be closed before its promise resolves. */
function onceClosed(body: Readable, then: () => void): true {
  if (body.closed) then();
  else body.once('close', then);
  return true;
}

/** CONNECT asks for a tunnel; TRACE would show the client what only the app may see (RFC 9110 9.3.8). */
const refused = new Set(['CONNECT', 'TRACE']);

function notAllowed(): HttpError {
  const allow: Header = ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'];
  return new HttpError(405, 'UP_METHOD_NOT_ALLOWED', 'this method cannot be served', {}, [allow]);
}

/** Front doors turn any other status into an error of their own without a reason, and one below 200 is no end. */
function refuseUnknownStatus(res: HttpResponse): void {
  const { status } = res;
  if (status >= 200 && status <= 599) return;
  discard(res);
  const message = `the app answered with the status ${status}, which no front door passes on`;
  throw new HttpError(502, 'UP_APP_BAD_RESPONSE', message);
}

/** What is to be sent again does not wait as long for an exit: an app may just have closed an idle connection. */
const retryMs = 30;

/**
 * RFC 9110 9.2.1: safe methods may be sent again without asking. A client that names its request by an Idempotency-Key
 * has the app recognise it (draft-ietf-httpapi-idempotency-key-header).
 */
function isRepeatable({ method, headers }: HttpRequest): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || hasHeader(headers, 'idempotency-key');
}
