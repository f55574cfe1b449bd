/** Files of a project, and those that somebody names, as text. */
import { readFile } from 'node:fs/promises';
import { systemCode } from './error.ts';

/** Undefined when it does not exist; whatever else keeps it from being read is thrown. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await requireText(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Of a file that has to be there. */
export async function requireText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // Reading a folder fails without its name.
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
}
