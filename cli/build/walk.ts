/**
 * The files below a folder, in one order on every machine. Links are never followed: one that stays inside is kept as a
 * link, one that leads outside is an error, since what it points to would not exist after deployment.
 */
import { type Dirent, existsSync, lstatSync, type Stats } from 'node:fs';
import { readdir, readlink, realpath } from 'node:fs/promises';
import type { PlatformPath } from 'node:path';
import here, { dirname, isAbsolute, join, posix, relative, sep } from 'node:path';
import { systemCode, UpBuildError } from './error.ts';
import type { Rules } from './ignore.ts';
import { installModules, insteadOfLink } from './install.ts';
import { isInModules } from './modules.ts';

export interface Found {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly source: string;
  readonly size: number;
  /** What it was when it was listed: see `seenAt`. */
  readonly seen: string;
  /** More of the same, the change of its inode too: equal for builds that need not read it twice. Empty for links. */
  readonly state: string;
  /** When the file or its inode was last changed; milliseconds. */
  readonly changedMs: number;
  readonly executable: boolean;
  /** Where a link points, relative to its own folder; absent for files. */
  readonly target?: string;
}

export interface Walk {
  readonly files: readonly Found[];
  readonly secretsLeftOut: readonly string[];
  readonly warnings: readonly string[];
}

interface Progress {
  readonly root: string;
  readonly workspace: string | undefined;
  readonly rules: Rules;
  readonly files: Found[];
  readonly secrets: string[];
  readonly warnings: string[];
}

/**
 * Lists what ships from `dir`, sorted by the bytes of the paths. Links of node_modules to elsewhere in the `workspace` are
 * left out: what they stand for is placed by `findPackages`.
 */
export async function walk(dir: string, rules: Rules, workspace?: string): Promise<Walk> {
  const progress: Progress = { root: await realpath(dir), workspace, rules, files: [], secrets: [], warnings: [] };
  await walkFolder(progress, '');
  const files = sortByBytes(withoutDangling(progress));
  return { files, secretsLeftOut: progress.secrets.sort(compareBytes), warnings: progress.warnings.sort(compareBytes) };
}

/** The same of one package by itself: those in its own node_modules are placed by themselves. */
export function walkPackage(dir: string, rules: Rules): Promise<Walk> {
  return walk(dir, (path) => (isInModules(path) ? 'leave' : rules(path)));
}

/**
 * Which file it is, and in which state: equal as long as nobody writes to it or puts another in its place. Its time is
 * exact to a quarter of a microsecond, the clock of the kernel that stamps files to milliseconds; in nanoseconds, 14,000
 * files take 30 ms longer.
 */
export function seenAt({ dev, ino, size, mtimeMs }: Stats): string {
  return `${dev}:${ino}:${size}:${mtimeMs}`;
}

