/** Next.js by `next start`: what its build makes ships, without all of node_modules. */
import { describe, expect, it, test } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { asBuilt, buildVariables } from '../../cli/build/next-server.ts';
import { type Files, pack, project, unzip } from './project.ts';

const starting = (start: string, dependency = 'next'): Files => ({
  'package.json': JSON.stringify({ dependencies: { [dependency]: '16' }, scripts: { build: 'next build', start } }),
  'node_modules/.bin/next': '-> ../next/cli.js',
  'node_modules/next/cli.js': '',
});

const built: Files = {
  '.next/required-server-files.json': '{"relativeAppDir":""}',
  '.next/BUILD_ID': 'x',
  '.next/server/page.js': '',
  '.next/static/style.css': '',
  '.next/standalone/server.js': '',
  '.next/standalone/.next/BUILD_ID': 'x',
  '.next/standalone/node_modules/next/index.js': '',
};

const detected = async (files: Files) => {
  const dir = project(files);
  return { dir, app: await detect(dir) };
};

/** Paths of the package but for ours, links with what they stand for. */
async function packaged(dir: string): Promise<string[]> {
  const { zip } = await pack(dir);
  const entries = (await unzip(zip)).filter(({ path }) => !path.startsWith('_up/') && path !== 'package.json');
  return entries.map(({ path, mode, content }) => ((mode & 0o170000) === 0o120000 ? `${path} -> ${content}` : path));
}

describe('next start', () => {
  test.each<[start: string, standalone: boolean]>([
    ['next start', true],
    ['next start -p $PORT --hostname=0.0.0.0', true],
    ['NODE_ENV=production ./node_modules/.bin/next start', true],
    ['next start apps/web', false],
    ['node prepare.js && next start', false],
    ['node server.js', false],
  ])('%s is built with a server of its own: %s', async (start, standalone) => {
    const { dir, app } = await detected({ ...starting(start), ...built });
    expect(buildVariables(app)).toEqual(standalone ? { NEXT_PRIVATE_STANDALONE: 'true' } : {});
    expect((await asBuilt(dir, app)).standalone !== undefined).toBe(standalone);
  });

  it('runs that server, with the variables that were given', async () => {
    const { dir, app } = await detected({ ...starting('A=1 next start -p 3000'), ...built });
    expect(await asBuilt(dir, app)).toMatchObject({
      command: 'A=1 node .next/standalone/server.js',
      argv: null,
      interpreter: 'node',
      buildCommands: ['next build'],
    });
  });

  it('ships it with the packages it needs, and the files for browsers where it looks for them', async () => {
    const dir = project({ ...starting('next start'), ...built, 'public/leaf.svg': '' });
    expect(await packaged(dir)).toEqual([
      '.next/standalone/.next/BUILD_ID',
      '.next/standalone/.next/static -> ../../static',
      '.next/standalone/node_modules/next/index.js',
      '.next/standalone/public -> ../../public',
      '.next/standalone/server.js',
      '.next/static/style.css',
      'public/leaf.svg',
    ]);
  });

  it('is the server of a member in a workspace', async () => {
    const { dir, app } = await detected({
      'package.json': starting('next start')['package.json'] ?? '',
      // Its packages are at the root.
      'node_modules/.bin/next': '#!/usr/bin/env node',
      '.next/required-server-files.json': '{"relativeAppDir":"apps\\\\web"}',
      '.next/static/style.css': '',
      '.next/standalone/apps/web/server.js': '',
      '.next/standalone/node_modules/next/index.js': '',
    });
    expect((await pack(dir)).warnings).toEqual([]);
    const made = await asBuilt(dir, app);
    expect(made.argv).toEqual(['node', '.next/standalone/apps/web/server.js']);
    expect(await packaged(dir)).toEqual([
      '.next/standalone/apps/web/.next/static -> ../../../../static',
      '.next/standalone/apps/web/server.js',
      '.next/standalone/node_modules/next/index.js',
      '.next/static/style.css',
    ]);
  });

  it('links to nothing that the build has put there itself', async () => {
    const dir = project({
      ...starting('next start'),
      ...built,
      '.next/standalone/.next/static/style.css': '',
      '.upignore': '/.next/static',
    });
    const paths = await packaged(dir);
    expect(paths.filter((path) => path.includes('static/') || path.includes('->'))).toEqual([
      '.next/standalone/.next/static/style.css',
    ]);
  });

  test.each<[title: string, files: Files]>([
    ['was not built', {}],
    ['was built for something else', { '.next/BUILD_ID': 'x', '.next/required-server-files.json': '{"rel' }],
  ])('stays as it is where it %s', async (_title, files) => {
    const { dir, app } = await detected({ ...starting('next start'), ...files });
    expect(await asBuilt(dir, app)).toBe(app);
  });
});
