import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundle } from '../../cli/build/bundle.ts';
import { detect } from '../../cli/build/detect.ts';
import { installMissing } from '../../cli/build/install.ts';
import { copyPackages, pack, project, root, serve, unzip, unzipTo } from './project.ts';

describe('a TypeScript app', () => {
  it('the example runs from its package', async () => {
    const dir = join(root, 'examples/typescript');
    const { zip, files, maps } = await pack(dir);
    const paths = files.map(({ path }) => path).filter((path) => !path.startsWith('_up/'));
    expect(paths).toEqual(['README.md', 'package.json', 'src/app.mjs']);
    expect(maps.map(({ path }) => path)).toEqual(['src/app.mjs.map']);
    const url = await serve(await unzipTo(zip), (await detect(dir)).argv ?? []);
    expect(await (await fetch(`${url}/TJ`)).json()).toEqual({ greeting: 'Hello, TJ', length: 9 });
  });

  it('brings CommonJS dependencies that require, and its assets, from beside the source', async () => {
    const dir = project({
      'package.json': JSON.stringify({ type: 'module', dependencies: { express: '5' } }),
      'src/app.ts': [
        "import { createRequire } from 'node:module';",
        "import { readFileSync } from 'node:fs';",
        "import { dirname, join } from 'node:path';",
        "import { fileURLToPath } from 'node:url';",
        "import express from 'express';",
        'const require = createRequire(import.meta.url);',
        'const __dirname: string = dirname(fileURLToPath(import.meta.url));',
        "const os = require('node:os');",
        "const page = readFileSync(join(__dirname, '../views/page.html'), 'utf8');",
        'express().get("/", (_req, res) => { res.send(page + typeof os.cpus); }).listen(Number(process.env.PORT));',
      ].join('\n'),
      'views/page.html': '<p>page</p>',
    });
    copyPackages(['express'], dir);
    const { zip, files } = await pack(dir);
    expect(files.some(({ path }) => path.startsWith('node_modules'))).toBe(false);
    const url = await serve(await unzipTo(zip), ['node', 'src/app.mjs']);
    expect(await (await fetch(url)).text()).toBe('<p>page</p>function');
  });

  it('is CommonJS when package.json does not say module', async () => {
    const dir = project({
      'app.ts':
        'require("node:http").createServer((_: unknown, res: any) => res.end(__dirname)).listen(process.env.PORT);',
    });
    const home = await unzipTo((await pack(dir)).zip);
    expect(existsSync(join(home, 'app.cjs'))).toBe(true);
    expect(await (await fetch(await serve(home, ['node', 'app.cjs']))).text()).toContain('up-build-');
  });

  it('keeps its source map beside the release, with the sources', async () => {
    const dir = project({ 'app.ts': 'server.listen(1 as number);' });
    const { maps, zip } = await pack(dir);
    expect(JSON.parse(maps[0]?.content ?? '')).toMatchObject({
      sources: ['app.ts'],
      sourcesContent: ['server.listen(1 as number);'],
    });
    expect((await unzip(zip)).find(({ path }) => path === 'app.cjs')?.content.toString()).not.toContain(
      'sourceMappingURL',
    );
  });

  it('shows each mistake with file, line and column', async () => {
    const dir = project({ 'src/app.ts': "import './missing.ts';\nimport 'nothing';\n" });
    const error = bundle({ dir, entry: 'src/app.ts', outfile: 'src/app.mjs' });
    await expect(error).rejects.toMatchObject({
      code: 'UP_BUILD_TYPESCRIPT',
      message: 'src/app.ts cannot be built: 2 mistakes',
      evidence: expect.stringContaining('src/app.ts:1:8: Could not resolve "./missing.ts"'),
      hint: expect.stringContaining('npm install'),
    });
  });

  it('says how to install what is missing, by what manages the project', async () => {
    const dir = project({ 'yarn.lock': '', 'api/app.ts': "import 'hono';" });
    await expect(bundle({ dir: join(dir, 'api'), entry: 'app.ts', outfile: 'app.cjs' })).rejects.toMatchObject({
      hint: expect.stringContaining('(yarn install)'),
    });
  });

  it('says how to use await at the top', async () => {
    const dir = project({ 'app.ts': 'await 1;' });
    await expect(bundle({ dir, entry: 'app.ts', outfile: 'app.cjs' })).rejects.toMatchObject({
      hint: expect.stringContaining('"type": "module"'),
    });
  });
});

it('where it does not ship, a package may be a link to wherever it lies', async () => {
  const outside = project({ 'package.json': '{"name": "tea"}', 'index.js': "module.exports = 'tea';" });
  const dir = project({ 'app.ts': "import tea from 'tea';\nconsole.log(tea);", 'node_modules/x/index.js': '' });
  symlinkSync(outside, join(dir, 'node_modules/tea'));
  const input = { dir, entry: 'app.ts', outfile: 'app.cjs' };
  await expect(bundle(input)).rejects.toMatchObject({
    code: 'UP_PACKAGE_SYMLINK',
    hint: expect.stringContaining('--install-links'),
  });
  expect(Buffer.from((await bundle({ ...input, ships: false })).code.content).toString()).toContain('"tea"');
});

it('under Plug’n’Play it is said how packages come into folders', () => {
  const dir = project({ 'package.json': '{"dependencies": {"express": "5"}}', 'yarn.lock': '', '.pnp.cjs': '' });
  expect(installMissing(dir, "Cannot find module 'express'")).toBe(
    'yarn config set nodeLinker node-modules && yarn install',
  );
});
