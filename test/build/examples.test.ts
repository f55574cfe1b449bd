import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { runHook } from '../../cli/build/hooks.ts';
import { beside, serveFolder, site } from '../middleware/static-site.ts';
import { copyPackages, emptyFolder, pack, root, serve, unzipTo } from './project.ts';

function example(name: string): string {
  const dir = emptyFolder();
  cpSync(join(root, 'examples', name), dir, { recursive: true });
  return dir;
}

async function servePackage(dir: string): Promise<string> {
  const app = await detect(dir);
  return serve(await unzipTo((await pack(dir)).zip), app.argv ?? ['sh', '-c', app.command]);
}

describe('examples run from their packages', () => {
  it('hello', async () => {
    const url = await servePackage(example('hello'));
    expect(await (await fetch(url)).text()).toBe('Hello from up\n');
    const echo = await fetch(`${url}/echo?a=1`, { method: 'POST', body: 'ä' });
    expect(await echo.json()).toMatchObject({
      method: 'POST',
      url: '/echo?a=1',
      headers: { 'content-length': '2' },
      body: 'ä',
    });
  });

  it('static', async () => {
    const dir = await unzipTo((await pack(example('static'), { type: 'static' })).zip);
    const { ask } = serveFolder(dir, { ...site, dir: 'public' });
    expect((await ask('/')).text).toContain('<h1>Tea shop</h1>');
    expect((await ask('/about')).text).toContain('<h1>About</h1>');
    expect((await ask('/teas')).field('location')).toBe('./teas/');
    expect((await ask('/assets/style.3f2a9c1b.css')).field('cache-control')).toContain('immutable');
    expect((await ask('/coffee')).status).toBe(404);
    expect((await ask('/up.json')).status).toBe(404);
  });

  it('express', async () => {
    const dir = example('express');
    copyPackages(['express'], dir);
    const { warnings } = await pack(dir);
    expect(warnings).toEqual([]);
    const url = await servePackage(dir);
    expect(await (await fetch(`${url}/users/tj?a=1`)).json()).toEqual({ name: 'tj', query: { a: '1' } });
  });

  it('express, not installed, is warned about', async () => {
    expect((await pack(example('express'))).warnings).toEqual([expect.stringContaining('npm install')]);
  });

  it('spa', async () => {
    const dir = example('spa');
    const url = await servePackage(dir);
    expect(await (await fetch(`${url}/api/products/42`)).json()).toMatchObject({ id: 42, name: 'Sencha' });
    const put = await fetch(`${url}/api/cart`, { method: 'PUT', body: '[42,7]' });
    const cookie = put.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(await (await fetch(`${url}/api/cart`, { headers: { cookie } })).json()).toEqual([42, 7]);
    const { ask } = serveFolder(dir, { ...beside, fallback: 'index.html' });
    expect((await ask('/products/42', { fields: { accept: 'text/html' } })).text).toContain('<main></main>');
    expect((await ask('/api/cart')).text).toBe('the app');
  });

  it('spa: the style is named after what it holds, since browsers keep it', () => {
    const dir = join(root, 'examples/spa/public');
    const [name = ''] = readdirSync(join(dir, 'assets'));
    const hash = createHash('sha256').update(readFileSync(join(dir, 'assets', name)));
    expect(name).toBe(`style.${hash.digest('hex').slice(0, 8)}.css`);
    expect(readFileSync(join(dir, 'index.html'), 'utf8')).toContain(`/assets/${name}`);
  });

  it('rendered', async () => {
    const dir = example('rendered');
    copyPackages(['express'], dir);
    vi.stubEnv('SESSION_SECRET', 'a secret');
    onTestFinished(() => void vi.unstubAllEnvs());
    const url = await servePackage(dir);
    const form = new URLSearchParams({ name: '<Ada>' });
    const posted = await fetch(`${url}/name`, { method: 'POST', body: form, redirect: 'manual' });
    expect([posted.status, posted.headers.get('location')]).toEqual([303, '/']);
    const cookie = posted.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = async (cookie: string) => (await fetch(url, { headers: { cookie } })).text();
    expect(await page(cookie)).toContain('<h1>Hello, &#60;Ada&#62;</h1>');
    expect(await page(`${cookie.slice(0, -4)}AAAA`)).toContain('<h1>Hello, stranger</h1>');
    expect((await fetch(`${url}/broken`)).status).toBe(500);
  });

  it.runIf(process.env.UP_TEST_LANGUAGES && has('go'))(
    'go',
    async () => {
      const dir = example('go');
      const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
      const { buildCommands } = await detect(dir, { architecture });
      await runHook('build', buildCommands, { dir });
      expect(await (await fetch(await servePackage(dir))).text()).toBe('Hello from Go\n');
    },
    120_000,
  );

  it.runIf(process.env.UP_TEST_LANGUAGES && has('python3'))('python', async () => {
    expect(await (await fetch(await servePackage(example('python')))).text()).toBe('Hello from Python\n');
  });
});

function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}
