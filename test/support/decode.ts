/** Bodies out of their content coding. */
import zlib from 'node:zlib';

/** `as`: the types are those of Node 20, which has no zstd. */
const { zstdDecompressSync } = zlib as typeof zlib & { zstdDecompressSync?: (bytes: Uint8Array) => Buffer };

export function decode(body: Uint8Array, coding: string | undefined): Buffer {
  if (coding === 'gzip') return zlib.gunzipSync(body);
  if (coding === 'br') return zlib.brotliDecompressSync(body);
  if (coding === 'zstd' && zstdDecompressSync) return zstdDecompressSync(body);
  if (coding === undefined || coding === 'identity') return Buffer.from(body);
  throw new Error(`this Node cannot read ${coding}`);
}
