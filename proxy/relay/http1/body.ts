/** Collects a body that is answered whole, out of views that do not last. */
import { getHeader, type Headers } from '../../../http/headers.ts';

export interface CollectedBody {
  /** False when there is more than `maxBytes`; what came is dropped then. */
  add(bytes: Buffer): boolean;
  bytes(): Buffer;
}

/** Where its length is named it is copied once: joined from pieces, a megabyte took as long as it took to read. */
export function collectBody(headers: Headers, maxBytes: number): CollectedBody {
  const named = Number(getHeader(headers, 'content-length') ?? 0);
  let buffer = Buffer.allocUnsafe(named <= maxBytes ? named : 0);
  let size = 0;

  function grow(least: number): void {
    const larger = Buffer.allocUnsafe(Math.max(least, 2 * buffer.length));
    buffer.copy(larger, 0, 0, size);
    buffer = larger;
  }

  return {
    add(bytes) {
      if (size + bytes.length > maxBytes) return false;
      if (size + bytes.length > buffer.length) grow(size + bytes.length);
      bytes.copy(buffer, size);
      size += bytes.length;
      return true;
    },
    bytes: () => buffer.subarray(0, size),
  };
}
