import type { Writable } from 'node:stream';

/**
 * Resolves when more may be written, or when the stream is closed. Both listeners are removed with the first event,
 * because a long stream waits often.
 */
export function drained(out: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      out.off('drain', done);
      out.off('close', done);
      resolve();
    };
    out.on('drain', done);
    out.on('close', done);
  });
}
