/**
 * The strong validator of a file: a hash of its bytes. Its time would be none, because every file of a package has the
 * same. Computed at the first request for a version and remembered.
 */
import { createHash } from 'node:crypto';
import type { OpenFile } from './open.ts';

/** A site of more files than this hashes some of them again. */
const maxKnown = 1_000;
const chunkBytes = 64 * 1024;

export type EtagOf = (file: OpenFile) => Promise<string>;

export function createEtags(): EtagOf {
  const known = new Map<string, string>();

  return async function etagOf(file) {
    const found = known.get(file.version);
    if (found !== undefined) return found;
    const etag = await hash(file);
    const [oldest] = known.keys();
    if (known.size >= maxKnown && oldest !== undefined) known.delete(oldest);
    known.set(file.version, etag);
    return etag;
  };
}

async function hash({ handle, size }: OpenFile): Promise<string> {
  const sum = createHash('sha256');
  const chunk = Buffer.allocUnsafe(Math.min(size, chunkBytes));
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) break;
    sum.update(chunk.subarray(0, bytesRead));
    at += bytesRead;
  }
  // 128 bits tell versions of a file apart.
  return `"${sum.digest('base64url').slice(0, 22)}"`;
}
