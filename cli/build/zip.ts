/**
 * A zip whose bytes depend on its entries only: their order, names, modes and contents.
 *
 * It writes no zip64: Lambda's limits are below those of the classic format but for the number of entries.
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import type { Packed } from './deflate.ts';
import { deflateAll } from './deflate-all.ts';

export interface ZipEntry {
  readonly path: string;
  readonly content: Uint8Array;
  /** The Unix mode with its file type: 0o100644, 0o100755 or 0o120777. */
  readonly mode: number;
  /** What the content is deflated to, where that is known; then the content is not looked at. */
  readonly packed?: Packed | undefined;
}

/** The classic format counts entries in 16 bits. */
export const maxZipEntries = 65_535;

/** 1980-01-01 00:00, the first moment the format knows. It has no time zone. */
const dosTime = 0;
const dosDate = (1 << 5) | 1;
const utf8Names = 1 << 11;
const versionNeeded = 20;
const madeByUnix = (3 << 8) | versionNeeded;
/**
 * Writes the entries in the order given. `onDone` is told of the share that is done, from 0 to 1, now and then; `onPacked`
 * of what each entry came to.
 */
export async function writeZip(
  entries: readonly ZipEntry[],
  onDone: (share: number) => void = () => {},
  onPacked: (entry: ZipEntry, packed: Packed) => void = () => {},
): Promise<Buffer> {
  if (entries.length > maxZipEntries) throw new RangeError(`more than ${maxZipEntries} entries`);
  const parts: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const toPack = entries.filter(({ packed }) => packed === undefined);
  const packedNow = await deflateAll(
    toPack.map(({ content }) => content),
    onDone,
  );
  const byEntry = new Map(toPack.map((entry, index) => [entry, packedNow[index] as Packed]));
  for (const entry of entries) {
    const packed = entry.packed ?? (byEntry.get(entry) as Packed);
    onPacked(entry, packed);
    const name = Buffer.from(entry.path);
    const local = localHeader(name, packed);
    parts.push(local, packed.data);
    directory.push(directoryRecord(name, packed, entry.mode, offset));
    offset += local.length + packed.data.length;
  }
  const index = Buffer.concat(directory);
  return Buffer.concat([...parts, index, endOfDirectory(entries.length, index.length, offset)]);
}

/** The fields that the local header (4.3.7) and the directory record (4.3.12) share, from "version needed" on. */
function commonFields(name: Buffer, { data, method, crc, size }: Packed): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(versionNeeded, 0);
  fields.writeUInt16LE(utf8Names, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt16LE(dosTime, 6);
  fields.writeUInt16LE(dosDate, 8);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function localHeader(name: Buffer, packed: Packed): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04'), commonFields(name, packed), name]);
}

function directoryRecord(name: Buffer, packed: Packed, mode: number, offset: number): Buffer {
  const start = Buffer.from('PK\x01\x02\0\0');
  start.writeUInt16LE(madeByUnix, 4);
  const end = Buffer.alloc(14);
  end.writeUInt32LE((mode << 16) >>> 0, 6);
  end.writeUInt32LE(offset, 10);
  return Buffer.concat([start, commonFields(name, packed), end, name]);
}

/** 4.3.16 */
function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.write('PK\x05\x06', 'latin1');
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
