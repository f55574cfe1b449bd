/** Contents on their way to another thread and back, one buffer each way: it changes hands without being copied. */
import { deflate, type Packed } from './deflate.ts';

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

export function batchOf(contents: readonly Uint8Array[]): Batch {
  return { bytes: joined(contents), lengths: contents.map(({ length }) => length) };
}

export function deflateBatch({ bytes, lengths }: Batch): Deflated {
  const all = pieces(bytes, lengths).map(deflate);
  return {
    bytes: joined(all.map(({ data }) => data)),
    parts: all.map(({ data, ...rest }) => ({ ...rest, length: data.length })),
  };
}

export function packedOf({ bytes, parts }: Deflated): Packed[] {
  const lengths = parts.map(({ length }) => length);
  return pieces(bytes, lengths).map((data, index) => {
    const { method, crc, size } = parts[index] as Deflated['parts'][number];
    return { data, method, crc, size };
  });
}

function pieces(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  let at = 0;
  return lengths.map((length) => {
    const start = at;
    at += length;
    return bytes.subarray(start, at);
  });
}

/** A buffer of its own, which the small ones of Node are not. */
function joined(contents: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(contents.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const content of contents) {
    bytes.set(content, at);
    at += content.length;
  }
  return bytes;
}
