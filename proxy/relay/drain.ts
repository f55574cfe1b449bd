/**
 * Reads a stream of the app to its end, however fast it writes: in slices with a turn of the event loop after each, so
 * that requests get theirs. While we are behind the pipe is full and the app waits in its write; it never waits for good.
 *
 * What is handed out may be a view of a buffer that is read into again: it is kept only while the stream is paused.
 */
import type { Readable } from 'node:stream';
import type { Capture } from './capture.ts';
import { turn } from './turn.ts';

export interface Drain {
  /** The stream has ended and all of it is logged. */
  readonly closed: Promise<void>;
  /** A look at it, to see later whether more has come. */
  look(): Look;
  /** Logs the record that further lines may continue. */
  flush(): void;
}

interface Look {
  /** Something came since it was asked last, or is still to be logged. */
  isBehind(): boolean;
}

/** About a hundred lines, a fraction of a millisecond. */
const sliceBytes = 8 * 1024;

const settleMs = 50;

/** More than a pipe, or the pair of sockets Node makes for one, holds: what came after it was written after it. */
const pipeBytes = 512 * 1024;

export function drainInto(stream: Readable, sink: Capture): Drain {
  let rest: Buffer | null = null;
  let received = 0;
  let handled = 0;

  function take(chunk: Buffer): void {
    received += chunk.length;
    // A stream paused in its own handler may still deliver what it had read.
    if (rest !== null) rest = Buffer.concat([rest, chunk]);
    else if (chunk.length <= sliceBytes) log(chunk);
    else {
      stream.pause();
      rest = chunk;
      slice();
    }
  }

  function slice(): void {
    if (rest === null) return;
    const now = rest.subarray(0, sliceBytes);
    rest = rest.length > sliceBytes ? rest.subarray(sliceBytes) : null;
    log(now);
    setImmediate(rest === null ? resume : slice);
  }

  function resume(): void {
    if (rest === null) stream.resume();
  }

  function log(bytes: Buffer): void {
    sink.write(bytes);
    handled += bytes.length;
  }

  function finish(): void {
    if (rest !== null) log(rest);
    rest = null;
    sink.end();
  }

  function look(): Look {
    const whole = handled + pipeBytes;
    let seen = received;
    return {
      isBehind() {
        if (handled >= whole || (rest === null && received === seen)) return false;
        seen = received;
        return true;
      },
    };
  }

  // Our process may exit before the stream has closed: what is held would be lost.
  process.once('exit', finish);
  stream.on('data', take);
  // The exit of the app is reported elsewhere; everything readable has been read.
  stream.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    stream.once('close', () => {
      process.off('exit', finish);
      finish();
      resolve();
    });
  });
  return { closed, look, flush: sink.flush };
}

/**
 * Ends when what the app had written at the last poll of the event loop is read and logged, or `settleMs` have passed. One
 * turn without data is enough: what a poll has found is handed out before it is over.
 */
export async function settle(drains: readonly Drain[]): Promise<void> {
  const until = performance.now() + settleMs;
  const looks = drains.map((drain) => drain.look());
  do await turn();
  while (looks.some((look) => look.isBehind()) && performance.now() < until);
  for (const drain of drains) drain.flush();
}
