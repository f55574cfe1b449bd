/** Collects a body that is answered whole, out of views that do not last. */
import { getHeader, type Headers } from '../../../http/headers.ts';
import { createBytes } from '../../bytes.ts';

export interface CollectedBody {
  /** False when there is more than `maxBytes`; what came is dropped then. */
  add(bytes: Buffer): boolean;
  /** Where as many more may be put; null when they are too many. */
  room(bytes: number): Buffer | null;
  bytes(): Buffer;
}

export function collectBody(headers: Headers, maxBytes: number): CollectedBody {
  const bytes = createBytes();
  const named = Number(getHeader(headers, 'content-length') ?? 0);
  if (named <= maxBytes) bytes.expect(named);
  return {
    add(piece) {
      if (bytes.length() + piece.length > maxBytes) return false;
      bytes.add(piece);
      return true;
    },
    room: (more) => (bytes.length() + more > maxBytes ? null : bytes.room(more)),
    bytes: bytes.all,
  };
}
