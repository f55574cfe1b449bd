/** The workspace an app is a member of: npm, yarn and bun name its folders in package.json, pnpm in a file of its own. */
import { readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import ignore from 'ignore';
import { isRecord } from '../../http/json.ts';
import { readRecord } from './json.ts';
import { readManifest } from './manifest.ts';
import { readText } from './read-text.ts';

/** The real path of the nearest folder above whose workspaces the app is one of; undefined when there is none. */
export async function workspaceRoot(dir: string): Promise<string | undefined> {
  const app = await realpath(dir);
  for (let folder = dirname(app); folder !== dirname(folder); folder = dirname(folder)) {
    const patterns = await readWorkspaces(folder);
    if (patterns && isMember(patterns, relative(folder, app).split(sep).join('/'))) return folder;
  }
  return undefined;
}

/**
 * The members that have a start script, by their paths from the root of the workspace in `dir`, sorted; undefined when it is
 * the root of none. Those that lie deeper than `apps/web` are not looked for.
 */
export async function startableMembers(dir: string): Promise<string[] | undefined> {
  const patterns = await readWorkspaces(dir);
  if (patterns === undefined) return undefined;
  const top = await foldersIn(dir, '');
  const below = await Promise.all(top.map((folder) => foldersIn(dir, `${folder}/`)));
  const members = [...top, ...below.flat()].filter((path) => isMember(patterns, path));
  const startable = await Promise.all(members.map((path) => hasStart(join(dir, path))));
  return members.filter((_path, index) => startable[index]).sort();
}

async function foldersIn(dir: string, below: string): Promise<string[]> {
  const entries = await readdir(join(dir, below), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !/^(?:\.|node_modules$)/.test(entry.name));
  return folders.map(({ name }) => below + name);
}

async function hasStart(folder: string): Promise<boolean> {
  return typeof readRecord(await readManifest(folder), 'scripts').start === 'string';
}

async function readWorkspaces(folder: string): Promise<string[] | undefined> {
  const pnpm = await readText(join(folder, 'pnpm-workspace.yaml'));
  if (pnpm !== undefined) return parsePnpm(pnpm);
  const manifest = await readText(join(folder, 'package.json'));
  return manifest === undefined ? undefined : parseManifest(manifest);
}

/** `"workspaces": ["apps/*"]`, or yarn's `{"packages": [...]}`. */
function parseManifest(text: string): string[] | undefined {
  try {
    const manifest: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    const workspaces = isRecord(manifest) ? manifest.workspaces : undefined;
    const list = isRecord(workspaces) ? workspaces.packages : workspaces;
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : undefined;
  } catch {
    // Not ours to judge: it is no workspace then.
    return undefined;
  }
}

/** The list under `packages:`, which is all of that file that matters here; its items are plain or quoted texts. */
export function parsePnpm(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, ''));
  const start = lines.findIndex((line) => /^packages:/.test(line));
  if (start === -1) return [];
  const inline = /^packages:\s*\[(.*)\]\s*$/.exec(lines[start] ?? '')?.[1];
  if (inline !== undefined) return inline.split(',').map(unquote).filter(Boolean);
  const items: string[] = [];
  for (const line of lines.slice(start + 1)) {
    const item = /^\s*-\s*(.+?)\s*$/.exec(line)?.[1];
    if (item !== undefined) items.push(unquote(item));
    else if (line.trim() !== '') break;
  }
  return items;
}

function unquote(text: string): string {
  return text.trim().replace(/^(['"])(.*)\1$/, '$2');
}

/** The globs of workspaces are those of .gitignore, from the top: `apps/*`, `!apps/old`, `packages/**`. */
function isMember(patterns: readonly string[], path: string): boolean {
  const lines = patterns.map((pattern) => pattern.replace(/^(!?)(?:\.?\/)?/, '$1/').replace(/\/$/, ''));
  return ignore({ ignorecase: false }).add(lines).ignores(path);
}
