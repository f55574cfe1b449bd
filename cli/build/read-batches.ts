/** Reads files that were found, many to a buffer. */
import { closeSync, constants, lstatSync, openSync, readSync } from 'node:fs';
import { type Batch, contentsOf } from './deflate-batch.ts';
import { systemCode, UpBuildError } from './error.ts';
import { type Found, seenAt, unreadable } from './walk.ts';

export interface FileBatch extends Batch {
  readonly files: readonly Found[];
}

/** What is read before the event loop may turn, and what a thread gets at once: 5 ms of deflating. */
const batchBytes = 250_000;

/** In the order given. Each is read when it is asked for; throws where a file is not what was found. */
export function* readBatches(files: readonly Found[]): Generator<FileBatch> {
  let start = 0;
  for (let end = 1, bytes = 0; end <= files.length; end++) {
    bytes += files[end - 1]?.size ?? 0;
    if (bytes < batchBytes && end < files.length) continue;
    yield readBatch(files.slice(start, end), bytes);
    [start, bytes] = [end, 0];
  }
}

function readBatch(files: readonly Found[], total: number): FileBatch {
  const bytes = new Uint8Array(total);
  const lengths = files.map(({ size }) => size);
  for (const [index, room] of contentsOf(bytes, lengths).entries()) readInto(room, files[index] as Found);
  return { files, bytes, lengths };
}

/** Windows knows no such flag, and makes links only for administrators. */
const readOnlyHere = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

function readInto(room: Uint8Array, { path, source, seen }: Found): void {
  try {
    readFile(room, source);
    // Looked at again after reading: half of one build and half of the next is nobody's app.
    if (seenAt(lstatSync(source, { bigint: true })) === seen) return;
  } catch (error) {
    if (systemCode(error) !== 'ELOOP' && systemCode(error) !== 'ENOENT') throw unreadable(path, error);
  }
  throw new UpBuildError('UP_PACKAGE_CHANGED', `${path} changed while it was packed`, {
    hint: 'Let whatever writes it finish (a build in the background?), and run it again.',
    details: { path },
  });
}

/** Up to the end of the file, if that comes first. */
function readFile(room: Uint8Array, source: string): void {
  const file = openSync(source, readOnlyHere);
  try {
    let at = 0;
    while (at < room.length) {
      const read = readSync(file, room, at, room.length - at, null);
      if (read === 0) return;
      at += read;
    }
  } finally {
    closeSync(file);
  }
}
