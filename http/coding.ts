/**
 * Content codings: which there are, which of them a client gets, and what becomes of the fields of an answer in one.
 * Nothing here ever decodes.
 *
 * By cost, at equal weights zstd before br before gzip. Median ms and what is left of the bytes, JSON / prose, Node 24.21
 * (2026-11, 2 cores; Node 20 gives the same for br and gzip):
 *
 *   |         | zstd 3                   | br 4                     | gzip 6                    |
 *   | 1 KB    | .021 25% / .024 57%      | .027 22% / .032 54%      | .023 27% / .029 55%       |
 *   | 64 KB   | .17 12% / .21 18%        | .39 12% / .62 18%        | .49 13% / .76 18%         |
 *   | 1 MB    | 2.9 11% / .54 1.1%       | 18 11% / 1.5 1.2%        | 17 12% / 10 1.9%          |
 *
 * One step more (br 5, zstd 6) takes two to eight times as long for a tenth of the bytes at most.
 */
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import type { InputType, ZlibOptions } from 'node:zlib';
import { type Headers, hasHeader, joinedHeader } from './headers.ts';
import type { HttpResponse } from './message.ts';
import { negotiate } from './negotiation.ts';
import { weakened } from './not-modified.ts';
import { mayTransform } from './transform.ts';
import { addVary } from './vary.ts';

export type Coding = 'zstd' | 'br' | 'gzip';

interface Coder {
  whole(bytes: Uint8Array): Promise<Buffer>;
  wholeNow(bytes: Uint8Array): Buffer;
  /** Gives out what it was given with every chunk, so that an event leaves when it is written. */
  stream(): Transform;
}

type Zlib = typeof import('node:zlib');

function brCoder(zlib: Zlib): Coder {
  const { brotliCompress, brotliCompressSync, createBrotliCompress, constants } = zlib;
  const compress = promisify(brotliCompress);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 4 };
  const paramsOf = (bytes: Uint8Array) => ({
    params: { ...params, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  return {
    whole: (bytes) => compress(bytes, paramsOf(bytes)),
    wholeNow: (bytes) => brotliCompressSync(bytes, paramsOf(bytes)),
    stream: () => createBrotliCompress({ params, flush: constants.BROTLI_OPERATION_FLUSH }),
  };
}

function gzipCoder({ gzip, gzipSync, createGzip, constants }: Zlib): Coder {
  const compress = promisify<InputType, ZlibOptions, Buffer>(gzip);
  const options = { level: 6 };
  return {
    whole: (bytes) => compress(bytes, options),
    wholeNow: (bytes) => gzipSync(bytes, options),
    stream: () => createGzip({ ...options, flush: constants.Z_SYNC_FLUSH }),
  };
}

/** What Node has since 22.15 and 23.8, and the types of Node 20 do not know. */
interface Zstd {
  zstdCompress(bytes: Uint8Array, done: (error: Error | null, result: Buffer) => void): void;
  zstdCompressSync(bytes: Uint8Array): Buffer;
  createZstdCompress(options: { flush: number }): Transform;
  constants: { ZSTD_e_flush: number };
}

/** Level 3 is the default. */
function zstdCoder(node: Partial<Zstd>): Coder | null {
  const { zstdCompress, zstdCompressSync, createZstdCompress, constants } = node;
  if (!zstdCompress || !zstdCompressSync || !createZstdCompress || !constants) return null;
  return {
    whole: promisify(zstdCompress),
    wholeNow: (bytes) => zstdCompressSync(bytes),
    stream: () => createZstdCompress({ flush: constants.ZSTD_e_flush }),
  };
}

let coders: ReadonlyMap<Coding, Coder> | null = null;

/** Loaded when an answer is to be coded: 1 ms of a cold start. */
function loadCoders(): ReadonlyMap<Coding, Coder> {
  if (coders) return coders;
  const zlib = process.getBuiltinModule('node:zlib');
  // `as`: see Zstd.
  const zstd = zstdCoder(zlib as unknown as Partial<Zstd>);
  coders = new Map([
    ...(zstd ? ([['zstd', zstd]] as const) : []),
    ['br', brCoder(zlib)] as const,
    ['gzip', gzipCoder(zlib)] as const,
  ]);
  return coders;
}

/** Those of this Node, the best first. */
export function codings(): readonly Coding[] {
  return [...loadCoders().keys()];
}

/**
 * The one of these codings for this client, the best first; null for none: also when it says nothing, and when it refuses
 * even `identity` without taking another. RFC 9110 12.4.1 lets an answer it did not ask for be sent; a 406 would help
 * nobody.
 */
export function chooseCoding<Offer extends string>(request: Headers, offers: readonly Offer[]): Offer | null {
  // RFC 9110 8.4.1.3: an old name of the same.
  const accept = joinedHeader(request, 'accept-encoding')?.replace(/\bx-gzip\b/gi, 'gzip');
  if (accept === undefined) return null;
  const chosen = negotiate<Offer | 'identity'>(accept, [...offers, 'identity']);
  return chosen === 'identity' ? null : chosen;
}

/** Without content, or with a part of something that is whole elsewhere. */
const neverCoded: ReadonlySet<number> = new Set([204, 205, 206, 304]);
/** RFC 9530: these speak of the bytes as they are; others would make them a lie. */
const digests: readonly string[] = ['content-digest', 'repr-digest', 'digest', 'content-md5'];

/** RFC 9110 7.7, 14.4: not what is coded already or forbids it, nor what is a part or vouches for its bytes. */
export function mayBeCoded({ status, headers, uncoded }: HttpResponse): boolean {
  if (uncoded || status < 200 || neverCoded.has(status) || hasHeader(headers, 'content-range')) return false;
  if (digests.some((name) => hasHeader(headers, name))) return false;
  return mayTransform(headers);
}

/** Blocks for less than a millisecond (above); a turn through the thread pool costs a tenth of one. */
const maxBytesNow = 64 * 1024;

export async function encode(bytes: Uint8Array, coding: Coding): Promise<Buffer> {
  const coder = coderOf(coding);
  return bytes.length <= maxBytesNow ? coder.wholeNow(bytes) : coder.whole(bytes);
}

export function encoder(coding: Coding): Transform {
  return coderOf(coding).stream();
}

function coderOf(coding: Coding): Coder {
  const coder = loadCoders().get(coding);
  if (coder === undefined) throw new TypeError(`this Node has no ${coding}`);
  return coder;
}

/** Fields that no longer hold once an answer is coded; `accept-ranges` too, since ranges would count other bytes. */
const outdated: ReadonlySet<string> = new Set(['content-length', 'content-encoding', 'accept-ranges']);

/** The fields of an answer once it is coded. Its length is the caller's to tell, if it knows it. */
export function codedHeaders(headers: Headers, coding: Coding): Headers {
  const kept = headers.filter(([name]) => !outdated.has(name)).map(weakened);
  return [...addVary(kept, ['accept-encoding']), ['content-encoding', coding]];
}
