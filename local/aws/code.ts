/** Packages on disk: `code/<hex>.zip` as it was sent and `code/<hex>/` as Lambda would lay it out under /var/task. */
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from './disk.ts';
import { extract } from './unzip.ts';

export interface CodeStore {
  /** The folder a package was extracted to. `sha` is the CodeSha256 of a version. */
  code(sha: string): string;
  /** Checks, stores and extracts a package. Rejects with an AwsError when it is no usable zip. */
  putCode(zip: Buffer): Promise<{ CodeSha256: string; CodeSize: number }>;
  /** The zip as it was sent. */
  readCode(sha: string): Promise<Buffer>;
}

interface KeepableCodeStore extends CodeStore {
  /** Removes every package whose CodeSha256 is not in the set. */
  keep(used: () => ReadonlySet<string>): Promise<void>;
}

/** Opens the packages under `root`, which is created when missing. */
export async function openCode(root: string): Promise<KeepableCodeStore> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const inQueue = createQueue();
  const code = (sha: string): string => join(root, toHex(sha));
  return {
    code,
    putCode: (zip) => inQueue(() => putCode(root, zip)),
    readCode: (sha) => readFile(`${code(sha)}.zip`),
    keep: (used) => inQueue(() => removeOthers(root, used)),
  };
}

/** CodeSha256 is base64, which may hold slashes; files are named in hex. */
export function toHex(sha: string): string {
  return Buffer.from(sha, 'base64').toString('hex');
}

/** Puts and removals take turns: a removal must not see a package that is half way in. */
function createQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task, task);
    last = result;
    return result;
  };
}

async function putCode(root: string, zip: Buffer): Promise<{ CodeSha256: string; CodeSize: number }> {
  const hash = createHash('sha256').update(zip).digest();
  const folder = join(root, hash.toString('hex'));
  const result = { CodeSha256: hash.toString('base64'), CodeSize: zip.length };
  if ((await exists(folder)) && (await exists(`${folder}.zip`))) return result;
  const temporary = join(root, `${randomBytes(8).toString('hex')}.tmp`);
  try {
    await extract(zip, temporary);
    await writeDurably(`${temporary}.zip`, zip);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    await rename(`${temporary}.zip`, `${folder}.zip`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(`${temporary}.zip`, { force: true });
  }
  return result;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function removeOthers(root: string, used: () => ReadonlySet<string>): Promise<void> {
  const names = await readdir(root);
  // The caller of a put that has just ended writes the hash into the state before the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  const kept = new Set([...used()].map(toHex));
  for (const name of names) {
    if (kept.has(name.replace(/\.zip$/, ''))) continue;
    await rm(join(root, name), { recursive: true, force: true });
  }
}
