/** Apps that are members of a workspace: the package has what they need, wherever a package manager has put it. */
import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { parsePnpm, workspaceRoot } from '../../cli/build/workspace.ts';
import { emptyFolder, type Files, pack, project, unzip, unzipTo } from './project.ts';

const manifest = (value: object) => JSON.stringify(value);

const web: Files = {
  'apps/web/package.json': manifest({
    scripts: { start: 'serve-it app.js' },
    dependencies: { '@acme/lib': '*', left: '1', 'serve-it': '1' },
    devDependencies: { testing: '1' },
  }),
  'apps/web/app.js': "console.log(require('@acme/lib'), require('left'), require('left/package.json').version);",
};

const lib: Files = {
  'packages/lib/package.json': manifest({ name: '@acme/lib', dependencies: { left: '2', deep: '1' } }),
  'packages/lib/index.js': "module.exports = ['lib', require('left'), require('deep')];",
  'packages/lib/.env': 'SECRET=1',
  'packages/lib/test/a.test.js': '',
};

const module = (
  name: string,
  version: string,
  dependencies: object = {},
  body = `module.exports = '${name} ${version}';`,
) => ({
  'package.json': manifest({ name, version, dependencies }),
  'index.js': body,
});

function at(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
}

/** As npm lays it out: what fits is at the root, other versions are beside who asks for them. */
const npm: Files = {
  'package.json': manifest({ workspaces: ['apps/*', 'packages/*'] }),
  ...web,
  ...lib,
  'node_modules/@acme/lib': '-> ../../packages/lib',
  ...at('node_modules/left', module('left', '2.0.0')),
  ...at('apps/web/node_modules/left', module('left', '1.0.0')),
  ...at('node_modules/deep', module('deep', '1.0.0', { left: '2' }, "module.exports = 'deep ' + require('left');")),
  ...at('node_modules/serve-it', module('serve-it', '1.0.0')),
  'node_modules/serve-it/package.json': manifest({ name: 'serve-it', bin: 'cli.js' }),
  'node_modules/serve-it/cli.js': "#!/usr/bin/env node\nrequire(require('path').resolve(process.argv[2]));",
  'node_modules/.bin/serve-it': '-> ../serve-it/cli.js',
  ...at('node_modules/testing', module('testing', '1.0.0')),
};

/** As pnpm does: each version in a store at the root, links to it everywhere else. */
const store = (name: string, version: string, files: Files, dependencies: Files = {}): Files => ({
  ...at(`node_modules/.pnpm/${name}@${version}/node_modules/${name}`, files),
  ...at(`node_modules/.pnpm/${name}@${version}/node_modules`, dependencies),
});
const pnpm: Files = {
  'pnpm-workspace.yaml': "packages:\n  # all of them\n  - 'apps/*'\n  - packages/*\n",
  ...web,
  ...lib,
  'apps/web/node_modules/@acme/lib': '-> ../../../../packages/lib',
  'apps/web/node_modules/left': '-> ../../../node_modules/.pnpm/left@1.0.0/node_modules/left',
  'apps/web/node_modules/serve-it': '-> ../../../node_modules/.pnpm/serve-it@1.0.0/node_modules/serve-it',
  'apps/web/node_modules/testing': '-> ../../../node_modules/.pnpm/testing@1.0.0/node_modules/testing',
  'packages/lib/node_modules/left': '-> ../../../node_modules/.pnpm/left@2.0.0/node_modules/left',
  'packages/lib/node_modules/deep': '-> ../../../node_modules/.pnpm/deep@1.0.0/node_modules/deep',
  ...store('left', '1.0.0', module('left', '1.0.0')),
  ...store('left', '2.0.0', module('left', '2.0.0')),
  ...store('testing', '1.0.0', module('testing', '1.0.0')),
  ...store('deep', '1.0.0', module('deep', '1.0.0', { left: '2' }, "module.exports = 'deep ' + require('left');"), {
    left: '-> ../../left@2.0.0/node_modules/left',
  }),
  ...store('serve-it', '1.0.0', {
    'package.json': manifest({ name: 'serve-it', bin: { 'serve-it': './cli.js' } }),
    'cli.js': "#!/usr/bin/env node\nrequire(require('path').resolve(process.argv[2]));",
  }),
};

