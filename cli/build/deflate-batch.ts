/** Contents deflated, also on their way to another thread and back: one buffer each way. */
import { crc32 } from 'node:zlib';
import { deflateInto, type Packed } from './deflate.ts';

/** Contents one after the other. */
export interface Batch {
  readonly bytes: Uint8Array;
  readonly lengths: readonly number[];
}

/** What they came to, one after the other. */
export interface Deflated {
  readonly bytes: Uint8Array;
  readonly parts: readonly (Omit<Packed, 'data'> & { readonly length: number })[];
}

export function deflate(content: Uint8Array): Packed {
  return packedOf(deflateBatch({ bytes: content, lengths: [content.length] }))[0] as Packed;
}

/** Stored is what deflating gains nothing of, as of pictures and fonts. */
export function deflateBatch({ bytes, lengths }: Batch): Deflated {
  const room = new Uint8Array(bytes.length);
  let at = 0;
  const parts = contentsOf(bytes, lengths).map((content) => {
    const rest = room.subarray(at);
    const length = deflateInto(rest, content);
    const part = { length: length ?? content.length, crc: crc32(content), size: content.length };
    at += part.length;
    if (length !== null) return { ...part, method: 8 as const };
    rest.set(content);
    return { ...part, method: 0 as const };
  });
  return { bytes: room.slice(0, at), parts };
}

export function packedOf({ bytes, parts }: Deflated): Packed[] {
  const all = contentsOf(
    bytes,
    parts.map(({ length }) => length),
  );
  return parts.map(({ method, crc, size }, index) => ({ data: all[index] as Uint8Array, method, crc, size }));
}

export function contentsOf(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  let at = 0;
  return lengths.map((length) => {
    const start = at;
    at += length;
    return bytes.subarray(start, at);
  });
}
