/** `up start` before a build: what is missing is named, and the command that may make it. */
import { afterAll, expect, test } from 'vitest';
import { createSandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const manifest = (start: string, build?: string) => JSON.stringify({ scripts: { start, build } });
const noBuild = `console.error("Error: Could not find a production build in the '.next' directory."); process.exit(1);`;

test.each<[what: string, files: Record<string, string>, hint: string]>([
  [
    'the file that the command names, as with Nest',
    { 'package.json': manifest('node dist/main', 'nest build') },
    'dist/main is not there. If your build makes it, run it first: npm run build',
  ],
  [
    'the folder that it names, as with SvelteKit',
    { 'package.json': manifest('node build', 'vite build'), 'pnpm-lock.yaml': '' },
    'build is not there. If your build makes it, run it first: pnpm run build',
  ],
  [
    'a module that the app imports',
    { 'package.json': manifest('node app.mjs', 'vite build'), 'app.mjs': `import './build/handler.js';` },
    'build/handler.js is not there. If your build makes it, run it first: npm run build',
  ],
  [
    'a module that the app requires',
    { 'package.json': manifest('node app.cjs', 'tsc'), 'app.cjs': `require('./lib/shop');`, 'yarn.lock': '' },
    'lib/shop is not there. If your build makes it, run it first: yarn run build',
  ],
  [
    'the program that it names',
    { 'package.json': manifest('./target/server', 'make') },
    'target/server is not there. If your build makes it, run it first: npm run build',
  ],
  [
    'what Next.js says it misses',
    { 'package.json': manifest('node next.js', 'next build'), 'next.js': noBuild },
    '.next is not there. If your build makes it, run it first: npm run build',
  ],
])('it tells of %s, once', async (what, files, hint) => {
  const started = await sandbox.start([], { cwd: sandbox.project(what.replaceAll(/\W+/g, '-'), files) });
  await until('the third start', () => started.stdout().includes('"restarts":2'));
  const { stderr } = await started.end('SIGTERM');
  expect(stderr.split(hint)).toHaveLength(2);
});

test.each<[what: string, files: Record<string, string>]>([
  ['where nothing is built', { 'package.json': manifest('node dist/main') }],
  [
    'of a file that it does without',
    {
      'package.json': manifest('node app.js', 'tsc'),
      'app.js': `
        try { require('./optional.json'); } catch (error) { console.error(error.message); }
        throw new Error('DATABASE_URL is not set');`,
    },
  ],
  ['of a package', { 'package.json': manifest('node app.js', 'tsc'), 'app.js': `require('express');` }],
])('it tells nothing %s', async (what, files) => {
  const started = await sandbox.start([], { cwd: sandbox.project(what.replaceAll(' ', '-'), files) });
  await until('the third start', () => started.stdout().includes('"restarts":2'));
  expect((await started.end('SIGTERM')).stderr).not.toContain('is not there');
});
