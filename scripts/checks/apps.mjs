/** The apps that checks send their requests to: files of `apps/`, copied into packages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';

export const appsDir = join(root, 'scripts', 'checks', 'apps');

/** The files of an app of one file. */
export function readApp(file) {
  return { [file]: readFileSync(join(appsDir, file)) };
}
