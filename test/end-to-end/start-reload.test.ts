/** `up start` starts the app anew with every edit. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { createSandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const saying = (word: string) => `
  import { createServer } from 'node:http';
  createServer((req, res) => res.end('${word}')).listen(process.env.PORT);`;

test('an edit is answered, a mistake is told in the app’s own words, and the next edit mends it', async () => {
  const dir = sandbox.project('edited', { 'app.mjs': saying('one') });
  const started = await sandbox.start([], { cwd: dir });
  const text = async () => (await send(started.url)).text;
  await until('the watcher', () => /^watch: 1 file$/m.test(started.stderr()));
  writeFileSync(join(dir, 'app.mjs'), saying('two'));
  await until('the edit', async () => (await text()) === 'two');
  await until('the news', () => /^app: reloaded app.mjs in \d/m.test(started.stderr()));
  writeFileSync(join(dir, 'app.mjs'), 'this is no JavaScript');
  await until('the mistake', async () => (await text()).includes('UP_APP_EXITED'));
  expect(started.stdout()).toContain('SyntaxError: Unexpected identifier');
  writeFileSync(join(dir, 'app.mjs'), saying('three'));
  await until('the next edit', async () => (await text()) === 'three');
  expect((await started.end('SIGTERM')).code).toBe(143);
});

test('an edit of what a bundle has from around the project is answered, and mended there', async () => {
  const dir = sandbox.project('around', {
    'api/server.ts': `
      import { createServer } from 'node:http';
      import { word } from '../lib/word.ts';
      createServer((req, res) => res.end(word)).listen(process.env.PORT);`,
    'lib/word.ts': `export const word: string = 'one';`,
  });
  const started = await sandbox.start([], { cwd: join(dir, 'api') });
  const text = async () => (await send(started.url)).text;
  await until('the watcher', () => /^watch: 2 files$/m.test(started.stderr()));
  writeFileSync(join(dir, 'lib/word.ts'), `export { word } from './other.ts';`);
  await until('the mistake', async () => (await text()).includes('UP_BUILD_TYPESCRIPT'));
  writeFileSync(join(dir, 'lib/other.ts'), `export const word = 'two';`);
  writeFileSync(join(dir, 'lib/word.ts'), `export { word } from './other.ts';\n`);
  await until('the edit', async () => (await text()) === 'two');
  writeFileSync(join(dir, 'lib/other.ts'), `export const word = 'three';`);
  await until('the edit of what is new', async () => (await text()) === 'three');
  expect((await started.end('SIGTERM')).code).toBe(143);
});

test('an edit of a member of the workspace that the app needs is answered', async () => {
  const dir = sandbox.project('workspace', {
    'package.json': '{"workspaces": ["api", "lib", "other"]}',
    'api/package.json': '{"name": "api", "dependencies": {"@acme/lib": "*"}}',
    'api/app.mjs': `
      import { createServer } from 'node:http';
      import { word } from '@acme/lib';
      createServer((req, res) => res.end(word)).listen(process.env.PORT);`,
    'lib/package.json': '{"name": "@acme/lib", "main": "dist/index.js", "dependencies": {"@acme/other": "*"}}',
    'lib/dist/index.js': `exports.word = require('@acme/other');`,
    'other/package.json': '{"name": "@acme/other"}',
    'other/index.js': `module.exports = 'one';`,
    'other/data.sqlite': '',
  });
  mkdirSync(join(dir, 'node_modules/@acme'), { recursive: true });
  for (const name of ['lib', 'other']) symlinkSync(`../../${name}`, join(dir, 'node_modules/@acme', name));
  const started = await sandbox.start([], { cwd: join(dir, 'api') });
  const text = async () => (await send(started.url)).text;
  await until('the watcher', () => /^watch: 6 files$/m.test(started.stderr()));
  writeFileSync(join(dir, 'other/index.js'), `module.exports = 'two';`);
  await until('the edit of what a member needs', async () => (await text()) === 'two');
  writeFileSync(join(dir, 'lib/dist/index.js'), `exports.word = require('@acme/other') + '!';`);
  await until('the edit of the member', async () => (await text()) === 'two!');
  expect((await started.end('SIGTERM')).code).toBe(143);
});

test('rules that cannot be read are told of, and the app is served all the same', async () => {
  const dir = sandbox.project('unruly', { 'app.mjs': saying('one'), '.upignore/notes': '' });
  const started = await sandbox.start([], { cwd: dir });
  await until('the warning', () => /EISDIR.*press r/.test(started.stderr()));
  expect((await send(started.url)).text).toBe('one');
  expect((await started.end('SIGTERM')).code).toBe(143);
});
