/** From files that were found to entries of the zip. */
import { closeSync, constants, lstatSync, openSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Packed } from './deflate.ts';
import { systemCode, UpBuildError } from './error.ts';
import type { PackCache } from './pack-cache.ts';
import { type Found, seenAt, unreadable } from './walk.ts';
import type { ZipEntry } from './zip.ts';

export const modes = { file: 0o100644, executable: 0o100755, link: 0o120777 } as const;
/** At a time, before the event loop may turn; opened at once, all of them would be more than a process may have. */
export const openFiles = 64;

/**
 * The contents of the files, in no order. What is the app's own is read though it is known how it deflates: secrets are
 * looked for in it. On Windows all is: there the mode depends on the content.
 */
export async function readEntries(
  files: readonly Found[],
  cache: PackCache,
  isOwn: (path: string) => boolean,
): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = [];
  const toRead: (readonly [Found, Packed | undefined])[] = [];
  for (const file of files) {
    const packed = cache.find(file);
    if (packed && !isOwn(file.path) && process.platform !== 'win32') entries.push(unread(file, packed));
    else toRead.push([file, packed]);
  }
  for (let start = 0; start < toRead.length; start += openFiles) {
    const slice = toRead.slice(start, start + openFiles);
    entries.push(...slice.map(([file, packed]) => ({ ...readEntry(file), packed })));
    await setImmediate();
  }
  return entries;
}

function unread({ path, executable }: Found, packed: Packed): ZipEntry {
  return { path, content: new Uint8Array(0), mode: executable ? modes.executable : modes.file, packed };
}

/** Windows knows no such flag, and makes links only for administrators. */
const readOnlyHere = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

function readEntry({ path, source, seen, executable, target }: Found): ZipEntry {
  if (target !== undefined) return { path, content: Buffer.from(target), mode: modes.link };
  try {
    const content = readFile(source);
    // Looked at again after reading: half of one build and half of the next is nobody's app.
    if (seenAt(lstatSync(source, { bigint: true })) === seen)
      return {
        path,
        content,
        mode: isExecutable(executable, content, process.platform) ? modes.executable : modes.file,
      };
  } catch (error) {
    if (systemCode(error) !== 'ELOOP' && systemCode(error) !== 'ENOENT') throw unreadable(path, error);
  }
  throw new UpBuildError('UP_PACKAGE_CHANGED', `${path} changed while it was packed`, {
    hint: 'Let whatever writes it finish (a build in the background?), and run it again.',
    details: { path },
  });
}

function readFile(source: string): Buffer {
  const file = openSync(source, readOnlyHere);
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Windows knows no such bit: there it is what Linux could execute, a binary of it or a script that names what runs it. */
export function isExecutable(bit: boolean, content: Uint8Array, platform: NodeJS.Platform): boolean {
  if (platform !== 'win32') return bit;
  const head = Buffer.from(content.subarray(0, 4)).toString('latin1');
  return bit || head === '\u007fELF' || head.startsWith('#!');
}
