/**
 * The innermost handler: passes a request to the app and its answer back. Says what happened when there is no answer,
 * and repeats a request only when it provably never reached the app or is safe to repeat.
 */
import type { Readable } from 'node:stream';
import { isStream } from '../../http/body.ts';
import { HttpError } from '../../http/error.ts';
import { getHeader, type Header, type Headers, withoutHopByHop } from '../../http/headers.ts';
import type { Handler, HttpRequest, HttpResponse } from '../../http/message.ts';
import type { Keeper } from './keeper.ts';
import { createUpstream, UpstreamError } from './upstream.ts';

export interface RelayOptions {
  readonly keeper: Keeper;
  /** `proxy.timeout`, seconds. */
  readonly timeout: number;
  /** What the app's server takes of request line and fields; it would end the connection beyond it. */
  readonly maxHeadBytes?: number;
}

export function relay({ keeper, timeout, maxHeadBytes = Number.POSITIVE_INFINITY }: RelayOptions): Handler {
  const upstream = createUpstream();

  return async function relay(req) {
    if (refused.has(req.method)) throw notAllowed();
    const deadline = Math.min(req.context.deadline, Date.now() + timeout * 1000);
    const bound = boundBy(deadline, req.context.signal);
    let streaming = false;
    try {
      const res = withoutConnectionFields(await attempt(req, deadline, bound.signal));
      // The deadline is that of the whole answer, not of its first byte.
      streaming = isStream(res.body) && onceClosed(res.body, bound.clear);
      return res;
    } finally {
      if (!streaming) bound.clear();
    }
  };

  async function attempt(req: HttpRequest, deadline: number, signal: AbortSignal): Promise<HttpResponse> {
    const headers = toApp(req);
    refuseLargeHead(req.target, headers, maxHeadBytes);
    for (let tries = 1; ; tries++) {
      // Before the address is asked for: it may be that of a run whose end is part of the news.
      await settle(tries);
      const address = await keeper.ready(deadline);
      const generation = keeper.generation();
      try {
        const { method, target, body } = req;
        const res = await upstream.send(address, { method, target, headers, body, whole: req.context.whole, signal });
        keeper.answered();
        return res;
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        if (!(await mayRepeat(req, error, tries))) throw await toHttpError(error, generation, deadline);
      }
    }
  }

  async function mayRepeat(req: HttpRequest, error: UpstreamError, tries: number): Promise<boolean> {
    if (tries >= maxTries || error.kind === 'aborted' || error.kind === 'invalid') return false;
    if (error.delivered && (tries > 1 || !isSafe(req.method))) return false;
    // A refused connection means that the process is gone or closing; its exit is about to be known.
    await turn(exitNoticeMs);
    upstream.reset();
    return true;
  }

  async function toHttpError(error: UpstreamError, generation: number, deadline: number): Promise<HttpError> {
    if (error.kind === 'aborted') return timedOut(deadline);
    const detail = error.message;
    await turn(exitNoticeMs);
    if (keeper.generation() !== generation) {
      const evidence = { detail, ...keeper.lastExit() };
      return new HttpError(502, 'UP_APP_CRASHED', 'the app crashed while it handled the request', evidence);
    }
    if (error.kind === 'invalid') {
      return new HttpError(502, 'UP_APP_BAD_RESPONSE', 'the app answered with something that is not HTTP', { detail });
    }
    return new HttpError(502, 'UP_APP_CLOSED', 'the app closed the connection', { detail });
  }

  function timedOut(deadline: number): HttpError {
    if (Date.now() < deadline - 50) return new HttpError(499, 'UP_CLIENT_GONE', 'the client went away');
    return new HttpError(504, 'UP_APP_TIMEOUT', 'the app did not answer in time', { timeout });
  }
}

/** Node counts the target, the names and the values. */
function refuseLargeHead(target: string, headers: Headers, limit: number): void {
  const size = headers.reduce((sum, [name, value]) => sum + name.length + value.length, target.length);
  if (size <= limit) return;
  const message = `request line and header fields take ${size} bytes, the app takes ${limit}`;
  throw new HttpError(431, 'UP_HEADERS_TOO_LARGE', message);
}

function onceClosed(body: Readable, then: () => void): true {
  body.once('close', then);
  return true;
}

/** CONNECT asks for a tunnel; TRACE would show the client what only the app may see (RFC 9110 9.3.8). */
const refused = new Set(['CONNECT', 'TRACE']);

function notAllowed(): HttpError {
  const allow: Header = ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'];
  return new HttpError(405, 'UP_METHOD_NOT_ALLOWED', 'this method cannot be served', {}, [allow]);
}

/** One for a connection the app closed, one for an app that was being replaced. */
const maxTries = 3;
/** How long after a lost connection the exit of the process may take to be seen. */
const exitNoticeMs = 30;

/**
 * Lets what happened during a freeze be seen first: closed sockets, the exit of the app. Without it a request that
 * arrives in the same turn as the news would be written to a connection that is known to be dead a moment later.
 */
function settle(tries: number): Promise<void> {
  return tries === 1 ? new Promise((resolve) => setImmediate(resolve)) : Promise.resolve();
}

function turn(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** RFC 9110 9.2.1 and 9.2.2: these may be sent again without asking. */
function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

function boundBy(deadline: number, client: AbortSignal | undefined) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, Math.max(0, deadline - Date.now()));
  client?.addEventListener('abort', abort, { once: true });
  if (client?.aborted) abort();
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      client?.removeEventListener('abort', abort);
    },
  };
}

/**
 * Fields that only we may set, and those in which other runtimes speak to their apps, which a client could speak in
 * here: a client's copies go, in any spelling an app's server may fold together.
 */
const ours = new Set([
  'x-request-id',
  'x-stage',
  'x-context',
  'x-amzn-request-context',
  'x-amzn-lambda-context',
  'x-amz-tenant-id',
]);
/** Framing is computed from the body that is really sent: a client's own claim is how requests are smuggled. */
const framing = new Set(['content-length', 'expect', 'http2-settings']);

function toApp({ headers, context }: HttpRequest): Headers {
  const passed = withoutHopByHop(headers).filter(
    ([name]) => !ours.has(name.replaceAll('_', '-')) && !framing.has(name),
  );
  // First, because servers drop what comes after so many fields (Node: 1,000) and a client may send that many.
  return [
    ['x-request-id', context.requestId],
    ['x-stage', context.stage],
    ['x-context', contextField(context.platform)],
    ...traceHeader(passed, context.traceId),
    ...passed,
  ];
}

function traceHeader(headers: Headers, traceId: string | undefined): readonly Header[] {
  return traceId === undefined || getHeader(headers, 'x-amzn-trace-id') ? [] : [['x-amzn-trace-id', traceId]];
}

/** As with the fields of a request: beyond this no server takes it, and says little of why. */
const maxContextBytes = 64 * 1024;

function contextField(platform: unknown): string {
  const json = asciiJson(platform);
  if (json.length <= maxContextBytes) return json;
  const message = `the request context takes ${json.length} bytes, ${maxContextBytes} are allowed in a header field`;
  throw new HttpError(431, 'UP_HEADERS_TOO_LARGE', message);
}

/** Header values are bytes; escapes keep the JSON the same for every reader. */
function asciiJson(value: unknown): string {
  const json = JSON.stringify(value ?? null);
  return json.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function withoutConnectionFields(res: HttpResponse): HttpResponse {
  return { ...res, headers: withoutHopByHop(res.headers) };
}
