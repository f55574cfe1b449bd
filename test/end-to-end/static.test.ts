/** A site without an app, served and built from its folder. */
import { afterAll, describe, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { findProcesses } from '../support/processes.ts';
import { createSandbox, parseLines } from '../support/sandbox.ts';
import { checkSite, site } from '../support/site.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

describe('up start', () => {
  test('serves it, without starting anything, and ends at once', async () => {
    const dir = sandbox.project('site', site);
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
    const dir = sandbox.project('commanded', { ...site, 'dev.cjs': server });
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

describe('up build', () => {
  const build = (name: string, files: Record<string, string>) =>
    sandbox.up(['build', '-o', 'out.zip'], { cwd: sandbox.project(name, files) });

  test('says when nothing of the folder beside an app ships', async () => {
    const { code, stderr } = await build('unbuilt', { 'app.js': 'listen()', 'up.json': '{"static": {"dir": "dist"}}' });
    expect(code).toBe(0);
    expect(stderr).toContain('nothing of dist ships, the folder that static.dir names');
  });

  test('refuses a site of which nothing ships', async () => {
    const files = { 'index.html': 'home', 'up.json': '{"type": "static", "static": {"dir": "dist"}}' };
    const { code, stderr } = await build('no-site', files);
    expect(code).toBe(2);
    expect(stderr).toContain('Nothing of dist ships, and there is no app beside it');
  });
});
