/** How the command of an app is started, by system. Pure: the system is given. */
import { posix, win32 } from 'node:path';
import type { AppCommand } from './process.ts';

export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  /** It leads a process group, which gets signals as one. Windows has none, and would open a window for it. */
  readonly detached: boolean;
  /** cmd.exe reads its line itself: nothing in it may be quoted once more. */
  readonly verbatim: boolean;
  /** The app's own Node has the descriptors it is given: what stands behind cmd.exe has not. */
  readonly hooked: boolean;
}

export function commandLineOf(
  { argv, command, node }: AppCommand,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): CommandLine {
  const [program, ...args] = argv ?? [];
  if (program === 'node') {
    return { file: process.execPath, args, detached: platform !== 'win32', verbatim: false, hooked: node };
  }
  // `npm` is a script there, `npm.cmd`, which only the shell finds and runs.
  if (platform === 'win32' && !/\.exe$/i.test(program ?? '')) {
    const file = env.ComSpec ?? env.COMSPEC ?? 'cmd.exe';
    return { file, args: ['/d', '/s', '/c', `"${command}"`], detached: false, verbatim: true, hooked: false };
  }
  const shared = { detached: platform !== 'win32', verbatim: false, hooked: node };
  if (program === undefined) return { file: '/bin/sh', args: ['-c', command], ...shared };
  return { file: program, args, ...shared };
}

/**
 * The variables with the commands of the app's packages as the first place where programs are looked for, and what it ships
 * in `bin/`, such as an interpreter that Lambda lacks, as the last. Windows has the name `Path` for it.
 */
export function withSearchPath(env: NodeJS.ProcessEnv, dir: string, platform: NodeJS.Platform): NodeJS.ProcessEnv {
  const isWindows = platform === 'win32';
  const { delimiter, join } = isWindows ? win32 : posix;
  const names = isWindows ? Object.keys(env).filter((name) => name.toUpperCase() === 'PATH') : ['PATH'];
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
  const [system = isWindows ? '' : '/usr/local/bin:/usr/bin:/bin'] = names.map((name) => env[name]);
  const places = [join(dir, 'node_modules', '.bin'), system, join(dir, 'bin')];
  return { ...rest, [isWindows ? 'Path' : 'PATH']: places.filter(Boolean).join(delimiter) };
}
