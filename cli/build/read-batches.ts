/** Reads files that were found, many to a buffer. */
import { closeSync, constants, lstatSync, openSync, readSync } from 'node:fs';
import { type Batch, contentsOf } from './deflate-batch.ts';
import { systemCode } from './error.ts';
import { changed, type Found, seenAt, unreadable } from './walk.ts';

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

/**
 * What was a file when it was listed may be a link by now, or a pipe, which would be waited for beyond any signal. Windows
 * knows neither flag, and makes links only for administrators.
 */
const readOnlyHere = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A link, nothing, a folder, a pipe with nothing in it, a socket. */
const isOfChange = new Set(['ELOOP', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EAGAIN', 'ENXIO']);

function readInto(room: Uint8Array, { path, source, seen }: Found): void {
  try {
    readStart(room, source);
    // Checked again after reading, so that no file ships half of one build and half of the next.
    if (seenAt(lstatSync(source)) === seen) return;
  } catch (error) {
    if (!isOfChange.has(systemCode(error) ?? '')) throw unreadable(path, error);
  }
  throw changed(path);
}

/** The first bytes of a file, up to its end if that comes first. */
export function readStart(room: Uint8Array, source: string): void {
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
