/**
 * The hop to the app: one kept-alive connection per request in flight, over undici's Client (its parser, llhttp, takes
 * whatever an app answers). A connection that stood idle across a possible freeze is reused only while it is certainly
 * alive; see "freeze and sockets" in docs/architecture.md.
 */
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import buildConnector from 'undici/lib/core/connect.js';
import Client from 'undici/lib/dispatcher/client.js';
import type { Header, Headers } from '../../http/headers.ts';
import type { HttpResponse } from '../../http/message.ts';
import { interim } from './interim.ts';
import { hearOut } from './last-words.ts';
import type { Address } from './readiness.ts';

export interface UpstreamRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
  readonly body: Uint8Array | null;
  /** Collect the whole body before answering, as a host that cannot stream wants it. */
  readonly whole: boolean;
  /** It may be sent again when its connection turns out to be dead. */
  readonly repeatable: boolean;
  readonly signal: AbortSignal;
}

/** Why there is no answer. `delivered` is false only when the request provably never reached the app. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly delivered: boolean;
  readonly kind: 'connect' | 'closed' | 'invalid' | 'aborted' | 'too-large';
  /** The answer had begun. */
  readonly begun: boolean;

  constructor(kind: UpstreamError['kind'], delivered: boolean, cause: Error, begun = false) {
    super(cause.message, { cause });
    this.kind = kind;
    this.delivered = delivered;
    this.begun = begun;
  }
}

export interface Upstream {
  send(address: Address, req: UpstreamRequest): Promise<HttpResponse>;
  /** Drops every idle connection, for instance because the app behind them is gone. */
  reset(): void;
}

interface Connection {
  readonly client: Client;
  readonly key: string;
  /** When it became idle, by both clocks: either may stand still or jump across a freeze. */
  idleSince: { readonly wall: number; readonly monotonic: number };
  /** What the app said of its patience, milliseconds; null when it said nothing. */
  keepAlive: number | null;
  /** It did not end, it broke. */
  readonly broken: () => boolean;
  readonly expectAnswer: () => void;
}

/** Node closes idle connections after 5 s, others sooner; a second is below all of them and above any burst. */
const trustIdleMs = 1_000;
/** The app's hint is when it closes, not when a request must have arrived. */
const hintMarginMs = 500;

export function createUpstream(): Upstream {
  let idle: Connection[] = [];

  function take(address: Address, repeatable: boolean): Connection {
    const key = `${address.host}:${address.port}`;
    for (let found = idle.pop(); found; found = idle.pop()) {
      if (found.key === key && isTrusted(found, repeatable)) return found;
      void found.client.destroy();
    }
    return { ...connectTo(address), key, idleSince: now(), keepAlive: null };
  }

  function give(connection: Connection): void {
    connection.idleSince = now();
    idle.push(connection);
  }

  return {
    send: (address, req) => exchange(take(address, req.repeatable), req, give),
    reset() {
      for (const { client } of idle) void client.destroy();
      idle = [];
    },
  };
}

function now() {
  return { wall: Date.now(), monotonic: performance.now() };
}

/**
 * An app may close at this very moment, whatever it has said of its patience; what may not be sent twice is therefore not
 * sent on a connection that stood idle at all. Measured on loopback: a new one takes 0.1 ms.
 */
function isTrusted({ idleSince, keepAlive }: Connection, repeatable: boolean): boolean {
  if (!repeatable) return false;
  const at = now();
  const idle = Math.max(Math.abs(at.wall - idleSince.wall), at.monotonic - idleSince.monotonic);
  return idle < Math.min(trustIdleMs, keepAlive === null ? trustIdleMs : keepAlive - hintMarginMs);
}

/**
 * Of an answer that is sent whole. Ten times what any front door takes, because it may be compressed; an app that writes on
 * and on filled the memory of its environment.
 */
const maxWholeBytes = 64 * 1024 * 1024;

const open = buildConnector({ timeout: 2_000 });

function connectTo({ host, port }: Address): Pick<Connection, 'client' | 'broken' | 'expectAnswer'> {
  const name = host.includes(':') ? `[${host}]` : host;
  let broken = false;
  const { watch, expectAnswer } = interim();
  const client = new Client(`http://${name}:${port}`, {
    pipelining: 1,
    // Deadlines are the relay's: one timer per request, armed and cleared with it.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Idle time is judged by `isTrusted`, not by a timer that may fire late after a thaw.
    keepAliveTimeout: 600_000,
    keepAliveMaxTimeout: 600_000,
    keepAliveTimeoutThreshold: 0,
    connect(options, callback) {
      broken = false;
      const socket = open(options, callback);
      // Before the client hears of it, which takes a reset for the end of a body that ends with its connection.
      socket.prependListener('error', () => {
        broken = true;
      });
      // A reset that is seen together with the last bytes before it looks like an end; but it leaves no other side.
      socket.prependListener('end', () => {
        if (socket.remoteAddress === undefined) broken = true;
      });
      hearOut(socket);
      watch(socket);
      return socket;
    },
    maxHeaderSize: 64 * 1024,
  });
  return { client, broken: () => broken, expectAnswer };
}

