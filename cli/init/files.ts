/** The files of a template, and how files come into a folder: all of them or none, and never over another. */
import { closeSync, existsSync, lstatSync, mkdirSync, openSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { templatesDir } from '../paths.ts';
import type { TemplateName } from './templates.ts';

export interface NewFile {
  /** Below the folder of the app, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Identity {
  readonly name: string;
  /** None: that of the AWS settings of whoever deploys. */
  readonly region: string | undefined;
}

/** npm leaves a file of this name out of packages, so no template can hold one. */
const gitignore: NewFile = { path: '.gitignore', text: 'node_modules/\n.up/\n.env\n.env.local\n' };

/** What the folder `dir` gets of a template: its files, made its own by name, and a .gitignore where there is none. */
export async function templateFiles(template: TemplateName, dir: string, identity: Identity): Promise<NewFile[]> {
  const from = join(templatesDir, template);
  const paths = await templatePaths(template);
  const files = paths.map(async (path) => ({
    path,
    text: renamed(path, await readFile(join(from, path), 'utf8'), identity),
  }));
  return [...(await Promise.all(files)), ...(isTaken(join(dir, gitignore.path)) ? [] : [gitignore])];
}

/** In the order of their names. */
export async function templatePaths(template: TemplateName): Promise<string[]> {
  const from = join(templatesDir, template);
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(from, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

function renamed(path: string, text: string, { name, region }: Identity): string {
  if (path === 'package.json') return toJson({ ...JSON.parse(text), name });
  if (path !== 'up.json') return text;
  const { name: _placeholder, ...rest } = JSON.parse(text);
  return toJson({ name, ...(region !== undefined && { regions: [region] }), ...rest });
}

/** A list of one stays in its line. */
export function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2).replace(/\[\s+("[^"]*")\s+\]/g, '[$1]')}\n`;
}

/** Also by a link that leads nowhere. */
export function isTaken(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/**
 * Writes all files, or takes back those it wrote and throws what the file system said. In one go, so that no signal
 * comes between.
 */
export function writeFiles(dir: string, files: readonly NewFile[]): void {
  const undo: (() => void)[] = [];
  try {
    makeFolder(dir, undo);
    for (const { path, text } of files) {
      const file = join(dir, path);
      makeFolder(dirname(file), undo);
      writeNew(file, text, undo);
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
}

/** Not mkdir's own recursion: each folder that is made has to be known. */
function makeFolder(dir: string, undo: (() => void)[]): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir), undo);
  mkdirSync(dir);
  undo.push(() => rmdirSync(dir));
}

function writeNew(file: string, text: string, undo: (() => void)[]): void {
  const descriptor = openSync(file, 'wx');
  undo.push(() => unlinkSync(file));
  try {
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}
