/**
 * Our standard output: lines are gathered for the rest of the turn of the event loop and written at once, synchronously,
 * because a freeze may follow any turn. Never throws and never holds back more than one batch: a reader that is slow
 * slows us down, one that is gone or a disk that is full costs the lines.
 */
import { writeSync } from 'node:fs';

export interface Output {
  write(line: string): void;
  flush(): void;
}

/** Characters that are gathered before they are written in the middle of a turn. One write costs as much as 50 lines. */
const maxBatchChars = 64 * 1024;

/** The wait before the next try when a pipe that somebody has set to O_NONBLOCK is full. */
const retryMs = 1;

/** JSON leaves these as they are, but terminals obey C1 controls and some readers end a line at U+0085, U+2028, U+2029. */
const unsafe = /[\u007f-\u009f\u2028\u2029]/g;

export function escapeLine(line: string): string {
  // Searching is much cheaper than replacing nothing.
  return line.search(unsafe) === -1 ? line : line.replace(unsafe, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `write` is fs.writeSync but for tests. Registers a listener for the exit of the process. */
export function standardOutput(fd = 1, write: (fd: number, bytes: Buffer, at: number) => number = writeSync): Output {
  let batch = '';
  let broken = false;
  let exiting = false;

  function flush(): void {
    if (batch === '') return;
    const text = broken ? `\n${batch}` : batch;
    batch = '';
    broken = writeAll(toBytes(text));
  }

  /** Tells whether it left a line half written. */
  function writeAll(bytes: Buffer): boolean {
    let at = 0;
    while (at < bytes.length) {
      try {
        at += write(fd, bytes, at);
      } catch (error) {
        if (!isBusy(error)) return at > 0 ? bytes[at - 1] !== newline : broken;
        wait(retryMs);
      }
    }
    return false;
  }

  process.once('exit', () => {
    exiting = true;
    flush();
  });
  return {
    write(line) {
      if (batch === '' && !exiting) queueMicrotask(flush);
      batch += line;
      // Nothing comes after the turn in which the process exits.
      if (exiting || batch.length >= maxBatchChars) flush();
    },
    flush,
  };
}

/** Used again and again, because a buffer for every batch of a flood is memory until the next collection. */
const space = Buffer.allocUnsafeSlow(3 * 2 * maxBatchChars);

function toBytes(text: string): Buffer {
  const bytes = encode(text);
  // Text whose bytes are as many as its characters is ASCII, where nothing but DEL is to be escaped.
  return bytes.length === text.length && !bytes.includes(0x7f) ? bytes : encode(escapeLine(text));
}

/** No character has more bytes than 3. */
function encode(text: string): Buffer {
  return text.length * 3 <= space.length ? space.subarray(0, space.write(text)) : Buffer.from(text);
}

const newline = 0x0a;

function isBusy(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EAGAIN' || code === 'EINTR';
}

const never = new Int32Array(new SharedArrayBuffer(4));

function wait(milliseconds: number): void {
  Atomics.wait(never, 0, 0, milliseconds);
}