function exchange(
  connection: Connection,
  req: UpstreamRequest,
  give: (connection: Connection) => void,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const { client } = connection;
    let status = 0;
    let headers: Headers = [];
    let chunks: Buffer[] = [];
    let size = 0;
    let stream: Readable | null = null;
    let written = false;
    let abort: (error: Error) => void = () => {};

    const onAbort = () => fail(new UpstreamError('aborted', written, new Error('aborted'), status > 0));
    // An event that is past is not told again: without this a repeated request could wait for ever.
    if (req.signal.aborted) return onAbort();
    req.signal.addEventListener('abort', onAbort, { once: true });

    function finish(): void {
      req.signal.removeEventListener('abort', onAbort);
      if (stream) stream.push(null);
      else resolve({ status, headers, body: join(chunks) });
      chunks = [];
    }

    function fail(error: UpstreamError): void {
      req.signal.removeEventListener('abort', onAbort);
      abort(error);
      void client.destroy();
      stream?.destroy(error);
      reject(error);
    }

    const handler = {
      onConnect(abortRequest: (error: Error) => void) {
        written = true;
        abort = abortRequest;
        connection.expectAnswer();
      },
      onHeaders(statusCode: number, raw: Buffer[], resume: () => void): boolean {
        if (statusCode < 100) throw new Error(`${statusCode} is not a status`);
        // 1xx: nothing behind Lambda can carry one.
        if (statusCode < 200) return true;
        status = statusCode;
        headers = parseHeaders(raw);
        connection.keepAlive = keepAliveHint(headers);
        if (req.whole) return true;
        stream = new Readable({ read: resume, destroy: (error, done) => done(onStreamClosed(error)) });
        resolve({ status, headers, body: stream });
        return true;
      },
      onData(chunk: Buffer): boolean {
        if (stream) return stream.push(chunk);
        size += chunk.length;
        if (size > maxWholeBytes) {
          fail(new UpstreamError('too-large', true, new Error(`more than ${maxWholeBytes} bytes`)));
          return false;
        }
        chunks.push(chunk);
        return true;
      },
      onComplete(): void {
        if (connection.broken()) {
          fail(new UpstreamError('closed', true, new Error('the connection broke off')));
          return;
        }
        if (mayHoldMore(connection, req)) void client.destroy();
        else give(connection);
        finish();
      },
      onError(error: Error & { code?: string }): void {
        // A 304 may name the length of what it does not send (RFC 9110 8.6); to the client it is a body cut short.
        if ((status === 204 || status === 304) && error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
          void client.destroy();
          finish();
          return;
        }
        // Our own abort comes back this way.
        fail(error instanceof UpstreamError ? error : classify(error, written));
      },
    };

    /** The host stopped reading: the app must not go on writing into nothing. */
    function onStreamClosed(error: Error | null): Error | null {
      if (stream && !stream.readableEnded) abort(error ?? new Error('nobody reads the answer'));
      return error;
    }

    const { method, target, body } = req;
    try {
      client.dispatch({ method, path: target, headers: req.headers.flat(), body }, handler);
    } catch (error) {
      fail(new UpstreamError('invalid', false, error as Error));
    }
  });
}

/**
 * An app that does not read a body reads it as the next request. Those that announce how long they keep a connection
 * (Node, and whatever stands on it) take the rest of a body off it.
 */
function mayHoldMore({ keepAlive }: Connection, { body }: UpstreamRequest): boolean {
  return keepAlive === null && body !== null && body.byteLength > 0;
}

function join(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function parseHeaders(raw: readonly Buffer[]): Headers {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    headers.push([(raw[i]?.toString('latin1') ?? '').toLowerCase(), raw[i + 1]?.toString('latin1') ?? '']);
  }
  return headers;
}

/** `Keep-Alive: timeout=5` in milliseconds. */
function keepAliveHint(headers: Headers): number | null {
  for (const [name, value] of headers) {
    const seconds = name === 'keep-alive' && /timeout=(\d+)/i.exec(value)?.[1];
    if (seconds) return Number(seconds) * 1000;
  }
  return null;
}

/** The connection ended where more was due; the last one says so of a chunked body. */
const closedCodes = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE']);

/** Parse errors of llhttp are named HPE_*, the client's own complaints about an answer UND_ERR_*. */
function classify(error: Error & { code?: string }, written: boolean): UpstreamError {
  const code = error.code ?? '';
  if (code === 'UND_ERR_INVALID_ARG') return new UpstreamError('invalid', false, error);
  if (!written) return new UpstreamError('connect', false, error);
  return new UpstreamError(closedCodes.has(code) ? 'closed' : 'invalid', true, error);
}
