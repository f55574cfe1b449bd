/** What is said of a package that does not work, by what its app printed. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { howToFix } from '../../cli/build/how-to-fix.ts';
import { installMissing } from '../../cli/build/install.ts';
import { type Files, pack, project } from './project.ts';

const ended = 'the app exited with code 1 before listening on PORT';

async function fix(files: Files, ...output: readonly string[]) {
  return fixWith({}, files, ...output);
}

async function fixWith(environment: Readonly<Record<string, string>>, files: Files, ...output: readonly string[]) {
  const dir = project(files);
  return howToFix(ended, output, { stage: 'staging', app: await detect(dir), dir, local: true, environment });
}

describe('an app that takes a devDependency, which is installed and does not ship', () => {
  const files = { 'package.json': '{"devDependencies": {"vite": "8"}}', 'app.js': '' };
  const said = "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'vite' imported from app.js";

  it.each([
    ['npm', {}, 'npm install --save-prod vite'],
    ['pnpm', { 'pnpm-lock.yaml': '' }, 'pnpm add --save-prod vite'],
    ['yarn', { 'yarn.lock': '' }, 'yarn remove vite && yarn add vite'],
  ])('moves it to the dependencies by %s', async (_manager, lock, install) => {
    const { hint, next } = await fixWith({ NODE_ENV: 'production' }, { ...files, ...lock }, said);
    expect(hint).toBe(`vite is a devDependency, which does not ship: ${install}`);
    expect(next).toEqual([install, 'up staging']);
  });

  it('moves all that its files import at once', async () => {
    const taken = {
      'package.json': '{"devDependencies": {"vite": "8", "sirv": "3", "@acme/log": "1", "vitest": "4"}}',
      'app.js': "require('vite'); require('./lib/files'); import('vitest');",
      'lib/files.js': "require('sirv/build'); require('@acme/log');",
    };
    const { hint } = await fixWith({ NODE_ENV: 'production' }, taken, said);
    const install = 'npm install --save-prod vite sirv @acme/log';
    expect(hint).toBe(`vite, sirv and @acme/log are devDependencies, which do not ship: ${install}`);
  });

  it('or is told that the stage is its production', async () => {
    expect((await fix(files, said)).hint).toContain('say "environment": {"NODE_ENV": "production"} in up.json');
  });
});

it('an app that asks for a file that was left out brings it in', async () => {
  const files = { 'app.js': '', '.cache/routes.js': '' };
  const bring = "printf '\\n%s\\n' '!/.cache' '!/.cache/routes.js' >> .upignore";
  expect(await fix(files, "Error: Cannot find module './.cache/routes.js'")).toEqual({
    hint: `.cache/routes.js is here and does not ship. To bring it in: ${bring}`,
    next: [bring, 'up staging'],
  });
});

it('an app that is still starting may be given more time, or a faster processor', async () => {
  const dir = project({ 'app.js': '' });
  const app = await detect(dir);
  const started = { stage: 'staging', app, dir, local: true, environment: {} };
  const { hint } = await howToFix('the app did not listen on PORT within 15 s', ['Starting Shop'], started);
  expect(hint).toContain('{"proxy": {"listen_timeout": 30}}');
  expect(hint).toContain('lambda.memory');
});

it.each<[language: string, files: Files, code: string]>([
  ['Node', { 'app.js': '' }, 'process.env.PORT ?? 8080 in place of 8080'],
  ['Python', { 'app.py': '' }, 'int(os.environ["PORT"])'],
  ['Go', { 'main.go': '' }, 'os.Getenv("PORT")'],
  ['Rust', { 'package.json': '{"scripts": {"start": "./target/release/shop"}}' }, 'std::env::var("PORT")'],
])('an app of %s that listens elsewhere is shown how to read PORT', async (language, files, code) => {
  expect((await fix(files, 'It listens on port 8080, not on the PORT it was given.')).hint).toBe(
    `let it listen on the PORT of its environment, in ${language}: ${code}`,
  );
});

it('an app of a workspace is installed by what its root is managed by', async () => {
  const dir = project({
    'pnpm-lock.yaml': '',
    'apps/web/package.json': '{"dependencies": {"express": "5"}}',
    'apps/web/app.js': '',
  });
  expect(installMissing(join(dir, 'apps/web'), "Cannot find module 'express'")).toBe('pnpm install');
});

describe('an app of another runtime', () => {
  it.each([
    ['Bun', 'ship bun for Linux as bin/bun', '"./bin/bun src/index.ts"'],
    ['Deno', 'ship deno for Linux as bin/deno', '"./bin/deno run -A src/index.ts"'],
  ])('of %s is to bring it', async (name, ship, command) => {
    const { hint } = await fix({ 'src/index.ts': '' }, `ReferenceError: ${name} is not defined`);
    expect(hint).toContain(`Lambda's runtime is Node, without ${name}: ${ship}`);
    expect(hint).toContain(`{"proxy": {"command": ${command}}}`);
  });

  it('whose start script names it is to bring it where it is found', async () => {
    const dir = project({ 'package.json': '{"scripts": {"start": "bun run src/index.ts"}}' });
    const started = { stage: 'staging', app: await detect(dir), dir, local: false, environment: {} };
    const { hint } = await howToFix(
      'the app could not be started: "bun run src/index.ts": no such program',
      [],
      started,
    );
    expect(hint).toContain('put it into the folder as bin/bun, for Linux');
  });

  it('of Elysia is to bring Bun, on which alone it serves by itself', async () => {
    const said = 'Error: WebStandard does not support listen, you might want to export default Elysia.fetch instead';
    expect((await fix({ 'src/index.ts': '' }, said)).hint).toContain('ship bun for Linux as bin/bun');
  });

  it('is not told by any name that is not defined', async () => {
    const { hint } = await fix({ 'src/index.ts': '' }, 'ReferenceError: Tea is not defined');
    expect(hint).toContain('fix the app');
  });
});

describe('an app of Python whose modules are not there', () => {
  const missing = "ModuleNotFoundError: No module named 'flask.app'";

  it.each<[title: string, files: Files, install: string]>([
    ['with requirements.txt', { 'requirements.txt': 'flask' }, 'pip install -t . -r requirements.txt'],
    ['without', {}, 'pip install -t . flask'],
  ])('%s installs them beside it', async (_title, files, install) => {
    expect(await fix({ 'app.py': 'import flask', ...files }, 'Traceback', missing)).toEqual({
      hint: `install what it asks for: ${install}`,
      next: [install, 'up staging'],
    });
  });

  it('and leaves out the virtual environment, whose links are of this machine', async () => {
    const dir = project({
      'app.py': '',
      'requirements.txt': 'flask',
      'tools/venv/pyvenv.cfg': 'version = 3.13',
      'tools/venv/bin/python3': '-> /bin/sh',
    });
    await expect(pack(dir)).rejects.toMatchObject({
      code: 'UP_PACKAGE_SYMLINK',
      message: 'tools/venv/bin/python3 is a link to /bin/sh, outside the folder of the app',
      hint: 'Name /tools/venv in .upignore: it is a virtual environment of this machine. Packages ship beside the app: pip install -t . -r requirements.txt',
    });
  });
});
