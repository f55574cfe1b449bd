import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cacheBase } from '../../cli/compile-cache.ts';
import { programFile } from '../../cli/paths.ts';

test.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, string | null]>([
  ['in the home', { HOME: '/home/me' }, 'linux', '/home/me/.cache'],
  ['where the user keeps caches', { HOME: '/home/me', XDG_CACHE_HOME: '/var/me' }, 'linux', '/var/me'],
  ['not below a relative path', { HOME: '/home/me', XDG_CACHE_HOME: 'here' }, 'darwin', '/home/me/.cache'],
  ['in the local data of Windows', { HOME: '/c/me', LOCALAPPDATA: '/c/me/Local' }, 'win32', '/c/me/Local'],
  ['nowhere without a home', {}, 'linux', null],
  ['nowhere in an empty one', { HOME: '' }, 'linux', null],
])('what Node has compiled is kept %s', (_name, env, platform, folder) => {
  expect(cacheBase(env, platform)).toBe(folder);
});

/** Runs a command in a home of its own; the names of the caches that it has left there. */
function cachesAfter(words: readonly string[], env: NodeJS.ProcessEnv = {}): string[] {
  const home = mkdtempSync(join(tmpdir(), 'up-home-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  execFileSync(process.execPath, [programFile, ...words], { env: { PATH: process.env.PATH, HOME: home, ...env } });
  const caches = join(home, '.cache', 'up', 'compiled');
  return existsSync(caches) ? readdirSync(caches) : [];
}

const has = 'enableCompileCache' in process.getBuiltinModule('node:module');

test('a command keeps it, one that loads nothing does not', () => {
  expect(cachesAfter(['completion', 'bash']).length).toBe(has ? 1 : 0);
  expect(cachesAfter(['--version'])).toEqual([]);
});

test.each(['/proc', '/nonexistent', '/dev/null'])('a home at %s costs nothing but the time', (home) => {
  const env = { PATH: process.env.PATH, HOME: home };
  expect(execFileSync(process.execPath, [programFile, 'completion', 'bash'], { env, timeout: 20_000 })).toBeTruthy();
  expect(existsSync(join(home, '.cache'))).toBe(false);
});

test('commands run on a Node that has no getBuiltinModule, as 22.2', () => {
  const without = ['--import', 'data:text/javascript,delete process.getBuiltinModule'];
  const run = (words: readonly string[]) =>
    execFileSync(process.execPath, [...without, programFile, ...words], { encoding: 'utf8', cwd: tmpdir() });
  expect(run(['completion', 'bash'])).toContain('complete');
  expect(run(['config', '--help'])).toContain('up config');
});

test('nothing is kept where the user says so', () => {
  expect(cachesAfter(['completion', 'bash'], { NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual([]);
});
