import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { buildPackage } from '../../cli/build/package.ts';
import { emptyFolder, type Files, pack, project, proxyConfig, proxyFiles, unzip } from './project.ts';

const app = 'http.createServer().listen(3000)';

describe('the package', () => {
  it('holds the app at its own paths and the proxy under _up/', async () => {
    const { zip, files, unzipped, sha256 } = await pack(
      project({ 'app.js': app, 'views/a b.html': 'é', 'run.sh': '#!/bin/sh\n' }),
    );
    const entries = await unzip(zip);
    expect(entries.map(({ path, mode }) => [path, mode.toString(8)])).toEqual([
      ['_up/apps.bash', '100644'],
      ['_up/bootstrap', '100755'],
      ['_up/config.json', '100644'],
      ['_up/handler.mjs', '100644'],
      ['_up/relay/hook.cjs', '100644'],
      ['app.js', '100644'],
      ['run.sh', '100755'],
      ['views/a b.html', '100644'],
    ]);
    expect(files).toEqual(entries.map(({ path, content }) => ({ path, size: content.length })));
    expect(unzipped).toBe(files.reduce((sum, { size }) => sum + size, 0));
    expect(sha256).toBe(createHash('sha256').update(zip).digest('base64'));
    expect(new Set(entries.map(({ time }) => time))).toEqual(new Set(['1980-01-01T00:00:00.000Z']));
  });

  it('carries the config in the order given', async () => {
    const dir = project({ 'app.js': app });
    const input = { dir, app: await detect(dir), proxyDir: project(proxyFiles) };
    const files = { app: null, proxy: { background: 0 } };
    const { zip } = await buildPackage({ ...input, proxyConfig: { version: 2, stages: { z: files, a: files } } });
    const config = (await unzip(zip)).find(({ path }) => path === '_up/config.json');
    expect(config?.content.toString()).toBe(
      '{"version":2,"stages":{"z":{"app":null,"proxy":{"background":0}},"a":{"app":null,"proxy":{"background":0}}}}\n',
    );
  });

  it('is read by another program', async () => {
    const { zip } = await pack(project({ 'app.js': app.repeat(1000), 'ünï/空.txt': 'x', empty: '' }));
    const path = join(emptyFolder(), 'x.zip');
    writeFileSync(path, zip);
    const tool = ['unzip', 'python3'].find((name) => exists(name));
    const args = tool === 'unzip' ? ['-t', path] : ['-m', 'zipfile', '-t', path];
    if (tool) expect(execFileSync(tool, args).toString()).toMatch(/No errors|Done testing/);
  });

  it('stores what does not get smaller', async () => {
    const noise = Buffer.concat(
      Array.from({ length: 50 }, (_, index) => createHash('sha256').update(`${index}`).digest()),
    );
    const dir = project({ 'app.js': app });
    writeFileSync(join(dir, 'noise.bin'), noise);
    expect((await pack(dir)).zip.includes(noise)).toBe(true);
  });

  it('ships names that objects treat specially, in byte order', async () => {
    const { files } = await pack(
      project({
        'app.js': app,
        __proto__x: '',
        '1': '',
        '10': '',
        '2': '',
        'a/b': '',
        'a-b': '',
        '\u{1f600}': '',
        '\uffee': '',
      }),
    );
    const own = files.map(({ path }) => path).filter((path) => !path.startsWith('_up/'));
    expect(own).toEqual(['1', '10', '2', '__proto__x', 'a-b', 'a/b', 'app.js', '\uffee', '\u{1f600}']);
  });

  it('names the dependencies that are not installed', async () => {
    const manifest = JSON.stringify({ dependencies: { '@a/b': '1', express: '5', here: '1' } });
    const { warnings } = await pack(
      project({ 'app.js': app, 'package.json': manifest, 'node_modules/here/index.js': '' }),
    );
    expect(warnings.map((line) => line.split(' ')[0])).toEqual(['@a/b', 'express']);
  });

  it('has no word for what is installed and kept out by .upignore', async () => {
    const { warnings } = await pack(
      project({
        'app.js': app,
        'package.json': JSON.stringify({ dependencies: { here: '1', missing: '1' } }),
        'node_modules/here/index.js': '',
        '.upignore': '/node_modules\n',
      }),
    );
    expect(warnings.map((line) => line.split(' ')[0])).toEqual(['missing']);
  });

  it('of a site holds no node_modules', async () => {
    const dir = project({
      'index.html': 'home',
      'node_modules/a/index.js': '',
      'package.json': '{"dependencies":{"a":"1"}}',
    });
    const { files, warnings } = await pack(dir, { type: 'static' });
    expect(files.map(({ path }) => path).filter((path) => !path.startsWith('_up/'))).toEqual([
      'index.html',
      'package.json',
    ]);
    expect(warnings).toEqual([]);
  });

  it('warns of names that differ by case only', async () => {
    const { warnings } = await pack(project({ 'app.js': app, 'Logo.png': '', 'logo.png': '' }));
    expect(warnings).toEqual(['Logo.png and logo.png differ by case only']);
  });

  it('leaves out what is no file, with a warning', async () => {
    const dir = project({ 'app.js': app });
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    expect((await pack(dir)).warnings).toEqual(['pipe is not a regular file and was left out']);
  });
});

