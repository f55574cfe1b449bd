/** The policy of `up local --policy FILE`. */
import { readFile } from 'node:fs/promises';
import { type Policy, parsePolicy } from './policy.ts';

/** Rejects with a PolicyError, or with that of the file system. */
export async function readPolicyFile(file: string): Promise<Policy> {
  return parsePolicy(
    await readFile(file, 'utf8').catch((error) => {
      // Reading a folder fails without its name.
      throw Object.assign(error, { path: file });
    }),
  );
}
