import type { Writable } from 'node:stream';

/** Resolves when more may be written, or never can be. Both listeners go with the first event: a long stream waits often. */
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
