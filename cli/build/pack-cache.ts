/**
 * What earlier builds of a project deflated: `.up/cache/package` holds it for the files of the last package. A file is
 * known by where it is and by what the kernel says of it; one that was written shortly before a build is not kept, as it
 * could be written to again within one tick of the disk's clock and look the same. It is only ever a matter of speed: a
 * cache that is torn, of another version or not writable is none.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { deflateVersion, type Packed } from './deflate.ts';
import type { Found } from './walk.ts';
import type { ZipEntry } from './zip.ts';

/** Path in the package, state of the file, method of the zip, CRC and size of the content, bytes kept. */
type Row = readonly [path: string, state: string, method: 0 | 8, crc: number, size: number, length: number];

interface Kept {
  readonly state: string;
  readonly packed: Packed;
}

export interface PackCache {
  /** What the content of a file was deflated to; undefined where that is not known, or the file not the same. */
  find(file: Found): Packed | undefined;
  /** Told of every entry of the package. */
  keep(entry: ZipEntry): void;
  /** Writes what was kept, if that differs from what there was; never fails. */
  save(): Promise<void>;
}

const magic = Buffer.from(`up-pack-1.${deflateVersion}\n`);
const headBytes = magic.length + 8;
/** FAT counts in steps of two seconds, no disk in longer ones. */
const settledMs = 2000;
/** A network disk: the clock of its server says nothing about what happened before ours. */
const clocksApartMs = 1000;
/** What is less is deflated in no time, and no reason to leave a folder behind. */
const worthKeepingBytes = 2_000_000;
const keptBytesAtMost = 128 * 1024 * 1024;
const abandonedMs = 3_600_000;

/** `now`: when the build began, before its files were listed; milliseconds. */
export async function openPackCache(dir: string, found: readonly Found[], now: number): Promise<PackCache> {
  const folder = join(dir, '.up', 'cache');
  const before = await readKept(join(folder, 'package'));
  const states = new Map(found.map(({ path, state, changedMs }) => [path, changedMs < now - settledMs ? state : '']));
  const rows: Row[] = [];
  const parts: Uint8Array[] = [];
  let [bytes, contentBytes, isNew] = [0, 0, false];
  return {
    find({ path, state }) {
      const kept = state === '' ? undefined : before.get(path);
      return kept?.state === state ? kept.packed : undefined;
    },
    keep({ path, packed }) {
      const state = states.get(path);
      if (!state || bytes + packed.data.length > keptBytesAtMost) return;
      if (before.get(path)?.packed !== packed) isNew = true;
      rows.push([path, state, packed.method, packed.crc, packed.size, packed.data.length]);
      parts.push(packed.data);
      bytes += packed.data.length;
      contentBytes += packed.size;
    },
    async save() {
      if ((!isNew && rows.length === before.size) || contentBytes < worthKeepingBytes) return;
      await write(folder, toFile(rows, parts)).catch(() => {
        // A full disk or a folder that is not ours costs the speed of the next build.
      });
    },
  };
}

/** A checksum of all that follows it, the length of the index, the index, and the bytes in its order. */
function toFile(rows: readonly Row[], parts: readonly Uint8Array[]): Buffer {
  const index = Buffer.from(JSON.stringify(rows));
  const file = Buffer.concat([magic, Buffer.alloc(8), index, ...parts]);
  file.writeUInt32LE(index.length, magic.length + 4);
  file.writeUInt32LE(crc32(file.subarray(magic.length + 4)), magic.length);
  return file;
}

async function readKept(path: string): Promise<ReadonlyMap<string, Kept>> {
  const kept = new Map<string, Kept>();
  const file = await readFile(path).catch(() => Buffer.alloc(0));
  if (file.length < headBytes || !file.subarray(0, magic.length).equals(magic)) return kept;
  if (crc32(file.subarray(magic.length + 4)) !== file.readUInt32LE(magic.length)) return kept;
  let at = headBytes + file.readUInt32LE(magic.length + 4);
  for (const [path, state, method, crc, size, length] of JSON.parse(file.toString('utf8', headBytes, at)) as Row[]) {
    kept.set(path, { state, packed: { data: file.subarray(at, at + length), method, crc, size } });
    at += length;
  }
  return kept;
}

/** In one step: a build beside this one reads the old file or the new one. */
async function write(folder: string, file: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true });
  const part = join(folder, `package.${process.pid}.${process.hrtime.bigint()}`);
  try {
    await writeFile(join(folder, '.gitignore'), '*\n');
    await writeFile(part, file, { flag: 'wx' });
    const { mtimeMs } = await stat(part);
    if (Math.abs(mtimeMs - Date.now()) > clocksApartMs) return;
    await rename(part, join(folder, 'package'));
    await removeAbandoned(folder);
  } finally {
    await rm(part, { force: true });
  }
}

/** Of builds that were killed while they wrote. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((one) => one.startsWith('package.'))) {
    const { mtimeMs } = await stat(join(folder, name));
    if (Date.now() - mtimeMs > abandonedMs) await rm(join(folder, name), { force: true });
  }
}
