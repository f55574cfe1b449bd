/**
 * The only way to open a file of the site: regular files below the folder, by their real path, and neither hidden ones
 * nor those of the package. What cannot be opened counts as absent, and nothing here blocks on a pipe.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

export interface Root {
  /** The folder of the app. */
  readonly app: string;
  /** The folder that is served: that one, or one in it. */
  readonly dir: string;
}

export interface OpenFile {
  readonly handle: FileHandle;
  readonly size: number;
  /** Another one whenever the content is. */
  readonly version: string;
}

/** `path` as from `canonicalPath`. Whoever gets a file closes it. */
export async function look(root: Root, path: string): Promise<OpenFile | 'folder' | null> {
  // A separator on some systems, and in no URL.
  if (path.includes('\\') || isHidden(path)) return null;
  try {
    const real = await realPath(root, path);
    return real === null ? null : await openReal(real);
  } catch (error) {
    if (notThere.has((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

export async function openFile(root: Root, path: string): Promise<OpenFile | null> {
  const found = await look(root, path);
  return found === 'folder' ? null : found;
}

export async function isFile(root: Root, path: string): Promise<boolean> {
  const found = await openFile(root, path);
  await found?.handle.close();
  return found !== null;
}

/** Of a name, a link or a right that leads nowhere. ENXIO: a socket, or a device that is not there. */
const notThere = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EACCES', 'EPERM', 'ELOOP', 'ENXIO', 'ENODEV']);

/** Null for what lies outside behind a link, and for hidden files that a harmless name links to. */
async function realPath({ app, dir }: Root, path: string): Promise<string | null> {
  const [realApp, realDir, real] = await Promise.all([realpath(app), realpath(dir), realpath(join(dir, path))]);
  const [inApp, inDir] = [relative(realApp, real), relative(realDir, real)];
  if (isOutside(inApp) || isOutside(inDir) || isHidden(inDir)) return null;
  return isOf(inApp, ofTheApp) || isOf(inDir, ofTheSite) ? null : real;
}

function isOutside(way: string): boolean {
  return way === '..' || way.startsWith(`..${sep}`);
}

/** Dot files are settings, histories and secrets. RFC 8615: `.well-known` is there to be read. */
function isHidden(path: string): boolean {
  return path.split('/').some((name) => name.startsWith('.') && name !== '.well-known');
}

/** At the top of the app: what it is configured by, built of and run by. */
const ofTheApp = new Set([
  '_up',
  'up.json',
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'node_modules',
  '_headers',
  '_redirects',
]);
/** At the top of the folder that is served. */
const ofTheSite = new Set(['_headers', '_redirects']);

/** In any case: some disks know no difference. */
function isOf(way: string, names: ReadonlySet<string>): boolean {
  return names.has((way.split(sep)[0] ?? '').toLowerCase());
}

/** Checked on the descriptor, so that swapping the file meanwhile makes no difference. */
async function openReal(path: string): Promise<OpenFile | 'folder' | null> {
  // Not blocking: a pipe is opened only when somebody writes to it.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  const stats = await handle.stat();
  if (stats.isFile()) {
    const { size, ino, mtimeMs, ctimeMs } = stats;
    return { handle, size, version: `${path} ${ino} ${size} ${mtimeMs} ${ctimeMs}` };
  }
  await handle.close();
  return stats.isDirectory() ? 'folder' : null;
}
