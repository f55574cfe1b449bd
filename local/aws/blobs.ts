/** Bytes on disk under the name of their SHA-256: `objects/<hex>`. A name that a client sent is never the name of a file. */
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, writeDurably } from './disk.ts';

export interface BlobStore {
  /** Stores the bytes and gives their name. */
  put(bytes: Uint8Array): Promise<string>;
  read(name: string): Promise<Buffer>;
  /** Removes every blob whose name is not in the set. Call it when nothing runs. */
  keep(used: ReadonlySet<string>): Promise<void>;
}

/** The blobs under `root`, which is created with the first of them. */
export function openBlobs(root: string): BlobStore {
  return {
    async put(bytes) {
      const name = createHash('sha256').update(bytes).digest('hex');
      const path = join(root, name);
      if (await exists(path)) return name;
      await mkdir(root, { recursive: true, mode: 0o700 });
      const temporary = join(root, `${randomBytes(8).toString('hex')}.tmp`);
      try {
        await writeDurably(temporary, bytes);
        await rename(temporary, path);
      } finally {
        await rm(temporary, { force: true });
      }
      return name;
    },
    read: (name) => readFile(join(root, name)),
    async keep(used) {
      const others = (await namesIn(root)).filter((name) => !used.has(name));
      await Promise.all(others.map((name) => rm(join(root, name), { force: true })));
    },
  };
}

async function namesIn(root: string): Promise<string[]> {
  try {
    return await readdir(root);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
