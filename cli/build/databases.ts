/** Databases of SQLite that ship: a function reads them, and cannot write to them. */
import { isInModules } from './modules.ts';
import { readStart } from './read-batches.ts';
import type { Found } from './walk.ts';

const named = /\.(?:db|db3|s3db|sqlite|sqlite3)$/i;
/** https://www.sqlite.org/fileformat.html#magic_header_string */
const magic = 'SQLite format 3\0';

/** One for all of them. `isMeant`: `.upignore` says by its name that a file ships. */
export function databaseWarnings(found: readonly Found[], isMeant: (path: string) => boolean): string[] {
  const [first, ...more] = found.filter(
    (file) => named.test(file.path) && !isInModules(file.path) && !isMeant(file.path) && isDatabase(file),
  );
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return [
    `${first.path}${others} is a database of SQLite, and on Lambda no file of the package can be written: keep what changes in a database on the network; if it is only read, say so in .upignore: !/${first.path}`,
  ];
}

function isDatabase({ source, target }: Found): boolean {
  if (target !== undefined) return false;
  const head = Buffer.alloc(magic.length);
  try {
    readStart(head, source);
  } catch {
    // Whoever packs it tells why.
    return false;
  }
  return head.toString('latin1') === magic;
}
