/** The project of a command: its folder and, without a name in up.json, its name. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findLocalPlatform, localDir } from '../../cli/local-platform.ts';
import { readProject, stageOf } from '../../cli/project/project.ts';
import { writeFiles } from '../support/sandbox.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'up-project-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;

function folder(name: string, files: Record<string, string> = {}): string {
  const dir = join(root, String(count++), name);
  mkdirSync(dir, { recursive: true });
  writeFiles(dir, files);
  return dir;
}

async function nameOf(dir: string): Promise<string> {
  return (await readProject(dir, '.')).config.name;
}

describe('the name of an app without one', () => {
  test.each([
    ['shop', 'shop'],
    ['My Shop', 'my-shop'],
    ['shop_v2.0', 'shop-v2-0'],
    ['2nd-try', 'app-2nd-try'],
    ['-shop-', 'shop'],
    ['Café', 'cafe'],
    ['Cafe\u0301', 'cafe'],
    ['42', 'app-42'],
    ['___', 'app'],
    ['日本', 'app-cf2abf'],
    ['東京', 'app-130016'],
    ['東京-api', 'api-2db0ae'],
    ['a'.repeat(40), 'a'.repeat(40)],
    [`${'a'.repeat(60)}b`, `${'a'.repeat(33)}-6f929a`],
  ])('in the folder "%s" is "%s"', async (name, expected) => {
    expect(await nameOf(folder(name))).toBe(expected);
  });

  test.each([
    ['{"name": "from-npm"}', 'from-npm'],
    ['{"name": "@acme/Shop.Front"}', 'shop-front'],
    ['{"name": 7}', 'folder'],
    ['{"name": ""}', 'folder'],
    ['{}', 'folder'],
    ['{ broken', 'folder'],
  ])('with the package.json %s is "%s"', async (text, expected) => {
    expect(await nameOf(folder('folder', { 'package.json': text }))).toBe(expected);
  });

  test('is the one of up.json where there is one', async () => {
    const dir = folder('folder', { 'up.json': '{"name": "mine"}', 'package.json': '{"name": "other"}' });
    expect(await nameOf(dir)).toBe('mine');
  });
});

describe('reading a project', () => {
  test('says whether there is an up.json', async () => {
    expect((await readProject(folder('a'), '.')).hasFile).toBe(false);
    expect((await readProject(folder('a', { 'up.json': '{}' }), '.')).hasFile).toBe(true);
  });

  test('-C is relative to where one stands', async () => {
    const dir = folder('apps/inner');
    expect((await readProject(join(dir, '..'), 'inner')).dir).toBe(dir);
  });

  test('through a link it is the folder itself, as after cd: the same name, the same local platform', async () => {
    const dir = folder('repository/inner');
    mkdirSync(join(dir, '..', '.git'));
    const link = join(folder('elsewhere'), 'link');
    symlinkSync(dir, link);
    const { dir: found, config } = await readProject('/', link);
    expect([found, config.name]).toEqual([dir, 'inner']);
    expect(localDir({}, link)).toBe(localDir({}, dir));
  });

  test('an up.json that is a folder cannot be read', async () => {
    const dir = folder('a');
    mkdirSync(join(dir, 'up.json'));
    await expect(readProject(dir, '.')).rejects.toMatchObject({
      code: 'UP_CONFIG_UNREADABLE',
      exit: 2,
      message: expect.stringMatching(/up\.json: it is a folder$/),
    });
  });

  test('an up.json that is a pipe is not waited for', async () => {
    const dir = folder('a');
    execFileSync('mkfifo', [join(dir, 'up.json')]);
    await expect(readProject(dir, '.')).rejects.toMatchObject({
      code: 'UP_CONFIG_UNREADABLE',
      message: expect.stringMatching(/up\.json: it is a pipe$/),
    });
  });

  test('an up.json that is a link to nowhere is not the same as none', async () => {
    const dir = folder('a');
    symlinkSync('nowhere', join(dir, 'up.json'));
    await expect(readProject(dir, '.')).rejects.toMatchObject({
      code: 'UP_CONFIG_UNREADABLE',
      message: expect.stringMatching(/up\.json: a link that leads nowhere$/),
    });
  });

  test('a stage nobody has heard of is said with those there are', async () => {
    const project = await readProject(folder('a', { 'up.json': '{"stages": {"beta": {}}}' }), '.');
    expect(stageOf(project, 'beta').stage).toBe('beta');
    expect(() => stageOf(project, 'bet')).toThrow(/did you mean "beta"\?.*development, staging, production, beta/);
  });
});

describe('the state of the local platform', () => {
  test('is where UP_LOCAL_DIR says', () => {
    expect(localDir({ UP_LOCAL_DIR: '/somewhere' }, folder('a'))).toBe('/somewhere');
  });

  test('is at the git root of the project', () => {
    const dir = folder('repository/apps/inner');
    mkdirSync(join(dir, '..', '..', '.git'));
    expect(localDir({}, dir)).toBe(join(dir, '..', '..', '.up', 'local'));
  });

  test.each([
    ['no endpoint.json', {}],
    ['one that was cut short', { 'endpoint.json': '{"url": "http://127' }],
    ['one of a process that is gone', { 'endpoint.json': '{"url": "http://127.0.0.1:1", "pid": 4194300}' }],
  ])('with %s none runs', async (_title, files) => {
    expect(await findLocalPlatform(folder('state', files))).toBeNull();
  });
});

describe('_headers beside up.json', () => {
  test('is read, and up.json wins', async () => {
    const dir = folder('a', {
      'up.json': '{"headers": {"/*": {"X-A": "json"}}}',
      _headers: '/*\n  X-A: file\n  X-B: a:b\n',
    });
    expect((await readProject(dir, '.')).config.headers).toEqual({ '/*': { 'x-a': 'json', 'x-b': 'a:b' } });
  });

  test('is told of with its name, line and text', async () => {
    const dir = folder('a', { _headers: '/*\n  Connection: close\n' });
    await expect(readProject(dir, '.')).rejects.toMatchObject({
      code: 'UP_CONFIG',
      message: '_headers has 1 problem',
      evidence: expect.stringMatching(/^_headers:2:3 {2}Connection cannot be set.*\n *2 \| {3}Connection: close\n/),
    });
  });
});

describe('a _redirects file', () => {
  test('is read beside up.json, also without one', async () => {
    const rule = { location: '/b', status: 301, force: false };
    expect((await readProject(folder('a', { _redirects: '/a /b' }), '.')).config.redirects).toEqual({ '/a': rule });
    const redirects = '{"redirects": {"/c": {"location": "/b", "status": 301}}}';
    const { config } = await readProject(folder('a', { 'up.json': redirects, _redirects: '/a /b' }), '.');
    expect(config.redirects).toEqual({ '/c': rule, '/a': rule });
  });

  test('that is wrong is shown with its own line', async () => {
    const dir = folder('a', { 'up.json': '{\n}', _redirects: '# moved\n/a /b 302 Country=au' });
    await expect(readProject(dir, '.')).rejects.toMatchObject({
      code: 'UP_CONFIG',
      message: '_redirects has 1 problem',
      evidence: expect.stringMatching(/^_redirects:2:11 .*Country=au[\s\S]*2 \| \/a \/b 302 Country=au/),
    });
  });
});
