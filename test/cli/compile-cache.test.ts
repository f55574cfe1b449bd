import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cacheFolder } from '../../cli/compile-cache.ts';
import { programFile } from '../../cli/paths.ts';

test.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, string | null]>([
  ['in the home', { HOME: '/home/me' }, 'linux', '/home/me/.cache/up/compiled'],
  ['where the user keeps caches', { HOME: '/home/me', XDG_CACHE_HOME: '/var/me' }, 'linux', '/var/me/up/compiled'],
  ['not below a relative path', { HOME: '/home/me', XDG_CACHE_HOME: 'here' }, 'darwin', '/home/me/.cache/up/compiled'],
  ['in the local data of Windows', { HOME: '/c/me', LOCALAPPDATA: '/c/me/Local' }, 'win32', '/c/me/Local/up/compiled'],
  ['nowhere without a home', {}, 'linux', null],
  ['nowhere in an empty one', { HOME: '' }, 'linux', null],
])('what Node has compiled is kept %s', (_name, env, platform, folder) => {
  expect(cacheFolder(env, platform)).toBe(folder);
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

test('nothing is kept where the user says so', () => {
  expect(cachesAfter(['completion', 'bash'], { NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual([]);
});
