/**
 * Deflate whose bytes depend on the content only. Node's bundled zlib and the zlib of a system, with which distributions
 * may link Node, deflate the same input to different bytes (measured for 1 MB of JavaScript at level 6: Node 18 to 24
 * on x64 146,906 bytes, zlib 1.2.13 146,694), and bytes have differed by release and platform before
 * (nodejs/node#33610, #12244). So the deflate here is zlib in WebAssembly, as zip.js builds it: the same instructions
 * everywhere, for half of what plain JavaScript takes. It imports nothing, so computing is all that it can do.
 */
import { readFileSync } from 'node:fs';
import { deflateModule } from '../paths.ts';
import { UpBuildError } from './error.ts';

/** A content as it lies in a zip. */
export interface Packed {
  readonly data: Uint8Array;
  readonly method: 0 | 8;
  readonly crc: number;
  /** Bytes of the content. */
  readonly size: number;
}

/** What the module exports, of what is asked here. Addresses are places in its memory. */
interface Zlib {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): number;
  deflate_new(): number;
  deflate_init_raw(stream: number, level: number): number;
  /** Bytes made in the low 24 bits, above them what zlib returned. */
  deflate_process(stream: number, from: number, bytes: number, to: number, room: number, flush: number): number;
  deflate_last_consumed(stream: number): number;
  deflate_end(stream: number): number;
}

/**
 * Measured on Node 24: 14,000 files of packages take 446 ms of processor and 6.78 MB, at level 6 567 ms and 6.76 MB, at 4
 * 435 ms and 6.88 MB; a bundle of 1.4 MB 44 ms and 368 kB, 68 ms and 362 kB, 33 ms and 381 kB.
 */
const level = 5;
/** What the bytes for a content depend on: what an earlier one gave is not taken for this one's. */
export const deflateVersion: string = `zip.js 2.24.0 level ${level}`;

/** Handed over at a time, each way. */
const windowBytes = 256 * 1024;
/** https://zlib.net/manual.html#Constants */
const zlibCodes = { ok: 0, streamEnd: 1 } as const;
const flushes = { none: 0, finish: 4 } as const;

/** How many bytes of `room` it took; null where that would not be fewer than the content has. */
export function deflateInto(room: Uint8Array, content: Uint8Array): number | null {
  if (content.length === 0) return null;
  const { zlib, input, output } = engine();
  const stream = zlib.deflate_new();
  try {
    require(zlib.deflate_init_raw(stream, level) === zlibCodes.ok);
    let [read, written] = [0, 0];
    for (;;) {
      const part = content.subarray(read, read + windowBytes);
      new Uint8Array(zlib.memory.buffer, input, windowBytes).set(part);
      const flush = read + part.length === content.length ? flushes.finish : flushes.none;
      const result = zlib.deflate_process(stream, input, part.length, output, windowBytes, flush);
      const [made, code, consumed] = [result & 0xff_ffff, result >> 24, zlib.deflate_last_consumed(stream)];
      require(code === zlibCodes.streamEnd || (code === zlibCodes.ok && made + consumed > 0));
      if (written + made >= content.length) return null;
      room.set(new Uint8Array(zlib.memory.buffer, output, made), written);
      read += consumed;
      written += made;
      if (code === zlibCodes.streamEnd) return written;
    }
  } finally {
    zlib.deflate_end(stream);
  }
}

function require(isSo: boolean): asserts isSo {
  if (!isSo) throw new Error('zlib did not deflate');
}

interface Engine {
  readonly zlib: Zlib;
  /** Where contents go in, and where they come out. */
  readonly input: number;
  readonly output: number;
}

let made: Engine | undefined;

function engine(): Engine {
  made ??= makeEngine();
  return made;
}

function makeEngine(): Engine {
  const zlib = instantiate(readFileSync(deflateModule));
  zlib._initialize();
  return { zlib, input: zlib.malloc(windowBytes), output: zlib.malloc(windowBytes) };
}

function instantiate(bytes: Uint8Array<ArrayBuffer>): Zlib {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), {}).exports as unknown as Zlib;
  } catch (error) {
    // V8 sets 10 GB of addresses aside for a memory, whatever is used of it, and --jitless takes all of WebAssembly away.
    throw new UpBuildError('UP_PACKAGE_DEFLATE', 'Node cannot start WebAssembly here, which deflates the package', {
      evidence: String(error),
    });
  }
}
