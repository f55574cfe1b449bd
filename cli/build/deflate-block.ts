/**
 * A block of deflate (RFC 1951, 3.2.3 to 3.2.7): literals and matches are collected, and then written in the way that is
 * shortest for them, with codes of their own, with the fixed ones, or as they are.
 */
import type { BitWriter } from './deflate-bits.ts';
import { codesOf, lengthsOf } from './huffman.ts';

/** Symbols of one block: its codes are made for them. */
const blockSymbols = 24_576;
const endOfBlock = 256;
const literals = 286;
const distances = 30;
const maxMatch = 258;
const longestCode = 15;
const longestRunCode = 7;
/** 3.2.7: the order in which the lengths of the codes for code lengths are written. */
const runOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const fixed = 1;
const own = 2;

/** 3.2.5: the first value of each code and its extra bits. */
const lengthBits = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0);
const lengthBase = basesOf(lengthBits, 3);
lengthBase[28] = maxMatch;
const lengthCode = new Uint8Array(maxMatch + 1);
for (let code = 0; code < 29; code++) lengthCode.fill(code, lengthBase[code], maxMatch + 1);
const distanceBits = Uint8Array.from({ length: distances }, (_, code) => Math.max(0, (code >> 1) - 1));
const distanceBase = basesOf(distanceBits, 1);
/** Of distances up to 256, and of those beyond in steps of 128. */
const distanceCode = new Uint8Array(512);
for (let code = 0; code < distances; code++) {
  const base = (distanceBase[code] as number) - 1;
  if (base < 256) distanceCode.fill(code, base, 256);
  else distanceCode.fill(code, 256 + (base >> 7));
}

const fixedLengths = Uint8Array.from({ length: 288 }, (_, symbol) =>
  symbol < 144 || symbol > 279 ? 8 : symbol < 256 ? 9 : 7,
);
const fixedCodes = codesOf(fixedLengths, new Uint16Array(288));
const fixedDistanceLengths = new Uint8Array(distances).fill(5);
const fixedDistanceCodes = codesOf(fixedDistanceLengths, new Uint16Array(distances));

/** Literals as they are, matches as distance << 9 | length. */
const symbols = new Int32Array(blockSymbols);
let count = 0;
const literalCounts = new Uint32Array(literals);
const distanceCounts = new Uint32Array(distances);
const literalLengths = new Uint8Array(literals);
const distanceLengths = new Uint8Array(distances);
const literalCodes = new Uint16Array(literals);
const distanceCodes = new Uint16Array(distances);

/** The lengths of both codes in runs: run symbol | extra << 5. */
const runs = new Uint16Array(literals + distances);
let runCount = 0;
const joined = new Uint8Array(literals + distances);
const runCounts = new Uint32Array(19);
const runLengths = new Uint8Array(19);
const runCodes = new Uint16Array(19);

function basesOf(extra: Uint8Array, first: number): Uint16Array {
  const bases = new Uint16Array(extra.length);
  let base = first;
  for (let code = 0; code < extra.length; code++) {
    bases[code] = base;
    base += 1 << (extra[code] as number);
  }
  return bases;
}

export function beginBlock(): void {
  count = 0;
  literalCounts.fill(0);
  distanceCounts.fill(0);
}

export function isBlockFull(): boolean {
  // A match may come with one literal before it for each step it was put off.
  return count > blockSymbols - 64;
}

export function addLiteral(byte: number): void {
  symbols[count++] = byte;
  literalCounts[byte] = (literalCounts[byte] as number) + 1;
}

export function addMatch(length: number, distance: number): void {
  symbols[count++] = (distance << 9) | length;
  const code = 257 + (lengthCode[length] as number);
  literalCounts[code] = (literalCounts[code] as number) + 1;
  const far = codeOfDistance(distance);
  distanceCounts[far] = (distanceCounts[far] as number) + 1;
}

function codeOfDistance(distance: number): number {
  return (distance <= 256 ? distanceCode[distance - 1] : distanceCode[256 + ((distance - 1) >> 7)]) as number;
}

/** Writes what was collected; it stands for the bytes of `content` from `start` to `end`. */
export function writeBlock(writer: BitWriter, content: Uint8Array, start: number, end: number, last: boolean): void {
  literalCounts[endOfBlock] = 1;
  lengthsOf(literalCounts, longestCode, literalLengths);
  lengthsOf(distanceCounts, longestCode, distanceLengths);
  const [literalsUsed, distancesUsed] = [usedOf(literalLengths, 257), usedOf(distanceLengths, 1)];
  collectRuns(literalsUsed, distancesUsed);
  const runsUsed = runOrderUsed();
  const extra = extraBits();
  const ownBits =
    14 +
    3 * runsUsed +
    bitsOfRuns() +
    bitsOf(literalCounts, literalLengths) +
    bitsOf(distanceCounts, distanceLengths) +
    extra;
  const fixedBits = bitsOf(literalCounts, fixedLengths) + bitsOf(distanceCounts, fixedDistanceLengths) + extra;
  const storedBits = (end - start + 5 * Math.ceil((end - start) / 65_535)) * 8;
  if (storedBits <= Math.min(ownBits, fixedBits)) writer.store(content, start, end, last);
  else if (fixedBits <= ownBits) writeFixed(writer, last);
  else writeOwn(writer, last, literalsUsed, distancesUsed, runsUsed);
}

