/** The templates of `up init` that need no package from elsewhere, run from their packages; the rest: check:templates. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { packagedConfig } from '../../cli/build/packaged-config.ts';
import { templateFiles, writeFiles } from '../../cli/init/files.ts';
import type { TemplateName } from '../../cli/init/templates.ts';
import { parseConfig } from '../../config/index.ts';
import { serveFolder, site } from '../middleware/static-site.ts';
import { emptyFolder, pack, root, serve, unzipTo } from './project.ts';

async function template(name: TemplateName): Promise<string> {
  const dir = emptyFolder();
  writeFiles(dir, await templateFiles(name, dir, { name: 'pets', region: undefined }));
  return dir;
}

describe('templates run from their packages', () => {
  it.each(['http', 'typescript'] as const)('%s', async (name) => {
    const dir = await template(name);
    const url = await serve(await unzipTo((await pack(dir)).zip), (await detect(dir)).argv ?? []);
    const home = await fetch(`${url}/?a=1`);
    expect([home.status, await home.text()]).toEqual([200, expect.stringMatching(/^Hello from \w+\n$/)]);
    expect(await (await fetch(`${url}/time`)).json()).toEqual({ time: expect.stringMatching(/^\d{4}-.*Z$/) });
    const nowhere = await fetch(`${url}/nowhere`);
    expect([nowhere.status, await nowhere.json()]).toEqual([404, { error: 'not found' }]);
  });

  it('spa', async () => {
    const dir = await unzipTo((await pack(await template('spa'), { type: 'static' })).zip);
    const { ask } = serveFolder(dir, { ...site, dir: 'public', fallback: 'index.html' });
    expect((await ask('/about', { fields: { accept: 'text/html' } })).text).toContain('<main></main>');
    for (const path of ['/main.js', '/views.js', '/style.css']) expect((await ask(path)).status).toBe(200);
    expect((await ask('/up.json')).status).toBe(404);
  });
});

it('spa: without up.json its folder is served all the same', async () => {
  const dir = await template('spa');
  rmSync(join(dir, 'up.json'));
  const { config } = parseConfig('{}', { file: 'up.json', fallbackName: 'pets' });
  const { stages } = await packagedConfig(dir, config);
  expect(stages.staging).toMatchObject({ app: null, static: { dir: 'public', alone: true } });
});

it('typescript: the types are right', () => {
  const compiler = join(root, 'node_modules/.bin/tsc');
  expect(execFileSync(compiler, ['-p', join(root, 'templates/typescript')], { encoding: 'utf8' })).toBe('');
});
