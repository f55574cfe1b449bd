/**
 * Files that were compressed when the site was built: `app.js.br`, `app.js.zst` or `app.js.gz` beside `app.js`, for a
 * client that takes them. It compresses nothing itself.
 */
import { chooseCoding } from '../../http/coding.ts';
import type { Headers } from '../../http/headers.ts';
import { type OpenFile, openFile, type Root } from './open.ts';

export interface Representation {
  readonly file: OpenFile;
  /** Its content coding; null for the file as it is. */
  readonly coding: string | null;
  /** Another client may be given another one. */
  readonly varies: boolean;
}

/** The smallest first: it wins where the client does not mind. */
const suffixes = { br: '.br', zstd: '.zst', gzip: '.gz' };
type Coding = keyof typeof suffixes;
const all: readonly Coding[] = ['br', 'zstd', 'gzip'];

/** Closes all but the one it gives. */
export async function choose(
  root: Root,
  found: { readonly file: OpenFile; readonly path: string },
  request: Headers,
): Promise<Representation> {
  const packed = await Promise.all(all.map((coding) => openPacked(root, found.path, coding)));
  const there = packed.filter((one) => one !== null);
  const coding = chooseCoding(
    request,
    there.map((one) => one.coding),
  );
  const chosen = there.find((one) => one.coding === coding)?.file ?? found.file;
  const unused = [found.file, ...there.map(({ file }) => file)].filter((file) => file !== chosen);
  await Promise.all(unused.map(({ handle }) => handle.close()));
  return { file: chosen, coding, varies: there.length > 0 };
}

interface Packed {
  readonly coding: string;
  readonly file: OpenFile;
}

/** A precompressed file that cannot be opened is no reason not to send the plain one. */
async function openPacked(root: Root, path: string, coding: Coding): Promise<Packed | null> {
  const file = await openFile(root, path + suffixes[coding]).catch(() => null);
  return file && { coding, file };
}
