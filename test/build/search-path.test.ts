/** Where the commands of packages are found: those of a workspace in the folders above, as npm finds them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { UpBuildError } from '../../cli/build/error.ts';
import { runHook } from '../../cli/build/hooks.ts';
import { commandFolders, withSearchPath } from '../../cli/build/search-path.ts';
import { type Files, project } from './project.ts';

const workspace = { 'package.json': '{"workspaces": ["apps/*"]}', 'apps/web/package.json': '{"name": "web"}' };

describe('a build script of a member', () => {
  it('finds what is installed at the root, and its own first', async () => {
    const dir = project({
      ...workspace,
      'node_modules/.bin/compiler': '#!/bin/sh\necho root > compiler.txt\n',
      'node_modules/.bin/linter': '#!/bin/sh\necho root > linter.txt\n',
      'apps/web/node_modules/.bin/linter': '#!/bin/sh\necho own > linter.txt\n',
    });
    await runHook('build', 'compiler && linter', { dir: join(dir, 'apps/web') });
    const made = ['compiler.txt', 'linter.txt'].map((file) => readFileSync(join(dir, 'apps/web', file), 'utf8'));
    expect(made).toEqual(['root\n', 'own\n']);
  });

  it('is told to install only what is installed nowhere', async () => {
    const hint = (files: Files) =>
      runHook('build', 'vite-of-nowhere build', { dir: join(project({ ...workspace, ...files }), 'apps/web') }).catch(
        (error: UpBuildError) => error.hint,
      );
    expect(await hint({})).toBe('install its packages first: npm install');
    expect(await hint({ 'yarn.lock': '' })).toBe('install its packages first: yarn install');
    expect(await hint({ 'node_modules/x': '' })).toContain('Correct the command');
  });

  it('takes no program of the current folder where PATH is empty', async () => {
    const dir = project({ ls: '#!/bin/sh\necho mine > found.txt\n' });
    await runHook('build', 'ls', { dir, env: { PATH: '' } });
    expect(existsSync(join(dir, 'found.txt'))).toBe(false);
  });
});

test('the nearest folder comes first', () => {
  expect(commandFolders('/home/ada/shop')).toEqual([
    '/home/ada/shop/node_modules/.bin',
    '/home/ada/node_modules/.bin',
    '/home/node_modules/.bin',
    '/node_modules/.bin',
  ]);
});

test.each([
  ['linux', { PATH: '/bin' }, { PATH: '/app/bin:/bin' }],
  ['linux', { PATH: '' }, { PATH: '/app/bin:/usr/local/bin:/usr/bin:/bin' }],
  ['linux', {}, { PATH: '/app/bin:/usr/local/bin:/usr/bin:/bin' }],
  ['win32', { Path: 'C:\\Windows' }, { Path: '/app/bin;C:\\Windows' }],
  ['win32', {}, { PATH: '/app/bin' }],
] as const)('on %s they are found before what is in %j', (platform, env, found) => {
  expect(withSearchPath(env, ['/app/bin'], platform)).toEqual(found);
});
