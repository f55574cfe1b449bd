/**
 * Which file a path of a site means: the file itself, else the page of that name (`/about`: about.html), else the
 * index.html of that folder. There is one address for each but the page, which has its full name as well.
 */
import { posix } from 'node:path';
import { isFile, look, type OpenFile, openFile, type Root } from './open.ts';

export type Found =
  | { readonly file: OpenFile; readonly path: string }
  /** Relative: only the client knows what stands before our paths. */
  | { readonly location: string };

/** A regular file of exactly this name. */
export async function findFile(root: Root, path: string): Promise<Found | null> {
  const file = await openFile(root, path);
  return file && { file, path };
}

/** `address`: the path with its prefix, for where to go instead. Both as from `canonicalPath`. */
export async function findPage(root: Root, path: string, address: string): Promise<Found | null> {
  const name = encodeURIComponent(posix.basename(address));
  if (path.endsWith('/index.html')) return (await isFile(root, path)) ? { location: './' } : null;
  if (path.endsWith('/')) return (await findFile(root, `${path}index.html`)) ?? withoutSlash(root, path, name);
  const exact = await look(root, path);
  if (exact !== null && exact !== 'folder') return { file: exact, path };
  const page = await findFile(root, `${path}.html`);
  if (page !== null || exact === null) return page;
  return (await isFile(root, `${path}/index.html`)) ? { location: `./${name}/` } : null;
}

/** A file or a page that was asked for as a folder. */
async function withoutSlash(root: Root, path: string, name: string): Promise<Found | null> {
  const bare = path.slice(0, -1);
  if (bare === '') return null;
  const exists = (await isFile(root, bare)) || (await isFile(root, `${bare}.html`));
  return exists ? { location: `../${name}` } : null;
}
