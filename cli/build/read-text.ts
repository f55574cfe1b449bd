/** Files of a project that need not be there. */
import { readFile } from 'node:fs/promises';
import { systemCode } from './error.ts';

/** Undefined when it does not exist; whatever else keeps it from being read is thrown. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    // Reading a folder fails without its name.
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
}
