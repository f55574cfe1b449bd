/**
 * Deflate (RFC 1951) in plain integers, made for thousands of small files: its tables are allocated once, and never
 * cleared. What it gives depends on the content alone, never on what it compressed before. It trades a little size for
 * speed: few candidates are tried for a match, and after a long one no better one is looked for.
 */
import { BitWriter } from './deflate-bits.ts';
import { addLiteral, addMatch, beginBlock, isBlockFull, writeBlock } from './deflate-block.ts';

/** Raised with every change of what is given for a content: what was kept before is then not taken. */
export const deflateVersion = 1;

const minMatch = 4;
const maxMatch = 258;
const windowBytes = 32_768;
const windowMask = windowBytes - 1;
const hashBits = 15;
/** Candidates that are tried for one match. */
const chain = 8;
/** After a match this long, whether one byte later is a better one is not asked. */
const goodMatch = 24;
/** Places that are made known within a match. */
const insertedMost = 32;
/** Where positions begin anew, well below what 32 bits hold. */
const maxPosition = 1 << 30;

/** The newest place with a hash. Places are counted on from content to content: what is older lies before the start. */
const heads = new Int32Array(1 << hashBits).fill(-1);
/** The place before, with the same hash. */
const older = new Int32Array(windowBytes);
let nextStart = 0;
let foundDistance = 0;
const writer = new BitWriter();

/** The deflated content; null where that is not smaller. */
export function deflate(content: Uint8Array): Uint8Array | null {
  writer.begin(content.length);
  const start = startOf(content.length);
  const { length } = content;
  let [at, blockStart] = [0, 0];
  beginBlock();
  while (at < length) {
    let match = find(content, start, at, minMatch - 1);
    if (match < minMatch) {
      addLiteral(content[at++] as number);
    } else {
      let distance = foundDistance;
      for (let better = 0; match < goodMatch; match = better) {
        better = find(content, start, at + 1, match);
        if (better <= match) break;
        addLiteral(content[at++] as number);
        distance = foundDistance;
      }
      addMatch(match, distance);
      // Where a better one was looked for, the place after the first is known already.
      insert(content, start, at + (match < goodMatch ? 2 : 1), at + match);
      at += match;
    }
    if (!isBlockFull()) continue;
    writeBlock(writer, content, blockStart, at, at === length);
    blockStart = at;
    beginBlock();
  }
  if (blockStart < length || length === 0) writeBlock(writer, content, blockStart, length, true);
  return writer.end(length);
}

function startOf(length: number): number {
  if (nextStart + length > maxPosition) {
    heads.fill(-1);
    nextStart = 0;
  }
  const start = nextStart;
  nextStart += length;
  return start;
}

function hashAt(content: Uint8Array, at: number): number {
  const four =
    (content[at] as number) |
    ((content[at + 1] as number) << 8) |
    ((content[at + 2] as number) << 16) |
    ((content[at + 3] as number) << 24);
  return Math.imul(four, 0x9e3779b1) >>> (32 - hashBits);
}

/** Makes the places of a match known from `from` to `to`: of a long one only the last ones, which what follows may need. */
function insert(content: Uint8Array, start: number, from: number, to: number): void {
  const end = Math.min(to, content.length - minMatch + 1);
  let at = to - from > insertedMost ? to - insertedMost : from;
  if (at >= end) return;
  let four = ((content[at] as number) << 8) | ((content[at + 1] as number) << 16) | ((content[at + 2] as number) << 24);
  for (; at < end; at++) {
    four = (four >>> 8) | ((content[at + 3] as number) << 24);
    const hash = Math.imul(four, 0x9e3779b1) >>> (32 - hashBits);
    older[at & windowMask] = heads[hash] as number;
    heads[hash] = at + start;
  }
}

/** The length of the longest match at a place, if it is longer than `least`, else `least`; and its `foundDistance`. */
function find(content: Uint8Array, start: number, at: number, least: number): number {
  const left = content.length - at;
  if (left < minMatch) return least;
  const hash = hashAt(content, at);
  const head = heads[hash] as number;
  older[at & windowMask] = head;
  heads[hash] = at + start;
  const limit = left < maxMatch ? left : maxMatch;
  const lowest = at > windowBytes ? at - windowBytes : 0;
  let best = least;
  let candidate = head - start;
  for (let tries = chain; tries > 0 && candidate >= lowest && best < limit; tries--) {
    if (content[candidate + best] === content[at + best]) {
      let same = 0;
      while (same < limit && content[candidate + same] === content[at + same]) same++;
      if (same > best) {
        best = same;
        foundDistance = at - candidate;
      }
    }
    const next = (older[candidate & windowMask] as number) - start;
    // Its place in the table is taken by a newer one.
    if (next >= candidate) break;
    candidate = next;
  }
  return best;
}
