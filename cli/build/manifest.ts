/** package.json, of an app or of a package that it needs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './error.ts';

/** The package.json of a folder, as whatever it is; undefined when it cannot be read. */
export async function readManifest(folder: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return undefined;
    throw error;
  }
}
