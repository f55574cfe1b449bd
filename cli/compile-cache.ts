/**
 * Node keeps what it has compiled of this program, in the user's own cache: 50 of the 330 ms of `up url`. It checks that it
 * is of the same source and the same Node, and does without where it may not write.
 * https://nodejs.org/api/module.html#moduleenablecompilecachecachedir (Node 22.1 on)
 */
import { accessSync, mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

export function keepCompiled(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): void {
  const { enableCompileCache } = process.getBuiltinModule('node:module') as {
    readonly enableCompileCache?: (folder: string) => unknown;
  };
  const base = cacheBase(env, platform);
  if (enableCompileCache === undefined || base === null) return;
  try {
    enableCompileCache(makeFolder(base));
  } catch {
    // No home, or one where nothing may be written.
  }
}

/** https://specifications.freedesktop.org/basedir-spec/latest/: a relative path is not taken. Null without a home. */
export function cacheBase(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | null {
  const home = env.HOME ? join(env.HOME, '.cache') : undefined;
  const base = platform === 'win32' ? env.LOCALAPPDATA : [env.XDG_CACHE_HOME, home].find(isUsable);
  return isUsable(base) ? base : null;
}

/**
 * In a home that is there, one folder after the other: Node would make all of them, and try for ever where making one fails
 * as if there were none above it (seen in /proc).
 */
function makeFolder(base: string): string {
  accessSync(dirname(base));
  const folder = join(base, 'up');
  for (const path of [base, folder, join(folder, 'compiled')]) makeUnlessThere(path);
  return join(folder, 'compiled');
}

function makeUnlessThere(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function isUsable(path: string | undefined): path is string {
  return path !== undefined && path !== '' && isAbsolute(path);
}
