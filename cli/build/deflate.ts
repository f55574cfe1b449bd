/**
 * Deflate whose bytes depend on the content only. Node's bundled zlib and the zlib of a system, with which distributions
 * may link Node, deflate the same input to different bytes (measured for 1 MB of JavaScript at level 6: Node 18 to 24
 * on x64 146,906 bytes, zlib 1.2.13 146,694), and bytes have differed by release and platform before
 * (nodejs/node#33610, #12244). So the deflate here is plain JavaScript, the same everywhere.
 */
import { crc32 } from 'node:zlib';
import { deflateSync } from 'fflate';

/** A content as it lies in a zip. */
export interface Packed {
  readonly data: Uint8Array;
  readonly method: 0 | 8;
  readonly crc: number;
  /** Bytes of the content. */
  readonly size: number;
}

const level = 6;
/** What the bytes for a content depend on: what an earlier one gave is not taken for this one's. */
export const deflateVersion: string = `fflate 0.8.3 level ${level}`;

/** Stored when deflating gains nothing, as for pictures and fonts. */
export function deflate(content: Uint8Array): Packed {
  const deflated = deflateSync(content, { level });
  const smaller = deflated.length < content.length;
  return {
    data: smaller ? deflated : content,
    method: smaller ? 8 : 0,
    crc: crc32(content),
    size: content.length,
  };
}
