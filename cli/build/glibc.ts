/** Which glibc a native file asks for: the versions of symbols that its dynamic section says it needs. */
import { closeSync, openSync, readSync } from 'node:fs';

/** Major and minor. */
export type GlibcVersion = readonly [number, number];

/** https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html#glibc-gcc-and-binutils */
export const lambdaGlibc: GlibcVersion = [2, 34];

export function isNewer(a: GlibcVersion, b: GlibcVersion): boolean {
  return a[0] === b[0] ? a[1] > b[1] : a[0] > b[0];
}

/** Null for what needs none, is linked to another libc, is no ELF file of 64 bits or cannot be read. */
export function neededGlibc(file: string): GlibcVersion | null {
  try {
    const descriptor = openSync(file, 'r');
    try {
      return neededOf((position, length) => readAt(descriptor, position, length));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Whoever packs it tells why it cannot be read; what is cut off is not known to need anything.
    return null;
  }
}

type Read = (position: number, length: number) => Buffer;

function readAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
}

/** elf(5), and https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html */
const [ptLoad, ptDynamic] = [1, 2];
const [dtStrtab, dtVerneed, dtVerneednum] = [5, 0x6ffffffe, 0x6fffffff];
const weak = 2;
const [headBytes, entryBytes, nameBytes] = [64, 16, 32];
/** No file needs more than some hundred of them. */
const maxNeedsBytes = 64 * 1024;

function neededOf(read: Read): GlibcVersion | null {
  const segments = segmentsOf(read);
  const dynamic = segments.find(({ type }) => type === ptDynamic);
  if (!dynamic) return null;
  const tags = dynamicTags(read(dynamic.offset, Math.min(dynamic.size, maxNeedsBytes)));
  const [strings, needs, count] = [dtStrtab, dtVerneed, dtVerneednum].map((tag) => tags.get(tag));
  if (strings === undefined || needs === undefined || count === undefined) return null;
  const loaded = segments.filter(({ type }) => type === ptLoad);
  const table = read(offsetOf(loaded, needs), maxNeedsBytes);
  const names = offsetOf(loaded, strings);
  return newest(
    neededNames(table, count).map((name) => glibcVersion(read(names + name, nameBytes).toString('latin1'))),
  );
}

interface Segment {
  readonly type: number;
  /** In the file. */
  readonly offset: number;
  /** In memory. */
  readonly address: number;
  readonly size: number;
}

function segmentsOf(read: Read): Segment[] {
  const head = read(0, headBytes);
  const [start, size, count] = [u64(head, 32), head.readUInt16LE(54), head.readUInt16LE(56)];
  const table = read(start, size * count);
  return Array.from({ length: count }, (_, index) => {
    const at = index * size;
    return {
      type: table.readUInt32LE(at),
      offset: u64(table, at + 8),
      address: u64(table, at + 16),
      size: u64(table, at + 32),
    };
  });
}

function dynamicTags(section: Buffer): ReadonlyMap<number, number> {
  const tags = new Map<number, number>();
  for (let at = 0; at + entryBytes <= section.length; at += entryBytes)
    tags.set(u64(section, at), u64(section, at + 8));
  return tags;
}

function offsetOf(loaded: readonly Segment[], address: number): number {
  const segment = loaded.find((one) => address >= one.address && address < one.address + one.size);
  if (!segment) throw new RangeError('an address that is not loaded');
  return address - segment.address + segment.offset;
}

/** Where the names stand of what cannot be done without. */
function neededNames(table: Buffer, files: number): number[] {
  const names: number[] = [];
  let file = 0;
  for (let left = files; left > 0; left--) {
    let version = file + table.readUInt32LE(file + 8);
    for (let more = table.readUInt16LE(file + 2); more > 0; more--) {
      if ((table.readUInt16LE(version + 4) & weak) === 0) names.push(table.readUInt32LE(version + 8));
      version += table.readUInt32LE(version + 12);
    }
    file += table.readUInt32LE(file + 12);
  }
  return names;
}

function glibcVersion(name: string): GlibcVersion | null {
  const [, major, minor] = /^GLIBC_(\d+)\.(\d+)/.exec(name) ?? [];
  return major === undefined ? null : [Number(major), Number(minor)];
}

function newest(versions: readonly (GlibcVersion | null)[]): GlibcVersion | null {
  return versions.reduce((best, one) => (best && one && isNewer(one, best) ? one : (best ?? one)), null);
}

/** Exact up to 2^53, and no file is larger; tags of more are none of ours. */
function u64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