describe('secrets', () => {
  const planted: Files = {
    '.env': 'A=1',
    '.env.production': 'A=1',
    '.npmrc': '//registry:_authToken=1',
    '.aws/credentials': '[default]',
    '.git/config': '',
    'certs/server.pem': '',
    'certs/server.key': '',
    id_rsa: '',
    'app.js.swp': '',
    '.up/local/state.json': '',
    'node_modules/x/.env': '',
    'node_modules/x/index.js': '',
  };

  it('stay behind and are reported', async () => {
    const { files, secretsLeftOut } = await pack(project({ 'app.js': app, ...planted }));
    expect(files.map(({ path }) => path).filter((path) => !path.startsWith('_up/'))).toEqual([
      'app.js',
      'node_modules/x/index.js',
    ]);
    expect(secretsLeftOut).toEqual([
      '.aws',
      '.env',
      '.env.production',
      '.npmrc',
      'certs/server.key',
      'certs/server.pem',
      'id_rsa',
    ]);
  });

  it('ship when .upignore names them', async () => {
    const { files, secretsLeftOut } = await pack(
      project({ 'app.js': app, ...planted, '.upignore': '!.env.production\n!*.pem\n' }),
    );
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['.env.production', 'certs/server.pem']));
    expect(secretsLeftOut).not.toContain('.env.production');
  });
});

