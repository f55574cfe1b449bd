/** Zips for tests, written byte by byte so that they can also be malicious. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly text: string;
  /** Type and permissions, 0o100644 by default. */
  readonly mode?: number;
  /** The uncompressed size to claim. */
  readonly size?: number;
}

/** A zip of the given files; a name that ends in a slash is a folder. Equal input gives equal bytes. */
export function makeZip(files: Readonly<Record<string, string | ZipEntry>>): Buffer {
  return makeZipOf(Object.entries(files));
}

/** The same from pairs, so that a name may come twice. */
export function makeZipOf(files: readonly (readonly [name: string, file: string | ZipEntry])[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, file] of files) {
    const entry = typeof file === 'string' ? { text: file } : file;
    const { local, central } = writeEntry(name, entry, offset);
    locals.push(local);
    centrals.push(central);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function writeEntry(name: string, entry: ZipEntry, offset: number): { local: Buffer; central: Buffer } {
  const bytes = Buffer.from(entry.text);
  const data = deflateRawSync(bytes);
  const fileName = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(0x800, 2);
  common.writeUInt16LE(8, 4);
  common.writeUInt16LE(0x5c21, 8);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(entry.size ?? bytes.length, 18);
  common.writeUInt16LE(fileName.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, fileName, data]);
  const mode = entry.mode ?? (name.endsWith('/') ? 0o040755 : 0o100644);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE((mode << 16) >>> 0, 6);
  tail.writeUInt32LE(offset, 10);
  const madeByUnix = Buffer.from([0x14, 0x03]);
  return { local, central: Buffer.concat([Buffer.from('PK\x01\x02'), madeByUnix, common, tail, fileName]) };
}
