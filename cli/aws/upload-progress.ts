/** How much of a large request is on its way, for whoever waits for it. */
import { Readable } from 'node:stream';
import type { Pluggable } from '@aws-sdk/types';
import { bytes } from '../output/format.ts';
import type { Say } from '../output/reporter.ts';

/** What goes out at a time: small enough for a bar that moves on a slow line. */
const pieceBytes = 64 * 1024;
/** A smaller one is out before anybody could read of it. */
const tellingBytes = 1024 * 1024;

/**
 * For a command that carries a package of `size` bytes: tells how much of its body the connection has taken. The body, signed as it is,
 * becomes a stream in the last step before the request leaves, so that each attempt begins at nothing.
 */
export function uploadProgress<Input extends object, Output extends object>(
  say: Say,
  size: number,
): Pluggable<Input, Output> {
  const tell = (done: number) => say(`uploading ${bytes(size)}`, done);
  return {
    applyToStack(stack) {
      stack.add(
        (next) => (args) => {
          const request = args.request as { body?: unknown };
          const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
          if (body instanceof Uint8Array && body.length >= tellingBytes) request.body = pieces(body, tell);
          return next(args);
        },
        { step: 'deserialize', priority: 'low', name: 'upUploadProgress' },
      );
    },
  };
}

function pieces(body: Uint8Array, tell: (done: number) => void): Readable {
  return Readable.from(cut(body, tell), { objectMode: false, highWaterMark: pieceBytes });
}

function* cut(body: Uint8Array, tell: (done: number) => void): Generator<Uint8Array> {
  for (let sent = 0; sent < body.length; sent += pieceBytes) {
    tell(sent / body.length);
    yield body.subarray(sent, sent + pieceBytes);
  }
  tell(1);
}
