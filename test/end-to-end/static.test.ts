/** A site without an app, from its folder to its URL: `up start`, `up build`, and a deploy to the local platform. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, valuesOf } from '../support/http.ts';
import { findProcesses } from '../support/processes.ts';
import { createSandbox, parseLines } from '../support/sandbox.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const files = {
  'public/index.html': '<h1>Home</h1>\n',
  'public/about.html': '<h1>About</h1>\n',
  'public/docs/index.html': '<h1>Docs</h1>\n',
  'public/app.3f2a9c1b.js': 'console.log(1);\n',
  'public/film.mp4': Buffer.alloc(3 * 1024 * 1024, 'film'),
  'public/.secret': 'secret',
  'up.json': '{"type": "static", "static": {"dir": "public"}}',
  'secret.txt': 'secret',
};

/** The same wherever it is served. */
async function checkSite(url: string): Promise<void> {
  expect(await send(url)).toMatchObject({ status: 200, text: '<h1>Home</h1>\n' });
  expect(await send(url, { path: '/about' })).toMatchObject({ status: 200, text: '<h1>About</h1>\n' });
  const moved = await send(url, { path: '/docs?a=1' });
  expect([moved.status, valuesOf(moved.headers, 'location')]).toEqual([301, ['./docs/?a=1']]);
  const asset = await send(url, { path: '/app.3f2a9c1b.js' });
  expect(valuesOf(asset.headers, 'cache-control')).toEqual(['public, max-age=31536000, immutable']);
  const [etag = ''] = valuesOf(asset.headers, 'etag');
  const again = await send(url, { path: '/app.3f2a9c1b.js', headers: [['if-none-match', etag]] });
  expect([again.status, again.text]).toEqual([304, '']);
  const part = await send(url, { path: '/film.mp4', headers: [['range', 'bytes=4-7']] });
  expect([part.status, part.text, valuesOf(part.headers, 'content-range')]).toEqual([
    206,
    'film',
    ['bytes 4-7/3145728'],
  ]);
  const film = await send(url, { path: '/film.mp4' });
  expect(film.body.equals(files['public/film.mp4'])).toBe(true);
  for (const path of [
    '/.secret',
    '/secret.txt',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/up.json',
    '/_up/config.json',
  ])
    expect(await send(url, { path })).toMatchObject({ status: 404, text: expect.not.stringContaining('secret"') });
  expect(await send(url, { path: '/%ff' })).toMatchObject({ status: 400 });
  expect(await send(url, { method: 'POST' })).toMatchObject({ status: 405 });
}

describe('up start', () => {
  test('serves it, without starting anything, and ends at once', async () => {
    const dir = sandbox.project('site', files);
    const started = await sandbox.start([], { cwd: dir });
    await checkSite(started.url);
    expect(findProcesses(sandbox.root).map(({ pid }) => pid)).toEqual([started.pid]);
    const { stdout, stderr, code } = await started.end('SIGTERM');
    expect(code).toBe(143);
    expect(stderr).toMatch(/^site: http:\/\/localhost:\d+ {4}files {4}up\.json says "type": "static"$/m);
    expect(parseLines(stdout).filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('takes a folder with nothing but an index.html for a site', async () => {
    const dir = sandbox.project('page', { 'index.html': 'home' });
    const started = await sandbox.start([], { cwd: dir });
    expect(await send(started.url)).toMatchObject({ status: 200, text: 'home' });
    await started.end('SIGTERM');
  });

  test('runs the command it is given all the same', async () => {
    const server = `require('node:http').createServer((req, res) => res.end('the app')).listen(process.env.PORT);`;
    const dir = sandbox.project('commanded', { ...files, 'dev.cjs': server });
    const started = await sandbox.start(['-c', 'node dev.cjs'], { cwd: dir });
    expect((await send(started.url)).text).toBe('the app');
    await started.end('SIGTERM');
  });

  test('says when the folder is not there', async () => {
    const dir = sandbox.project('unmade', {
      'index.html': 'home',
      'up.json': '{"type": "static", "static": {"dir": "dist"}}',
    });
    const started = await sandbox.start([], { cwd: dir });
    expect(await send(started.url)).toMatchObject({ status: 404 });
    const { stderr } = await started.end('SIGTERM');
    expect(stderr).toContain('warning: static: dist is not there, the folder that static.dir names');
  });

  test('serves files beside an app', async () => {
    const server = `require('node:http').createServer((req, res) => res.end('the app')).listen(process.env.PORT);`;
    const dir = sandbox.project('beside', {
      'app.js': server,
      'public/style.css': 'body {}',
      'up.json': '{"static": {"dir": "public", "prefix": "/assets"}}',
    });
    const started = await sandbox.start([], { cwd: dir });
    expect((await send(started.url, { path: '/assets/style.css' })).text).toBe('body {}');
    expect((await send(started.url, { path: '/assets/none.css' })).text).toBe('the app');
    await started.end('SIGTERM');
  });
});

describe('up --local', () => {
  beforeAll(() => sandbox.platform());

  test('builds, checks, deploys and serves it', async () => {
    const dir = sandbox.project('deployed', files);
    const { code, stdout, stderr } = await sandbox.up(['--local'], { cwd: dir });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/check: boots and answers/);
    expect(stderr).toMatch(/verify: GET \/ 200/);
    await checkSite(stdout.trim());
    const again = await sandbox.up(['--local'], { cwd: dir });
    expect(again.stderr).toContain('Nothing to deploy');
  });

  test('with AWS’s runtime client too', async () => {
    const config = '{"type": "static", "static": {"dir": "public"}, "lambda": {"runtime_client": "aws"}}';
    const dir = sandbox.project('client', { ...files, 'up.json': config });
    const { code, stdout, stderr } = await sandbox.up(['--local'], { cwd: dir });
    expect(code, stderr).toBe(0);
    await checkSite(stdout.trim());
  });

  test('says when nothing of the folder ships', async () => {
    const dir = sandbox.project('unbuilt', {
      'index.html': 'home',
      'up.json': '{"type": "static", "static": {"dir": "dist"}}',
    });
    const { stderr } = await sandbox.up(['build', '-o', 'out.zip'], { cwd: dir });
    expect(stderr).toContain('nothing of dist ships, the folder that static.dir names');
  });
});
