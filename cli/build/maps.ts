/**
 * Source maps of bundled code, beside the release and out of the package: `.up/maps/<SHA-256 of the package>/`, with a
 * `release.json` that names the commit. A stack of a version is read with the maps of its CodeSha256.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Commit } from '../project/git.ts';
import { systemCode } from './error.ts';
import type { Package } from './package.ts';

export interface KeptMaps {
  /** In base64: what Lambda calls CodeSha256. */
  readonly sha256: string;
  readonly commit: string;
  /** The path of the bundled file in the package -> its map, as JSON. */
  readonly maps: ReadonlyMap<string, string>;
}

/** Releases older than these few are hardly read any more, and a map is larger than its bundle. */
const releasesKept = 50;
const releaseName = 'release.json';

/** Keeps the maps of a package, if it has any. */
export async function keepMaps(
  dir: string,
  { sha256, maps }: Pick<Package, 'sha256' | 'maps'>,
  { commit }: Pick<Commit, 'commit'>,
): Promise<void> {
  if (maps.length === 0) return;
  const root = rootOf(dir);
  const folder = join(root, toHex(sha256));
  for (const { path, content } of maps) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  // Last, and at once: a folder without it is one whose writer was killed.
  await writeFile(join(folder, `${releaseName}.tmp`), `${JSON.stringify({ sha256, commit })}\n`);
  await rename(join(folder, `${releaseName}.tmp`), join(folder, releaseName));
  await removeOld(root);
}

/** The maps of the package with this CodeSha256, or of the newest one of a commit; null when none were kept here. */
export async function findMaps(
  dir: string,
  of: { readonly sha256: string } | { readonly commit: string },
): Promise<KeptMaps | null> {
  const root = rootOf(dir);
  if ('sha256' in of) return readKept(join(root, toHex(of.sha256)));
  if (of.commit === '') return null;
  for (const name of await newestFirst(root)) {
    const kept = await readKept(join(root, name));
    if (kept?.commit === of.commit) return kept;
  }
  return null;
}

function rootOf(dir: string): string {
  return join(dir, '.up', 'maps');
}

/** CodeSha256 is base64, which may hold slashes. */
function toHex(sha256: string): string {
  return Buffer.from(sha256, 'base64').toString('hex');
}

async function readKept(folder: string): Promise<KeptMaps | null> {
  try {
    const { sha256, commit } = JSON.parse(await readFile(join(folder, releaseName), 'utf8')) as KeptMaps;
    const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name.endsWith('.map'))
      .map((entry) => join(entry.parentPath, entry.name));
    const maps = await Promise.all(
      files.map(async (file) => {
        const path = relative(folder, file)
          .split('\\')
          .join('/')
          .replace(/\.map$/, '');
        return [path, await readFile(file, 'utf8')] as const;
      }),
    );
    return { sha256, commit, maps: new Map(maps) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function newestFirst(root: string): Promise<string[]> {
  const names = await readdir(root).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  const dated = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(root, name, releaseName)).catch(() => null);
      return { name, time: found?.mtimeMs ?? 0 };
    }),
  );
  return dated.sort((a, b) => b.time - a.time || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}

async function removeOld(root: string): Promise<void> {
  const old = (await newestFirst(root)).slice(releasesKept);
  await Promise.all(old.map((name) => rm(join(root, name), { recursive: true, force: true })));
}
