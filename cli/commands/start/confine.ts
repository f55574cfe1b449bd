/**
 * A file system that is read-only but for the folder of temporary files, as on Lambda: in a namespace of mounts of its own,
 * which Linux gives to root, and to everybody where it lets users have namespaces.
 */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import type { RuntimeCommand } from '../../../local/lambda/environment.ts';

export interface Confinement {
  /** Why files can be written here that cannot be on Lambda; null where they cannot. */
  readonly missing: string | null;
  readonly confine: (command: RuntimeCommand, codeDir: string) => RuntimeCommand;
}

/** The folder for temporary files stays writable, the code does not, and of the rest whatever lies on the disk of the root. */
const script = [
  'mount --bind "$1" "$1"',
  'mount --bind "$2" "$2"',
  'mount -o remount,bind,ro "$2"',
  '{ mount -o remount,bind,ro / 2>/dev/null || true; }',
  'cd "$2"',
  'shift 2',
  'exec "$@"',
].join(' && ');

export function findConfinement(codeDir: string): Confinement {
  if (process.platform !== 'linux') return unconfined(`${process.platform} has no mounts of a process's own`);
  const words = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
  const confine = confineBy(words);
  const { file, args } = confine({ file: 'true', args: [], env: {} }, codeDir);
  const { status, stderr, error } = spawnSync(file, args, { encoding: 'utf8' });
  if (status === 0) return { missing: null, confine };
  return unconfined(error ? 'unshare(1) is not there' : (stderr.trim().split('\n').at(-1) ?? 'unshare(1) failed'));
}

function confineBy(words: readonly string[]) {
  return ({ file, args, env }: RuntimeCommand, codeDir: string): RuntimeCommand => ({
    file: 'unshare',
    args: [...words, '--', '/bin/sh', '-c', script, 'sh', tmpdir(), codeDir, file, ...args],
    env,
  });
}

function unconfined(missing: string): Confinement {
  return { missing, confine: (command) => command };
}