describe('links', () => {
  it('inside the app stay links', async () => {
    const { zip, warnings } = await pack(
      project({
        'app.js': app,
        'lib/a.js': 'x',
        'current.js': '-> lib/a.js',
        'lib/up.js': '-> ../app.js',
        self: '-> .',
        'public/all': '-> ../lib/',
        'node_modules/shared': '-> ../lib',
        'via.js': '-> public/all/a.js',
      }),
    );
    const links = (await unzip(zip)).filter(({ mode }) => mode === 0o120777);
    expect(Object.fromEntries(links.map(({ path, content }) => [path, content.toString()]))).toEqual({
      'current.js': 'lib/a.js',
      'lib/up.js': '../app.js',
      self: '.',
      'public/all': '../lib/',
      'node_modules/shared': '../lib',
      'via.js': 'public/all/a.js',
    });
    expect(warnings).toEqual([]);
  });

  it('that name the folder of the app are made relative', async () => {
    const dir = project({ 'app.js': app, 'lib/a.js': 'x' });
    symlinkSync(join(dir, 'lib/a.js'), join(dir, 'absolute.js'));
    symlinkSync(`../../${dir.split('/').at(-1)}/app.js`, join(dir, 'lib/around.js'));
    const links = (await unzip((await pack(dir)).zip)).filter(({ mode }) => mode === 0o120777);
    expect(links.map(({ path, content }) => [path, content.toString()])).toEqual([
      ['absolute.js', 'lib/a.js'],
      ['lib/around.js', '../app.js'],
    ]);
  });

  const refused: readonly [title: string, files: Files][] = [
    ['to the outside', { evil: '-> /etc/passwd' }],
    ['to a folder outside', { evil: '-> ../..' }],
    ['outside by another link', { a: '-> evil/x', evil: '-> /etc' }],
    ['outside from node_modules', { 'node_modules/evil': '-> /etc' }],
    ['to nothing', { evil: '-> nothing' }],
    ['below a file', { evil: '-> app.js/x' }],
    ['in a circle', { evil: '-> other', other: '-> evil' }],
  ];
  it.each(refused)('%s are refused', async (_title, files) => {
    const packed = pack(project({ 'app.js': app, ...files }));
    await expect(packed).rejects.toMatchObject({
      code: 'UP_PACKAGE_SYMLINK',
      hint: expect.stringMatching('node_modules/evil' in files ? /^(?!.*upignore).*--install-links/ : /./),
      message: expect.stringMatching(/evil/),
    });
  });

  it('to the outside may be left out by name', async () => {
    const { files } = await pack(project({ 'app.js': app, 'evil.txt': '-> /etc/passwd', '.upignore': 'evil.txt' }));
    expect(files.map(({ path }) => path)).not.toContain('evil.txt');
  });

  it('to what does not ship are left out', async () => {
    const { files, warnings } = await pack(
      project({ 'app.js': app, '.env': 'A=1', 'settings.txt': '-> .env', 'node_modules/.bin/gone': '-> ../gone/x.js' }),
    );
    expect(files.map(({ path }) => path)).not.toContain('settings.txt');
    expect(warnings).toEqual(['settings.txt points to .env, which does not ship, and was left out']);
  });

  it('may lead to the app itself', async () => {
    const dir = project({ 'app.js': app });
    const alias = join(emptyFolder(), 'app');
    symlinkSync(dir, alias);
    expect((await pack(alias)).sha256).toBe((await pack(dir)).sha256);
  });
});

describe('what cannot be packaged', () => {
  it.each([{ '_up/x.js': '' }, { _up: '' }])('an app with files where the proxy goes: %j', async (files) => {
    await expect(pack(project({ 'app.js': app, ...files }))).rejects.toMatchObject({ code: 'UP_PACKAGE_RESERVED' });
  });

  it('a proxy that is not built', async () => {
    const dir = project({ 'app.js': app });
    const input = { dir, app: await detect(dir), proxyConfig };
    await expect(buildPackage({ ...input, proxyDir: join(dir, 'nothing') })).rejects.toMatchObject({
      code: 'UP_PACKAGE_PROXY',
    });
    await expect(buildPackage({ ...input, proxyDir: emptyFolder() })).rejects.toMatchObject({
      code: 'UP_PACKAGE_PROXY',
    });
  });

  it('more than Lambda unzips, with the largest files', async () => {
    const dir = project({ 'app.js': app });
    for (let index = 1; index <= 12; index += 1) sparse(join(dir, `model-${index}.bin`), index * 4 * 1024 * 1024);
    const error = await pack(dir).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'UP_PACKAGE_TOO_LARGE', message: expect.stringContaining('312.0 MB') });
    const lines = String((error as { evidence: string }).evidence).split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('   48.0 MB  model-12.bin');
  });

  it.skipIf(process.getuid?.() === 0)('a file that cannot be read', async () => {
    const dir = project({ 'app.js': app, 'locked.txt': '' });
    chmodSync(join(dir, 'locked.txt'), 0o000);
    await expect(pack(dir)).rejects.toMatchObject({
      code: 'UP_PACKAGE_UNREADABLE',
      message: expect.stringContaining('locked.txt'),
    });
  });

  it('a file whose name is no text', async () => {
    const dir = project({ 'app.js': app });
    mkdirSync(join(dir, 'public'));
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/public/`), Buffer.from([0xff, 0xfe])]), '');
    await expect(pack(dir)).rejects.toMatchObject({ code: 'UP_PACKAGE_UNREADABLE' });
  });
});

function sparse(path: string, bytes: number): void {
  writeFileSync(path, '');
  truncateSync(path, bytes);
}

function exists(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}
