/** Where the commands of packages are looked for. */
import { dirname, join, resolve } from 'node:path';

/**
 * `node_modules/.bin` of `dir` and of every folder above it, the nearest first, as npm's run-script has them: a workspace
 * keeps the commands of its members at its root. https://docs.npmjs.com/cli/commands/npm-run-script
 */
export function commandFolders(dir: string): string[] {
  const folders: string[] = [];
  for (let folder = resolve(dir); ; folder = dirname(folder)) {
    folders.push(join(folder, 'node_modules', '.bin'));
    if (folder === dirname(folder)) return folders;
  }
}

/** Of a system that was told of none: an empty place in PATH would be the current folder. */
export const usualPath = '/usr/local/bin:/usr/bin:/bin';

/** The variables with `folders` as the first places where programs are looked for. Windows has the name `Path` for them. */
export function withSearchPath(
  env: NodeJS.ProcessEnv,
  folders: readonly string[],
  platform: NodeJS.Platform,
): NodeJS.ProcessEnv {
  const isWindows = platform === 'win32';
  const name = Object.keys(env).find((one) => (isWindows ? one.toUpperCase() : one) === 'PATH') ?? 'PATH';
  const rest = env[name] || (isWindows ? '' : usualPath);
  return { ...env, [name]: [...folders, rest].filter(Boolean).join(isWindows ? ';' : ':') };
}
