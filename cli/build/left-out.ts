/** A file that is in the project and not in the package, though the app asks for it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../argv/shell.ts';

/** Its path, by what Node says of a module that it cannot find; null where it misses none that is here. */
export function leftOut(dir: string, said: string): string | null {
  const file = /Cannot find module '\.\/([^']+)'/.exec(said)?.[1];
  return file !== undefined && existsSync(join(dir, file)) ? file : null;
}

/** With the folders it is in: what lies in one that is left out cannot be brought back alone. */
export function bringIn(file: string): string {
  const steps = file.split('/').map((_, index, all) => quote(`!/${all.slice(0, index + 1).join('/')}`));
  return `printf '\\n%s\\n' ${steps.join(' ')} >> .upignore`;
}
