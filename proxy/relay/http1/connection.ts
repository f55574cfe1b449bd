/**
 * One connection to the app, one request at a time. What is read goes through the parser as it comes, out of one buffer
 * that all connections share: Node reads and hands over in one step, and a buffer for each read is garbage of 64 KiB. Only
 * the rest of a long body is read to where it is wanted: in one piece, where the two processes would wait for each other in
 * turn, and without being copied.
 */
import { connect, type Socket } from 'node:net';
import type { Address } from '../readiness.ts';
import { ParseError, type PlacedAnswerEvents } from './answers.ts';
import { createParser } from './parser.ts';
import { readOnAfterRefusedWrite } from './refused-write.ts';

/** Why a connection gave no answer. */
export interface Broken {
  /** `connect`: it was never there; `closed`: it ended where more was due; `invalid`: what came is not HTTP. */
  readonly kind: 'connect' | 'closed' | 'invalid';
  readonly error: Error;
}

export interface ExchangeEvents extends PlacedAnswerEvents {
  /** `byClose`: nothing but the end of the connection said so. */
  end(reusable: boolean, byClose?: boolean): void;
  /** The connection is there: what is sent reaches the app. */
  connected(): void;
  /** Told at most once, and nothing after it. */
  broken(why: Broken): void;
}

export interface Connection {
  /** Neither side has ended it, as far as this process has been told. */
  isOpen(): boolean;
  /** `head` has a byte for each character. */
  send(method: string, head: string, body: Uint8Array | null, events: ExchangeEvents): void;
  /** All that was sent has been taken by the system. */
  isWritten(): boolean;
  /** Stops and goes on reading. */
  pause(): void;
  resume(): void;
  destroy(): void;
}

/** Loopback answers at once, unless the app's backlog is full. */
const connectMs = 2_000;

const readBytes = 64 * 1024;
const readBuffer = Buffer.allocUnsafeSlow(readBytes);

export function connectTo({ host, port }: Address): Connection {
  const parser = createParser();
  let exchange: ExchangeEvents | null = null;
  let isConnected = false;
  let isOver = false;
  let isClosing = false;

  let buffer: Buffer = readBuffer;

  // Types know a function that always gives a buffer; without one Node goes on with the one it has.
  const onread = { buffer: nextBuffer as () => Buffer, callback: onBytes };
  const socket: Socket = connect({ host, port, noDelay: true, onread });
  const timer = setTimeout(() => fail('connect', new Error(`no connection within ${connectMs} ms`)), connectMs);
  readOnAfterRefusedWrite(socket);
  socket.once('connect', () => {
    clearTimeout(timer);
    isConnected = true;
    exchange?.connected();
  });
  socket.once('end', onEnd);
  socket.on('error', (error) => fail(isConnected ? 'closed' : 'connect', error));
  socket.once('close', () => {
    fail(isConnected ? 'closed' : 'connect', new Error('the connection was closed'));
    parser.free();
  });

  function onBytes(length: number): boolean {
    if (isOver) return false;
    // Bytes on an idle connection cannot be an answer.
    if (exchange === null) {
      destroy();
      return false;
    }
    parse(() => parser.read(buffer.subarray(0, length)));
    return true;
  }

  function nextBuffer(): Buffer | null {
    const next = (exchange && parser.room()) ?? readBuffer;
    if (next === buffer && isConnected) return null;
    buffer = next;
    return next;
  }

  function onEnd(): void {
    // A reset that arrives together with the last bytes looks like a normal end, but leaves no remote address.
    if (socket.remoteAddress === undefined) {
      fail('closed', new Error('the connection broke off'));
      return;
    }
    isClosing = true;
    // An answer without a length ends here; any other is cut short.
    if (exchange !== null) parse(() => parser.finish(), 'closed');
    if (exchange !== null) fail('closed', new Error('other side closed'));
    isOver = true;
  }

  const answer: PlacedAnswerEvents = {
    head: (status, headers) => exchange?.head(status, headers),
    body: (bytes) => exchange?.body(bytes),
    room: (bytes) => exchange?.room(bytes) ?? null,
    end(reusable) {
      const told = exchange;
      exchange = null;
      // An idle connection is read from so that its end is noticed, and does not keep this process alive.
      resume();
      socket.unref();
      told?.end(reusable, isClosing);
    },
  };

  function parse(work: () => void, kind: Broken['kind'] = 'invalid'): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      fail(kind, error);
      destroy();
    }
  }

  function fail(kind: Broken['kind'], error: Error): void {
    const told = exchange;
    exchange = null;
    isOver = true;
    clearTimeout(timer);
    told?.broken({ kind, error });
    if (kind === 'connect') socket.destroy();
  }

  function resume(): void {
    if (socket.isPaused()) socket.resume();
  }

  function destroy(): void {
    isOver = true;
    exchange = null;
    clearTimeout(timer);
    socket.destroy();
  }

  return {
    isOpen: () => !(isOver || socket.destroyed),
    send(method, head, body, events) {
      exchange = events;
      parser.expect(method, answer);
      socket.ref();
      if (isConnected) events.connected();
      if (body === null) socket.write(head, 'latin1');
      else {
        socket.cork();
        socket.write(head, 'latin1');
        socket.write(body);
        socket.uncork();
      }
    },
    isWritten: () => socket.writableLength === 0,
    pause: () => void socket.pause(),
    resume,
    destroy,
  };
}
