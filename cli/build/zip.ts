/**
 * A zip whose bytes depend on its entries only: their order, names, modes and contents.
 *
 * It writes no zip64: Lambda's limits are below those of the classic format but for the number of entries.
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import type { Packed } from './deflate.ts';

export interface ZipEntry {
  readonly path: string;
  /** The Unix mode with its file type: 0o100644, 0o100755 or 0o120777. */
  readonly mode: number;
  readonly packed: Packed;
}

/** The classic format counts entries in 16 bits, and the last number says that zip64 does. */
export const maxZipEntries = 65_534;

/** 1980-01-01 00:00, the first moment the format knows. It has no time zone. */
const dosTime = 0;
const dosDate = (1 << 5) | 1;
const utf8Names = 1 << 11;
const versionNeeded = 20;
const madeByUnix = (3 << 8) | versionNeeded;

/** Bytes of what is of one length in them: 4.3.7, 4.3.12, 4.3.16. */
const localHeaderBytes = 30;
const directoryRecordBytes = 46;
const endBytes = 22;

/** `PK` and two numbers. */
const signatures = { local: 0x04034b50, record: 0x02014b50, end: 0x06054b50 } as const;
/** Where the fields begin that a local header and a record of the directory have in common. */
const commonAt = { local: 4, record: 6 } as const;

/** Writes the entries in the order given. */
export function writeZip(entries: readonly ZipEntry[]): Buffer {
  if (entries.length > maxZipEntries) throw new RangeError(`more than ${maxZipEntries} entries`);
  const names = entries.map(({ path }) => Buffer.byteLength(path));
  const namesBytes = names.reduce((sum, length) => sum + length, 0);
  const dataBytes = entries.reduce((sum, { packed }) => sum + packed.data.length, 0);
  const directoryAt = entries.length * localHeaderBytes + namesBytes + dataBytes;
  const endAt = directoryAt + entries.length * directoryRecordBytes + namesBytes;
  const zip = Buffer.alloc(endAt + endBytes);
  let [at, recordAt] = [0, directoryAt];
  for (const [index, { path, mode, packed }] of entries.entries()) {
    const nameBytes = names[index] as number;
    const dataAt = at + localHeaderBytes + nameBytes;
    writeDirectoryRecord(zip, recordAt, nameBytes, packed, mode, at);
    zip.write(path, recordAt + directoryRecordBytes);
    writeLocalHeader(zip, at, recordAt, nameBytes);
    recordAt += directoryRecordBytes + nameBytes;
    zip.set(packed.data, dataAt);
    at = dataAt + packed.data.length;
  }
  writeEnd(zip, endAt, entries.length, directoryAt);
  return zip;
}

/** 4.3.12 */
function writeDirectoryRecord(
  zip: Buffer,
  at: number,
  nameBytes: number,
  packed: Packed,
  mode: number,
  offset: number,
): void {
  zip.writeUInt32LE(signatures.record, at);
  zip.writeUInt16LE(madeByUnix, at + 4);
  writeCommonFields(zip, at + commonAt.record, nameBytes, packed);
  zip.writeUInt32LE((mode << 16) >>> 0, at + 38);
  zip.writeUInt32LE(offset, at + 42);
}

/** 4.3.7, and the name: what its record in the directory says already. */
function writeLocalHeader(zip: Buffer, at: number, recordAt: number, nameBytes: number): void {
  zip.writeUInt32LE(signatures.local, at);
  const common = recordAt + commonAt.record;
  zip.copyWithin(at + commonAt.local, common, common + localHeaderBytes - commonAt.local);
  const name = recordAt + directoryRecordBytes;
  zip.copyWithin(at + localHeaderBytes, name, name + nameBytes);
}

/** What both have, from "version needed" to the length of the extra field, which is none. */
function writeCommonFields(zip: Buffer, at: number, nameBytes: number, { data, method, crc, size }: Packed): void {
  zip.writeUInt16LE(versionNeeded, at);
  zip.writeUInt16LE(utf8Names, at + 2);
  zip.writeUInt16LE(method, at + 4);
  zip.writeUInt16LE(dosTime, at + 6);
  zip.writeUInt16LE(dosDate, at + 8);
  zip.writeUInt32LE(crc, at + 10);
  zip.writeUInt32LE(data.length, at + 14);
  zip.writeUInt32LE(size, at + 18);
  zip.writeUInt16LE(nameBytes, at + 22);
}

/** 4.3.16 */
function writeEnd(zip: Buffer, at: number, count: number, directoryAt: number): void {
  zip.writeUInt32LE(signatures.end, at);
  zip.writeUInt16LE(count, at + 8);
  zip.writeUInt16LE(count, at + 10);
  zip.writeUInt32LE(at - directoryAt, at + 12);
  zip.writeUInt32LE(directoryAt, at + 16);
}
