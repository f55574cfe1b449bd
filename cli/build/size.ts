/** What a package weighs, as a tree: the largest folders and files, and how near the limits of Lambda it is. */
import { maxDirectBytes } from '../aws/resources/artifact.ts';
import { count } from '../output/format.ts';
import type { Measured } from './build.ts';
import type { PackageFile } from './package.ts';
import { maxUnzippedBytes } from './package-checks.ts';
import { compareBytes } from './walk.ts';

interface Folder {
  readonly name: string;
  size: number;
  files: number;
  readonly children: Map<string, Folder>;
}

/** Bytes of the zip in a request to Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const lambdaDirectBytes = 50 * 1024 * 1024;
const columns = 80;
const shownPerFolder = 6;
const deepest = 4;
const largestShown = 10;
/** What is less than a hundredth of the whole is not worth a line. */
const worthShowing = 0.01;

export interface SizeReport {
  readonly files: number;
  readonly unzipped: number;
  readonly zipped: number | null;
  readonly limits: { readonly unzipped: number; readonly direct: number };
  readonly largest: readonly PackageFile[];
}

/** The same for programs. */
export function toSizeReport({ files, zipped }: Measured): SizeReport {
  return {
    files: files.length,
    unzipped: sum(files),
    zipped,
    limits: { unzipped: maxUnzippedBytes, direct: maxDirectBytes },
    largest: largestOf(files),
  };
}

export function renderSize({ files, zipped }: Measured, unicode: boolean): string {
  const root = toTree(files);
  const largest = largestOf(files).map(({ path, size }) => line(size, path));
  return [
    line(root.size, `package, ${count(files.length, 'file')}`),
    ...renderFolder(root, '', 1, root.size * worthShowing, unicode ? marks.unicode : marks.ascii),
    '',
    'Largest',
    ...largest,
    '',
    `Unzipped   ${amount(root.size)} of ${amount(maxUnzippedBytes)}, layers included (${share(root.size, maxUnzippedBytes)})`,
    `Zipped     ${zippedLine(zipped)}`,
  ].join('\n');
}

function zippedLine(zipped: number | null): string {
  if (zipped === null) return 'not made: the package is too large';
  const way = zipped > maxDirectBytes ? 'goes through a bucket, as more than' : 'goes with the request, as up to';
  return `${amount(zipped)}, ${way} ${amount(maxDirectBytes)} do (Lambda: ${amount(lambdaDirectBytes)})`;
}

function share(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(part / whole < 0.1 ? 1 : 0)} %`;
}

function sum(files: readonly PackageFile[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}

function largestOf(files: readonly PackageFile[]): PackageFile[] {
  return files.toSorted((a, b) => b.size - a.size || compareBytes(a.path, b.path)).slice(0, largestShown);
}

function toTree(files: readonly PackageFile[]): Folder {
  const root = newFolder('');
  for (const { path, size } of files) {
    let at = root;
    for (const step of ['', ...path.split('/')]) {
      if (step !== '') at = childOf(at, step);
      at.size += size;
      at.files += 1;
    }
  }
  return root;
}

function newFolder(name: string): Folder {
  return { name, size: 0, files: 0, children: new Map() };
}

function childOf({ children }: Folder, name: string): Folder {
  const child = children.get(name) ?? newFolder(name);
  children.set(name, child);
  return child;
}

const marks = {
  unicode: { middle: '├─ ', last: '└─ ', down: '│  ', none: '   ' },
  ascii: { middle: '|- ', last: '`- ', down: '|  ', none: '   ' },
} as const;

type Marks = (typeof marks)['unicode' | 'ascii'];

function renderFolder(folder: Folder, indent: string, depth: number, least: number, look: Marks): string[] {
  if (depth > deepest) return [];
  const children = [...folder.children.values()].sort((a, b) => b.size - a.size || compareBytes(a.name, b.name));
  const shown = children.slice(0, shownPerFolder).filter(({ size }) => size >= least);
  const rest = children.slice(shown.length);
  const restFiles = rest.reduce((total, { files }) => total + files, 0);
  const lines = shown.flatMap((child, index) => {
    const isLast = index === shown.length - 1 && rest.length === 0;
    const [whole, name] = onlyWay(child);
    return [
      line(child.size, name, indent + (isLast ? look.last : look.middle)),
      ...renderFolder(whole, indent + (isLast ? look.none : look.down), depth + 1, least, look),
    ];
  });
  if (rest.length === 0) return lines;
  const restSize = rest.reduce((total, { size }) => total + size, 0);
  const what = shown.length === 0 ? count(restFiles, 'file') : count(restFiles, 'other file');
  return shown.length === 0 && depth > 1 ? [] : [...lines, line(restSize, what, indent + look.last)];
}

/** `a/b/c` for folders with nothing but one folder in them. */
function onlyWay(folder: Folder): readonly [Folder, string] {
  let at = folder;
  let name = folder.name;
  while (at.children.size === 1) {
    at = [...at.children.values()][0] as Folder;
    name = `${name}/${at.name}`;
  }
  return [at, name];
}

/** The end of a long path tells more than its beginning. */
function line(size: number, text: string, branch = ''): string {
  const start = `${amount(size).padStart(10)}  ${branch}`;
  const room = columns - start.length;
  return start + (text.length > room ? `…${text.slice(text.length - room + 1)}` : text);
}

/** In units of 1024, as Lambda counts. */
function amount(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024 * 0.1) return `${(bytes / 1024).toFixed(1)} kB`;
  const megabytes = bytes / 1024 / 1024;
  return `${Number.isInteger(megabytes) ? megabytes : megabytes.toFixed(1)} MB`;
}
