import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { runHook } from '../../cli/build/hooks.ts';
import { serveFolder, site } from '../middleware/static-site.ts';
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
