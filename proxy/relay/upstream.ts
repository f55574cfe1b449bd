/**
 * The hop to the app: one kept-alive connection per request in flight. A connection that stood idle across a possible
 * freeze is reused only while it is certainly alive; see "freeze and sockets" in docs/architecture.md.
 */
import { Readable } from 'node:stream';
import type { Headers } from '../../http/headers.ts';
import type { HttpResponse } from '../../http/message.ts';
import { between, bothClocks, type Clocks, type Moment } from './clocks.ts';
import { type CollectedBody, collectBody } from './http1/body.ts';
import { type Broken, type Connection, connectTo, type ExchangeEvents } from './http1/connection.ts';
import { requestHead } from './http1/head.ts';
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
  readonly bound: Cancellation;
  /** Whether the app is ending by a failure, asked when its end is all that says that an answer is whole. */
  brokeOff(): Promise<boolean>;
}

/** When a request is to be given up; one listener at a time. */
export interface Cancellation {
  isOver(): boolean;
  onOver(listener: (() => void) | null): void;
}

/** How far a request had come that got no answer. */
interface Progress {
  /** False only when the request provably never reached the app. */
  readonly delivered: boolean;
  /** The answer had begun. Default: no. */
  readonly begun?: boolean;
}

/** Why there is no answer. */
export class UpstreamError extends Error implements Progress {
  override readonly name = 'UpstreamError';
  readonly kind: Broken['kind'] | 'aborted' | 'too-large';
  readonly delivered: boolean;
  readonly begun: boolean;

