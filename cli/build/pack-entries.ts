/** From files that were found, and files that we make, to entries of the zip: while some are read, others are deflated. */
import { setImmediate } from 'node:timers/promises';
import type { Packed } from './deflate.ts';
import { deflateAll } from './deflate-all.ts';
import { contentsOf, deflate } from './deflate-batch.ts';
import type { PackCache } from './pack-cache.ts';
import { type FileBatch, readBatches } from './read-batches.ts';
import type { Found } from './walk.ts';
import type { ZipEntry } from './zip.ts';

const modes = { file: 0o100644, executable: 0o100755, link: 0o120777 } as const;

/** A file that we make. */
export interface MadeFile {
  readonly path: string;
  readonly content: Uint8Array;
}

export interface PackOptions {
  /** What earlier builds deflated. */
  readonly cache: Pick<PackCache, 'find'>;
  /** Whether a file is the app's own. */
  readonly isOwn: (path: string) => boolean;
  /** Gets those, for which they are read though it is known what they deflate to. */
  readonly look: (path: string, content: Uint8Array) => void;
  /** Told of the share that is packed, from 0 to 1, now and then. */
  readonly onPacked?: ((share: number) => void) | undefined;
}

/** In no order. On Windows every file is read: there the mode depends on the content. */
export async function packEntries(
  found: readonly Found[],
  made: readonly MadeFile[],
  { cache, isOwn, look, onPacked = () => {} }: PackOptions,
): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = [];
  const known = new Map<Found, Packed>();
  const unknown: Found[] = [];
  for (const file of found) {
    const packed = cache.find(file);
    if (file.target !== undefined) entries.push(linkEntry(file.path, file.target));
    else if (packed === undefined) unknown.push(file);
    else if (isOwn(file.path) || process.platform === 'win32') known.set(file, packed);
    else entries.push({ path: file.path, mode: modeOf(file), packed });
  }
  const add = ({ files, bytes, lengths }: FileBatch, packed: readonly Packed[]) => {
    for (const [index, content] of contentsOf(bytes, lengths).entries()) {
      const file = files[index] as Found;
      if (isOwn(file.path)) look(file.path, content);
      entries.push({ path: file.path, mode: modeOf(file, content), packed: packed[index] as Packed });
    }
  };
  for (const { path, content } of made) {
    if (isOwn(path)) look(path, content);
    entries.push({ path, mode: modes.file, packed: deflate(content) });
  }
  for (const batch of readBatches([...known.keys()])) {
    add(
      batch,
      batch.files.map((file) => known.get(file) as Packed),
    );
    await setImmediate();
  }
  const all = unknown.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  await deflateAll(readBatches(unknown), all, (batch, packed) => {
    add(batch, packed);
    done += batch.bytes.length;
    onPacked(all === 0 ? 1 : done / all);
  });
  return entries;
}

function linkEntry(path: string, target: string): ZipEntry {
  return { path, mode: modes.link, packed: deflate(Buffer.from(target)) };
}

function modeOf({ executable }: Found, content?: Uint8Array): number {
  return isExecutable(executable, content, process.platform) ? modes.executable : modes.file;
}

/** Windows knows no such bit: there it is what Linux could execute, a binary of it or a script that names what runs it. */
export function isExecutable(bit: boolean, content: Uint8Array | undefined, platform: NodeJS.Platform): boolean {
  if (platform !== 'win32' || content === undefined) return bit;
  const head = Buffer.from(content.subarray(0, 4)).toString('latin1');
  return bit || head === '\u007fELF' || head.startsWith('#!');
}