/** Orders strings by their UTF-8 bytes, whatever the locale. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The same for many: in the order of their bytes are also strings as they are, unless one has what UTF-16 puts elsewhere. */
export function sortByBytes<T extends { readonly path: string }>(files: T[]): T[] {
  if (files.some(({ path }) => /[\ud800-\uffff]/.test(path))) return files.sort((a, b) => compareBytes(a.path, b.path));
  return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

async function walkFolder(progress: Progress, folder: string): Promise<void> {
  const entries = await readFolder(join(progress.root, folder), folder);
  await Promise.all(entries.map((entry) => walkEntry(progress, folder + entry.name, entry)));
}

async function readFolder(source: string, path: string): Promise<Dirent[]> {
  try {
    return await readdir(source, { withFileTypes: true });
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function walkEntry(progress: Progress, path: string, entry: Dirent): Promise<void> {
  const verdict = progress.rules(entry.isDirectory() ? `${path}/` : path);
  if (verdict === 'secret') progress.secrets.push(path);
  if (verdict !== 'ship') return;
  if (entry.isDirectory()) return walkFolder(progress, `${path}/`);
  if (entry.isSymbolicLink()) return addLink(progress, path);
  if (entry.isFile()) return addFile(progress, path);
  progress.warnings.push(`${path} is not a regular file and was left out`);
}

function addFile(progress: Progress, path: string): void {
  const source = join(progress.root, path);
  try {
    // At once: what the kernel knows already costs less than the way to a thread and back (14,000 files: a third).
    const stats = lstatSync(source);
    if (!stats.isFile()) throw changed(path);
    const { size, mode, mtimeMs, ctimeMs } = stats;
    const executable = (mode & 0o111) !== 0;
    const seen = seenAt(stats);
    const state = `${seen}:${ctimeMs}:${mode}`;
    const changedMs = Math.max(mtimeMs, ctimeMs);
    progress.files.push({ path, source, size, seen, state, changedMs, executable });
  } catch (error) {
    throw error instanceof UpBuildError ? error : unreadable(path, error);
  }
}

async function addLink(progress: Progress, path: string): Promise<void> {
  const source = join(progress.root, path);
  const text = await readLinkText(source, path);
  const end = await endOfLink(source);
  // npm leaves such links behind when it removes a package.
  if (end === 'ENOENT' && isCommandLink(path)) return;
  if (end === 'ENOENT')
    throw linkError(path, text, 'which does not exist', 'Remove the link, or name it in .upignore.');
  if (end === 'ELOOP') throw linkError(path, text, 'which leads back to itself', 'Remove the link.');
  if (isOfWorkspace(progress, path, end)) return;
  if (!isInside(progress.root, end)) {
    throw linkError(path, text, 'outside the folder of the app', inPlaceOf(progress.root, path));
  }
  const target = staysInside(path, text) ? text : relative(dirname(source), end).split(sep).join('/') || '.';
  progress.files.push({ path, source, ...linkTo(target) });
}

/** What to do about a link that leads out. */
function inPlaceOf(root: string, path: string): string {
  if (isInModules(path)) return insteadOfLink;
  const environment = foldersOf(path).find((folder) => existsSync(join(root, folder, 'pyvenv.cfg')));
  if (environment === undefined) return 'Copy the files into the app, or name the link in .upignore.';
  return `Name /${environment} in .upignore: it is a virtual environment of this machine. Packages ship beside the app: ${installModules(root)}`;
}

/** In the package it is a link of Linux. */
async function readLinkText(source: string, path: string): Promise<string> {
  try {
    return (await readlink(source)).replaceAll(sep, '/');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** A link in a package, whatever it is on this machine. */
export function linkTo(target: string): Omit<Found, 'path' | 'source'> {
  return { size: Buffer.byteLength(target), seen: '', state: '', changedMs: 0, executable: false, target };
}

function isOfWorkspace({ root, workspace }: Progress, path: string, end: string): boolean {
  return workspace !== undefined && isInModules(path) && !isInside(root, end) && isInside(workspace, end);
}

/** The real path a link leads to, or why there is none. */
async function endOfLink(source: string): Promise<string> {
  try {
    return await realpath(source);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'ENOENT';
    if (code === 'ELOOP') return code;
    throw unreadable(source, error);
  }
}

/** Whether a real path is the root or below it, by the rules of `on`: another drive of Windows is no way down. */
export function isInside(root: string, path: string, on: PlatformPath = here): boolean {
  const way = on.relative(root, path);
  return way !== '..' && !way.startsWith(`..${on.sep}`) && !on.isAbsolute(way);
}

/** Whether no step of the text, taken from the link, leaves the root: `../app/x` comes back only on this machine. */
function staysInside(path: string, text: string): boolean {
  if (isAbsolute(text)) return false;
  let depth = path.split('/').length - 1;
  for (const step of text.split('/')) {
    if (step === '..') depth -= 1;
    else if (step !== '' && step !== '.') depth += 1;
    if (depth < 0) return false;
  }
  return true;
}

function isCommandLink(path: string): boolean {
  return path.includes('node_modules/.bin/');
}

/** Drops links to what does not ship, such as the commands of development packages. */
function withoutDangling(progress: Progress): Found[] {
  if (progress.files.every(({ target }) => target === undefined)) return progress.files;
  const shipped = new Set(['.', ...progress.files.flatMap(({ path }) => [path, ...foldersOf(path)])]);
  return progress.files.filter((file) => {
    if (file.target === undefined) return true;
    const end = posix.join(posix.dirname(file.path), file.target).replace(/\/$/, '');
    if (shipped.has(end) || passesLink(progress, end)) return true;
    // Links of package managers to what only development needs.
    if (!isInModules(file.path))
      progress.warnings.push(`${file.path} points to ${end}, which does not ship, and was left out`);
    return false;
  });
}

function foldersOf(path: string): string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}

/** A target below another link is a path we do not list; that it exists was checked before. */
function passesLink(progress: Progress, end: string): boolean {
  const folders = new Set(foldersOf(end));
  return progress.files.some(({ path, target }) => target !== undefined && folders.has(path));
}

function linkError(path: string, target: string, what: string, hint: string): UpBuildError {
  return new UpBuildError('UP_PACKAGE_SYMLINK', `${path} is a link to ${target}, ${what}`, {
    hint,
    details: { path, target },
  });
}

/** The error for a file that cannot be read, or that is not there any more. */
export function unreadable(path: string, error: unknown): UpBuildError {
  // A name that is not valid UTF-8 cannot be given back to the file system.
  if (systemCode(error) === 'ENOENT' && path !== '' && !path.includes('\ufffd')) return changed(path);
  const reason = error instanceof Error ? error.message : String(error);
  return new UpBuildError('UP_PACKAGE_UNREADABLE', `${path || '.'} cannot be read: ${reason}`, {
    hint: 'Give yourself the right to read it, or name it in .upignore.',
    details: { path },
  });
}

/** The error for what is not what it was when it was listed. */
export function changed(path: string): UpBuildError {
  return new UpBuildError('UP_PACKAGE_CHANGED', `${path} changed while it was packed`, {
    hint: 'Let whatever writes it finish (a build in the background?), and run it again.',
    details: { path },
  });
}