  constructor(kind: UpstreamError['kind'], cause: Error, { delivered, begun = false }: Progress) {
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

interface Kept {
  readonly connection: Connection;
  /** Host and port. */
  readonly authority: string;
  idleSince: Moment;
  /** How long the app keeps an idle connection, by its own hint, milliseconds; null when it gave none. */
  keepAlive: number | null;
}

/** Node closes idle connections after 5 s, others sooner; a second is below all of them and above any burst. */
const trustIdleMs = 1_000;
/** The app's hint is when it closes, not when a request must have arrived. */
const hintMarginMs = 500;

export function createUpstream(clocks: Clocks = bothClocks): Upstream {
  let idle: Kept[] = [];

  function take(address: Address, repeatable: boolean): Kept {
    const authority = authorityOf(address);
    for (let found = idle.pop(); found; found = idle.pop()) {
      if (found.authority === authority && isTrusted(found, repeatable, clocks())) return found;
      found.connection.destroy();
    }
    return { connection: connectTo(address), authority, idleSince: clocks(), keepAlive: null };
  }

  function give(kept: Kept): void {
    kept.idleSince = clocks();
    idle.push(kept);
  }

  return {
    send: (address, req) =>
      new Promise((resolve, reject) =>
        new Exchange(take(address, req.repeatable), req, give, { resolve, reject }).start(),
      ),
    reset() {
      for (const { connection } of idle) connection.destroy();
      idle = [];
    },
  };
}

function authorityOf({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Whether an idle connection may be used again. The app may close it at this very moment, whatever its hint says, so a
 * request that may not be sent twice is never sent on an idle connection. Measured on loopback: a new connection takes
 * 0.1 ms.
 */
function isTrusted({ connection, idleSince, keepAlive }: Kept, repeatable: boolean, now: Moment): boolean {
  if (!repeatable || !connection.isOpen()) return false;
  return between(idleSince, now) < Math.min(trustIdleMs, keepAlive === null ? trustIdleMs : keepAlive - hintMarginMs);
}

/**
 * Of an answer that is sent whole. Ten times what any front door takes, because it may still be compressed. Without a
 * limit, an app that never stops writing would fill the memory of its environment.
 */
const maxWholeBytes = 64 * 1024 * 1024;

/** What is read ahead of a streamed answer: with less the app, the proxy and the platform wait for each other in turn. */
const streamBytes = 256 * 1024;

/** Read of a streamed answer at once, at most. */
const blockBytes = 1024 * 1024;

interface Settle {
  resolve(res: HttpResponse): void;
  reject(error: UpstreamError): void;
}

/** One request and its answer, from the first byte to the last. */
class Exchange implements ExchangeEvents {
  private readonly kept: Kept;
  private readonly req: UpstreamRequest;
  private readonly give: (kept: Kept) => void;
  private readonly settle: Settle;
  private status = 0;
  private headers: Headers = [];
  private collected: CollectedBody | null = null;
  private stream: Readable | null = null;
  /** The unused rest of the buffer that the stream is read into. */
  private block: Buffer | null = null;
  private written = false;
  private isDone = false;

  constructor(kept: Kept, req: UpstreamRequest, give: (kept: Kept) => void, settle: Settle) {
    this.kept = kept;
    this.req = req;
    this.give = give;
    this.settle = settle;
  }

  start(): void {
    const { kept, req } = this;
    const { method, target, headers, body, bound } = req;
    // A deadline that has passed notifies no listener any more: without this check a repeated request would wait for
    // ever.
    if (bound.isOver()) {
      this.over();
      return;
    }
    bound.onOver(() => this.over());
    try {
      const bodyBytes = body !== null && body.byteLength > 0 ? body.byteLength : null;
      const head = requestHead({ method, target, headers, bodyBytes }, kept.authority);
      kept.connection.send(method, head, bodyBytes === null ? null : body, this);
    } catch (error) {
      this.fail(new UpstreamError('invalid', error as Error, { delivered: false }));
    }
  }

  connected(): void {
    this.written = true;
  }

  head(status: number, headers: Headers): void {
    this.status = status;
    this.headers = headers;
    this.kept.keepAlive = keepAliveHint(headers);
    if (this.req.whole) {
      this.collected = collectBody(headers, maxWholeBytes);
      return;
    }
    const { connection } = this.kept;
    this.stream = new Readable({
      highWaterMark: streamBytes,
      read: () => connection.resume(),
      destroy: (error, done) => {
        this.onStreamClosed();
        done(error);
      },
    });
    // The stream may fail before its consumer has attached a listener, for example within the bytes of the head.
    this.stream.on('error', () => {});
    this.settle.resolve({ status, headers, body: this.stream });
  }

  body(bytes: Buffer): void {
    if (this.isDone) return;
    if (this.stream) {
      if (!this.stream.push(this.lasting(bytes))) this.kept.connection.pause();
    } else if (this.collected?.add(bytes) === false) {
      this.fail(new UpstreamError('too-large', new Error(`more than ${maxWholeBytes} bytes`), { delivered: true }));
    }
  }

  room(bytes: number): Buffer | null {
    if (this.collected) return this.collected.room(bytes);
    if (!this.block?.length) this.block = Buffer.allocUnsafeSlow(Math.min(bytes, blockBytes));
    return this.block;
  }

  /** Bytes that are in a buffer which is read into again are copied. */
  private lasting(bytes: Buffer): Buffer {
    const { block } = this;
    if (block?.buffer !== bytes.buffer) return Buffer.from(bytes);
    this.block = block.subarray(bytes.length);
    return bytes;
  }

  end(reusable: boolean, byClose = false): void {
    if (this.isDone) return;
    if (byClose) void this.endByClose();
    else this.complete(reusable);
  }

  /** What an app that crashed has left of its answer looks like a whole one (RFC 9112 8). */
  private async endByClose(): Promise<void> {
    const brokeOff = await this.req.brokeOff();
    if (this.isDone) return;
    if (!brokeOff) return this.complete(false);
    const error = new Error('the app ended before its answer did');
    this.fail(new UpstreamError('closed', error, { delivered: true, begun: true }));
  }

  private complete(reusable: boolean): void {
    const { kept, req, status } = this;
    this.isDone = true;
    req.bound.onOver(null);
    if (reusable && kept.connection.isWritten() && !mayHoldMore(kept, req, status, this.headers)) this.give(kept);
    else kept.connection.destroy();
    if (this.stream) this.stream.push(null);
    else this.settle.resolve({ status, headers: this.headers, body: this.collected?.bytes() ?? Buffer.alloc(0) });
  }

  broken({ kind, error }: Broken): void {
    this.fail(new UpstreamError(kind, error, { delivered: kind !== 'connect', begun: this.status > 0 }));
  }

  private over(): void {
    this.fail(new UpstreamError('aborted', new Error('aborted'), { delivered: this.written, begun: this.status > 0 }));
  }

  private fail(error: UpstreamError): void {
    this.isDone = true;
    this.req.bound.onOver(null);
    this.kept.connection.destroy();
    this.stream?.destroy(error);
    this.settle.reject(error);
  }

  /**
   * The host stopped reading, so the app must not go on writing. Once the exchange is done, the connection belongs to
   * another one.
   */
  private onStreamClosed(): void {
    if (!this.isDone && this.stream && !this.stream.readableEnded) this.kept.connection.destroy();
  }
}

/**
 * Whether unread bytes may be left on the connection. An app that ignores a request body would read it as the next
 * request; those that announce how long they keep a connection (Node, and what is built on it) discard it. And an
 * answer that has no body by its status may send one all the same, where it names a length.
 */
function mayHoldMore({ keepAlive }: Kept, { body }: UpstreamRequest, status: number, headers: Headers): boolean {
  if (keepAlive === null && body !== null && body.byteLength > 0) return true;
  return (
    (status === 204 || status === 304) && headers.some(([name, value]) => name === 'content-length' && value !== '0')
  );
}

/** `Keep-Alive: timeout=5` in milliseconds. */
function keepAliveHint(headers: Headers): number | null {
  for (const [name, value] of headers) {
    const seconds = name === 'keep-alive' && /timeout=(\d+)/i.exec(value)?.[1];
    if (seconds) return Number(seconds) * 1000;
  }
  return null;
}