describe.each([
  ['npm or yarn', npm],
  ['pnpm', pnpm],
])('in a workspace of %s', (_name, files) => {
  const root = project(files);
  const dir = join(root, 'apps/web');

  it('the app runs from its package alone, each part with the version it asked for', async () => {
    const { zip, warnings } = await pack(dir);
    const task = await unzipTo(zip);
    const said = execFileSync(process.execPath, ['node_modules/.bin/serve-it', 'app.js'], { cwd: task }).toString();
    expect(said).toBe("[ 'lib', 'left 2.0.0', 'deep left 2.0.0' ] left 1.0.0 1.0.0\n");
    expect(warnings).toEqual([]);
  });

  it('neither development packages nor secrets of members ship', async () => {
    const { zip, secretsLeftOut } = await pack(dir);
    const paths = (await unzip(zip)).map(({ path }) => path);
    expect(paths.filter((path) => /testing|\.env|\.pnpm/.test(path))).toEqual([]);
    expect(secretsLeftOut).toEqual(['node_modules/@acme/lib/.env']);
  });

  it('the same packages give the same bytes, wherever the workspace lies', async () => {
    expect((await pack(dir)).sha256).toBe((await pack(join(project(files), 'apps/web'))).sha256);
  });

  it('a link to what is outside the workspace is refused', async () => {
    const linked = project(files);
    const outside = project({ 'index.js': '', 'package.json': '{}' });
    const place = ['apps/web/node_modules/serve-it', 'node_modules/serve-it'].find((path) =>
      existsSync(join(linked, path)),
    );
    execFileSync('rm', ['-r', join(linked, place ?? '')]);
    symlinkSync(outside, join(linked, place ?? ''));
    await expect(pack(join(linked, 'apps/web'))).rejects.toMatchObject({
      code: 'UP_PACKAGE_SYMLINK',
      hint: expect.stringContaining('--install-links'),
    });
  });
});

it('the command of a start script is found at the root, too', async () => {
  const app = await detect(join(project(npm), 'apps/web'));
  expect(app).toMatchObject({ kind: 'node', command: 'serve-it app.js', interpreter: 'node' });
});

it('development packages stay behind without a lock file of npm', async () => {
  const files = {
    'package.json': manifest({ dependencies: { a: '1' }, devDependencies: { b: '1' } }),
    'app.js': 'server.listen()',
    ...at('node_modules/a', module('a', '1.0.0', { shared: '1' })),
    ...at('node_modules/b', module('b', '1.0.0', { shared: '1', c: '1' })),
    ...at('node_modules/c', module('c', '1.0.0')),
    ...at('node_modules/shared', module('shared', '1.0.0')),
    ...at('node_modules/undeclared', module('undeclared', '1.0.0')),
  };
  const { files: found, warnings } = await pack(project(files));
  const names = new Set(found.map(({ path }) => /^node_modules\/([^/]+)/.exec(path)?.[1]).filter(Boolean));
  expect([...names]).toEqual(['a', 'shared', 'undeclared']);
  expect(warnings).toEqual([]);
});

it('a package that is installed at the root and kept out on purpose is not missed', async () => {
  const root = project({ ...npm, 'apps/web/.upignore': '/node_modules' });
  const { files, warnings } = await pack(join(root, 'apps/web'));
  expect(files.map(({ path }) => path)).not.toContain('node_modules/serve-it/cli.js');
  expect(warnings).toEqual([]);
});

describe('the root of a workspace', () => {
  it.each<[string, Files, boolean]>([
    ['names its folders', { 'package.json': manifest({ workspaces: ['apps/*'] }) }, true],
    ['names them as yarn does', { 'package.json': manifest({ workspaces: { packages: ['./apps/web'] } }) }, true],
    ['names every folder below', { 'pnpm-workspace.yaml': 'packages: ["**"]' }, true],
    ['names others', { 'package.json': manifest({ workspaces: ['packages/*'] }) }, false],
    ['leaves one out', { 'package.json': manifest({ workspaces: ['apps/*', '!apps/web'] }) }, false],
    ['is no package', { 'package.json': '{' }, false],
    ['is not there', {}, false],
  ])('%s', async (_title, files, is) => {
    const root = project({ 'apps/web/app.js': '', ...files });
    const found = await workspaceRoot(join(root, 'apps/web'));
    expect(found !== undefined).toBe(is);
  });

  it.each([
    ['packages:\n  - a/*\n  - "b"\ncatalog:\n  - c', ['a/*', 'b']],
    ["packages: ['a', b]", ['a', 'b']],
    ['# nothing\n', []],
  ])('%j', (text, list) => expect(parsePnpm(text)).toEqual(list));
});

it('an empty folder is no workspace', async () => {
  expect(await workspaceRoot(emptyFolder())).toBeUndefined();
});

describe('the root of a workspace', () => {
  const apps = { 'apps/web/package.json': '{"scripts": {"start": "node a.js"}}', 'apps/lib/package.json': '{}' };
  const npm = { 'package.json': '{"workspaces": ["apps/*"]}' };
  const pnpm = { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages:\n  - apps/*\n' };

  it.each<[title: string, files: Files, hint: string]>([
    ['of npm', { ...npm, ...apps }, 'for the app of apps/web: up -C apps/web'],
    ['of pnpm', { ...pnpm, ...apps }, 'for the app of apps/web: up -C apps/web'],
    [
      'with several',
      { ...npm, ...apps, 'apps/api/package.json': '{"scripts": {"start": "node a.js"}}' },
      'for the app of apps/api, or of apps/web: up -C apps/api',
    ],
    ['without any', npm, 'up init'],
  ])('%s is told where its apps are', async (_title, files, hint) => {
    await expect(detect(project(files))).rejects.toMatchObject({ hint: expect.stringContaining(hint) });
  });
});
