/**
 * Node keeps what it has compiled of this program, in the user's own cache: 50 of the 330 ms of `up url`. It checks that it
 * is of the same source and the same Node, and does without where it may not write.
 * https://nodejs.org/api/module.html#moduleenablecompilecachecachedir (Node 22.1 on)
 */
import { isAbsolute, join } from 'node:path';

export function keepCompiled(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): void {
  const { enableCompileCache } = process.getBuiltinModule('node:module') as {
    readonly enableCompileCache?: (folder: string) => unknown;
  };
  const folder = cacheFolder(env, platform);
  if (folder !== null) enableCompileCache?.(folder);
}

/** https://specifications.freedesktop.org/basedir-spec/latest/: a relative path is not taken. Null without a home. */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | null {
  const home = env.HOME ? join(env.HOME, '.cache') : undefined;
  const base = platform === 'win32' ? env.LOCALAPPDATA : [env.XDG_CACHE_HOME, home].find(isUsable);
  return isUsable(base) ? join(base, 'up', 'compiled') : null;
}

function isUsable(path: string | undefined): path is string {
  return path !== undefined && path !== '' && isAbsolute(path);
}
