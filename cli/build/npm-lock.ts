/** The lock files of npm: what shall be installed, and, in node_modules, what is. */
import { join } from 'node:path';
import { readRecord } from './json.ts';
import { readText } from './read-text.ts';

/** By their places in the folder of the app: `node_modules/express`. */
export type LockedPackages = Readonly<Record<string, unknown>>;

/** What shall be installed in `dir`. Undefined without a lock file; one that cannot be read has none. */
export async function readWanted(dir: string): Promise<LockedPackages | undefined> {
  return readLock(join(dir, 'package-lock.json'));
}

/** As `readWanted`, of what is installed, where npm has done so. */
export async function readInstalled(dir: string): Promise<LockedPackages | undefined> {
  return readLock(join(dir, 'node_modules/.package-lock.json'));
}

async function readLock(file: string): Promise<LockedPackages | undefined> {
  const text = await readText(file);
  return text === undefined ? undefined : readRecord(parse(text), 'packages');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
