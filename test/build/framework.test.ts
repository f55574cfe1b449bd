import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeApp, detect } from '../../cli/build/detect.ts';
import { maxUnzippedBytes } from '../../cli/build/package-checks.ts';
import { pack, project } from './project.ts';

const manifest = (dependencies: object, more: object = {}) => JSON.stringify({ dependencies, ...more });

describe('the framework', () => {
  it.each<[dependencies: object, said: string]>([
    [{ express: '5' }, 'Express: package.json has a start script'],
    [{ '@nestjs/core': '11', express: '5' }, 'NestJS: package.json has a start script'],
    [{ next: '16' }, 'Next.js: package.json has a start script'],
    [{ 'left-pad': '1' }, 'package.json has a start script'],
  ])('of %j is told with the reason', async (dependencies, said) => {
    const dir = project({ 'package.json': manifest(dependencies, { scripts: { start: 'node server.js' } }) });
    expect(describeApp(await detect(dir))).toBe(said);
  });

  it('is nothing where the app is no Node app', async () => {
    const dir = project({ 'package.json': '{"devDependencies":{"next":"16"}}', 'main.go': '' });
    expect((await detect(dir)).framework).toBeUndefined();
  });

  it('ships what it has built into a dot folder, without its cache, unless .upignore says otherwise', async () => {
    const files = {
      'package.json': manifest({ next: '16' }, { scripts: { start: 'next start' } }),
      'node_modules/.bin/next': '-> ../next/cli.js',
      'node_modules/next/cli.js': '',
      '.next/BUILD_ID': 'x',
      '.next/server/page.js': '',
      '.next/cache/big.bin': '',
      '.next/trace': '',
      '.next/trace-build': '',
      '.next/dev/server/page.js': '',
      '.env': '',
    };
    const own = async (more: object) => {
      const { files: found } = await pack(project({ ...files, ...more }));
      return found.map(({ path }) => path).filter((path) => path.startsWith('.'));
    };
    expect(await own({})).toEqual(['.next/BUILD_ID', '.next/server/page.js']);
    expect(await own({ '.upignore': '/.next/server' })).toEqual(['.next/BUILD_ID']);
  });

  it('ships a standalone build of Next.js whole, which has a dot folder of its own, in a monorepo too', async () => {
    const dir = project({
      'package.json': manifest({ next: '16' }, { scripts: { start: 'node .next/standalone/server.js' } }),
      'node_modules/next/index.js': '',
      '.upignore': '/node_modules\n/.next/*\n!/.next/standalone\n',
      '.next/BUILD_ID': 'x',
      '.next/standalone/server.js': '',
      '.next/standalone/.next/BUILD_ID': 'x',
      '.next/standalone/node_modules/next/index.js': '',
      '.next/standalone/apps/web/.next/BUILD_ID': 'x',
      '.next/standalone/.env': '',
    });
    const { files } = await pack(dir);
    expect(files.map(({ path }) => path).filter((path) => path.startsWith('.'))).toEqual([
      '.next/standalone/.next/BUILD_ID',
      '.next/standalone/apps/web/.next/BUILD_ID',
      '.next/standalone/node_modules/next/index.js',
      '.next/standalone/server.js',
    ]);
  });

  it('ships a server of Nitro with the packages that are built into it alone, unless .upignore says otherwise', async () => {
    const files = {
      '.output/server/index.mjs': '',
      '.output/server/node_modules/vue/index.js': '',
      'node_modules/vue/index.js': '',
      'node_modules/rolldown/index.js': '',
    };
    const modules = async (start: string, more: object = {}) => {
      const described = { 'package.json': manifest({ nuxt: '4' }, { scripts: { start } }) };
      const { files: found } = await pack(project({ ...files, ...described, ...more }));
      return found.map(({ path }) => path).filter((path) => path.includes('node_modules'));
    };
    const [built, ...installed] = [
      '.output/server/node_modules/vue/index.js',
      'node_modules/rolldown/index.js',
      'node_modules/vue/index.js',
    ];
    expect(await modules('node .output/server/index.mjs')).toEqual([built]);
    expect(await modules('node server.mjs')).toEqual([built, ...installed]);
    expect(await modules('node .output/server/index.mjs', { '.upignore': '!/node_modules' })).toEqual([
      built,
      ...installed,
    ]);
  });

  it.each<[dependencies: object, start: string, hint: RegExp]>([
    [{ next: '16' }, 'next start', /^Next\.js: of an app that starts with "next start" .*docs\/packaging\.md#nextjs/],
    [{ nuxt: '4' }, 'node server.js', /^Nuxt: .*name \/node_modules in \.upignore$/],
    [{ express: '5' }, 'node app.js', /^See all of it with up build --size/],
  ])('of %j tells how a package that is too large becomes smaller', async (dependencies, start, hint) => {
    const dir = project({
      'package.json': manifest(dependencies, { scripts: { start } }),
      'node_modules/.bin/next': '',
    });
    writeFileSync(join(dir, 'model.bin'), '');
    // A hole, which takes no room on the disk.
    truncateSync(join(dir, 'model.bin'), maxUnzippedBytes);
    await expect(pack(dir)).rejects.toMatchObject({
      code: 'UP_PACKAGE_TOO_LARGE',
      hint: expect.stringMatching(hint),
    });
  });
});
