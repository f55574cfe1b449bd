/**
 * Lays a package out in a folder. Refuses names that leave the folder and packages over Lambda's size, keeps file modes,
 * and drops symbolic links that lead outside. Links are made last, so that no file is ever written through one.
 */
import { chmod, mkdir, readlink, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { AwsError } from './error.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const maxUnzippedBytes = 262_144_000;
const filesAtOnce = 8;

const typeMask = 0o170000;
const linkType = 0o120000;
const folderType = 0o040000;

interface Item {
  readonly entry: Entry;
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly mode: number;
}

/** Extracts `zip` into `folder`, which must not exist. */
export async function extract(zip: Buffer, folder: string): Promise<void> {
  if (zip.length === 0) throw emptyZip();
  await mkdir(folder, { recursive: true, mode: 0o755 });
  try {
    const archive = await fromBufferPromise(zip, { lazyEntries: true, strictFileNames: true });
    const items = await readItems(archive, folder);
    await writeFolders(items);
    await writeFiles(archive, items);
    await writeLinks(archive, items, folder);
  } catch (error) {
    if (error instanceof AwsError || isDiskError(error)) throw error;
    throw notAZip();
  }
}

function notAZip(): AwsError {
  return new AwsError(
    'InvalidParameterValueException',
    'Could not unzip uploaded file. Please check your file, then try to upload again.',
  );
}

function emptyZip(): AwsError {
  return new AwsError('InvalidParameterValueException', 'Uploaded file must be a non-empty zip');
}

/** A full disk is not the fault of the package. Clashing names (EEXIST, EISDIR, ENOTDIR) are. */
function isDiskError(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOSPC', 'EACCES', 'EMFILE', 'EIO'].includes(String(error.code))
  );
}

async function readItems(archive: ZipFile, folder: string): Promise<Item[]> {
  // Of two entries with one name the later counts.
  const items = new Map<string, Item>();
  let size = 0;
  for await (const entry of archive.eachEntry()) {
    size += entry.uncompressedSize;
    if (size >= maxUnzippedBytes) throw tooLarge();
    const item = toItem(entry, folder);
    items.set(item.path, item);
  }
  if (items.size === 0) throw emptyZip();
  return [...items.values()];
}

function tooLarge(): AwsError {
  return new AwsError('InvalidParameterValueException', `Unzipped size must be smaller than ${maxUnzippedBytes} bytes`);
}

function toItem(entry: Entry, folder: string): Item {
  const path = resolve(folder, entry.fileName);
  if (isAbsolute(entry.fileName) || entry.fileName.includes('\0') || !isInside(folder, path)) throw notAZip();
  const mode = (entry.externalFileAttributes >>> 16) & 0xffff;
  return { entry, path, kind: toKind(entry.fileName, mode), mode: mode & 0o777 };
}

function toKind(name: string, mode: number): Item['kind'] {
  if ((mode & typeMask) === linkType) return 'link';
  return name.endsWith('/') || (mode & typeMask) === folderType ? 'folder' : 'file';
}

function isInside(folder: string, path: string): boolean {
  const step = relative(folder, path);
  return step !== '..' && !step.startsWith(`..${sep}`) && !isAbsolute(step);
}

async function writeFolders(items: readonly Item[]): Promise<void> {
  const folders = new Set(items.map((item) => (item.kind === 'folder' ? item.path : dirname(item.path))));
  for (const path of folders) await mkdir(path, { recursive: true, mode: 0o755 });
}

async function writeFiles(archive: ZipFile, items: readonly Item[]): Promise<void> {
  const files = items.filter((item) => item.kind === 'file').values();
  const work = async (): Promise<void> => {
    for (const item of files) await writeItem(archive, item);
  };
  // All writes settle before an error is thrown, or one would race with the removal of the folder.
  const results = await Promise.allSettled(Array.from({ length: filesAtOnce }, work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function writeItem(archive: ZipFile, item: Item): Promise<void> {
  await writeFile(item.path, await readEntry(archive, item.entry));
  // After the write, because the umask applies at creation. A zip made on Windows has no modes.
  await chmod(item.path, item.mode === 0 ? 0o644 : item.mode);
}

async function readEntry(archive: ZipFile, entry: Entry): Promise<Buffer> {
  return buffer(await archive.openReadStreamPromise(entry));
}

async function writeLinks(archive: ZipFile, items: readonly Item[], folder: string): Promise<void> {
  const links = items.filter((item) => item.kind === 'link');
  for (const item of links) {
    const target = (await readEntry(archive, item.entry)).toString();
    if (isAbsolute(target) || !isInside(folder, join(dirname(item.path), target))) continue;
    await symlink(target, item.path);
  }
  const root = await realpath(folder);
  for (const item of links) await removeEscape(item.path, root);
}

/** A link may lead outside by way of another link, which its own text does not show. */
async function removeEscape(path: string, root: string): Promise<void> {
  const isLink = await readlink(path).then(
    () => true,
    () => false,
  );
  if (!isLink) return;
  const leadsNowhere = await stat(path).then(
    () => false,
    () => true,
  );
  if (leadsNowhere || isInside(root, await realpath(path))) return;
  await rm(path);
}