function writeFixed(writer: BitWriter, last: boolean): void {
  writer.put((last ? 1 : 0) | (fixed << 1), 3);
  writeSymbols(writer, fixedLengths, fixedCodes, fixedDistanceLengths, fixedDistanceCodes);
}

function writeOwn(
  writer: BitWriter,
  last: boolean,
  literalsUsed: number,
  distancesUsed: number,
  runsUsed: number,
): void {
  writer.put((last ? 1 : 0) | (own << 1), 3);
  writer.put((literalsUsed - 257) | ((distancesUsed - 1) << 5) | ((runsUsed - 4) << 10), 14);
  writeRuns(writer, runsUsed);
  codesOf(literalLengths, literalCodes);
  codesOf(distanceLengths, distanceCodes);
  writeSymbols(writer, literalLengths, literalCodes, distanceLengths, distanceCodes);
}

function usedOf(lengths: Uint8Array, least: number): number {
  let used = lengths.length;
  while (used > least && lengths[used - 1] === 0) used--;
  return used;
}

function bitsOf(counts: Uint32Array, lengths: Uint8Array): number {
  let sum = 0;
  for (let symbol = 0; symbol < counts.length; symbol++)
    sum += (counts[symbol] as number) * (lengths[symbol] as number);
  return sum;
}

function extraBits(): number {
  let sum = 0;
  for (let code = 0; code < 29; code++) sum += (literalCounts[257 + code] as number) * (lengthBits[code] as number);
  for (let code = 0; code < distances; code++) sum += (distanceCounts[code] as number) * (distanceBits[code] as number);
  return sum;
}

/** 3.2.7: the lengths of both codes, one after the other, as runs; with the code for them. */
function collectRuns(literalsUsed: number, distancesUsed: number): void {
  const all = literalsUsed + distancesUsed;
  joined.set(literalLengths.subarray(0, literalsUsed));
  joined.set(distanceLengths.subarray(0, distancesUsed), literalsUsed);
  runCount = 0;
  runCounts.fill(0);
  for (let at = 0; at < all; ) {
    const length = joined[at] as number;
    let end = at + 1;
    while (end < all && joined[end] === length) end++;
    if (length !== 0) at += addRun(length, 0);
    for (let left = end - at; left > 0; left = end - at) at += addRepeated(length, left);
  }
  lengthsOf(runCounts, longestRunCode, runLengths);
}

/** Gives how many of the `left` equal lengths it took. */
function addRepeated(length: number, left: number): number {
  if (left < 3) return addRun(length, 0);
  if (length !== 0) return addRun(16, Math.min(left, 6) - 3) + Math.min(left, 6) - 1;
  const taken = Math.min(left, 138);
  return addRun(taken < 11 ? 17 : 18, taken - (taken < 11 ? 3 : 11)) + taken - 1;
}

function addRun(symbol: number, extra: number): 1 {
  runs[runCount++] = symbol | (extra << 5);
  runCounts[symbol] = (runCounts[symbol] as number) + 1;
  return 1;
}

function bitsOfRuns(): number {
  const extra = 2 * (runCounts[16] as number) + 3 * (runCounts[17] as number) + 7 * (runCounts[18] as number);
  return bitsOf(runCounts, runLengths) + extra;
}

function runOrderUsed(): number {
  let used = runOrder.length;
  while (used > 4 && runLengths[runOrder[used - 1] as number] === 0) used--;
  return used;
}

function writeRuns(writer: BitWriter, runsUsed: number): void {
  for (let at = 0; at < runsUsed; at++) writer.put(runLengths[runOrder[at] as number] as number, 3);
  codesOf(runLengths, runCodes);
  for (let at = 0; at < runCount; at++) {
    const symbol = (runs[at] as number) & 31;
    writer.put(runCodes[symbol] as number, runLengths[symbol] as number);
    if (symbol > 15) writer.put((runs[at] as number) >> 5, symbol === 16 ? 2 : symbol === 17 ? 3 : 7);
  }
}

function writeSymbols(
  writer: BitWriter,
  lengths: Uint8Array,
  codes: Uint16Array,
  farLengths: Uint8Array,
  farCodes: Uint16Array,
): void {
  for (let at = 0; at < count; at++) {
    const symbol = symbols[at] as number;
    if (symbol < 256) {
      writer.put(codes[symbol] as number, lengths[symbol] as number);
      continue;
    }
    const [length, distance] = [symbol & 511, symbol >> 9];
    const code = lengthCode[length] as number;
    writer.put(codes[257 + code] as number, lengths[257 + code] as number);
    writer.put(length - (lengthBase[code] as number), lengthBits[code] as number);
    const far = codeOfDistance(distance);
    writer.put(farCodes[far] as number, farLengths[far] as number);
    writer.put(distance - (distanceBase[far] as number), distanceBits[far] as number);
  }
  writer.put(codes[endOfBlock] as number, lengths[endOfBlock] as number);
}
