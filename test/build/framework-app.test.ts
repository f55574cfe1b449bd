import { describe, expect, it } from 'vitest';
import { describeApp, detect } from '../../cli/build/detect.ts';
import { isForDevelopment, servesSources } from '../../cli/build/framework.ts';
import { type Files, project } from './project.ts';

const listen = 'http.createServer().listen(3000)';

/** The package.json of an app that is made with these packages. */
function made(names: readonly string[], scripts: object): string {
  return JSON.stringify({ devDependencies: Object.fromEntries(names.map((name) => [name, '1'])), scripts });
}

describe('what a framework builds is the app, without a start script for it', () => {
  it.each<[names: string[], scripts: object, command: string, said: string]>([
    [
      ['@sveltejs/kit', '@sveltejs/adapter-node'],
      { dev: 'vite dev', build: 'vite build', preview: 'vite preview' },
      'node build',
      'SvelteKit: @sveltejs/adapter-node makes a server of it',
    ],
    [
      ['astro', '@astrojs/node'],
      { dev: 'astro dev', build: 'astro build' },
      'node ./dist/server/entry.mjs',
      'Astro: @astrojs/node makes a server of it',
    ],
    [
      ['nuxt'],
      { dev: 'nuxt dev', build: 'nuxt build' },
      'node .output/server/index.mjs',
      'Nuxt: its build makes a server',
    ],
    [
      ['nitropack'],
      { dev: 'nitropack dev', build: 'nitropack build' },
      'node .output/server/index.mjs',
      'Nitro: its build makes a server',
    ],
    [
      ['nitro', 'vite'],
      { dev: 'vite dev', build: 'vite build' },
      'node .output/server/index.mjs',
      'Nitro: its build makes a server',
    ],
    [
      ['@solidjs/start', 'vinxi'],
      { build: 'vinxi build', start: 'vinxi start' },
      'node .output/server/index.mjs',
      'SolidStart: its build makes a server',
    ],
    [
      ['@adonisjs/core'],
      { build: 'node ace build', start: 'node bin/server.js' },
      'node build/bin/server.js',
      'AdonisJS: its build makes a server',
    ],
    [
      ['@react-router/node', '@react-router/serve'],
      { dev: 'react-router dev', build: 'react-router build' },
      'react-router-serve ./build/server/index.js',
      'React Router: @react-router/serve makes a server of it',
    ],
  ])('of %j', async (names, scripts, command, said) => {
    const dir = project({ 'package.json': made(names, scripts), 'src/index.ts': '', 'server.ts': '' });
    const app = await detect(dir);
    expect(app).toMatchObject({ kind: 'node', interpreter: 'node', command });
    expect(app.buildCommands).toEqual([(scripts as { build: string }).build]);
    expect(describeApp(app)).toBe(said);
  });

  it.each<[names: string[], scripts: object, site: object]>([
    [['astro'], { start: 'astro dev', build: 'astro build' }, { dir: 'dist' }],
    [['@sveltejs/kit', '@sveltejs/adapter-static'], { dev: 'vite dev', build: 'vite build' }, { dir: 'build' }],
    [
      ['@docusaurus/core'],
      { start: 'docusaurus start', build: 'docusaurus build', serve: 'docusaurus serve' },
      { dir: 'build' },
    ],
    [['react-scripts'], { start: 'react-scripts start' }, { dir: 'build', fallback: 'index.html' }],
  ])('a site of %j', async (names, scripts, site) => {
    const dir = project({ 'package.json': made(names, scripts), 'src/index.js': '' });
    expect(await detect(dir)).toMatchObject({ kind: 'static', site });
    await expect(detect(dir, { type: 'server' })).rejects.toMatchObject({ code: 'UP_APP_NOT_FOUND' });
  });

  it.each<[title: string, files: Files, command: string, given?: string]>([
    ['a command in up.json', {}, './web', './web'],
    ['a start script', { 'package.json': made(['nuxt'], { start: 'node web.js' }) }, 'node web.js'],
    ["a server of one's own", { 'server.js': listen }, 'node server.js'],
  ])('%s comes first', async (_title, files, expected, command) => {
    const dir = project({ 'package.json': made(['nuxt'], { dev: 'nuxt dev' }), ...files });
    expect((await detect(dir, command === undefined ? {} : { command })).command).toBe(expected);
  });
});

describe('a script for development is never proposed as a start script', () => {
  it.each<[names: string[], scripts: object, hint: string]>([
    [
      ['@sveltejs/kit', '@sveltejs/adapter-auto'],
      { dev: 'vite dev', build: 'vite build' },
      'SvelteKit: add @sveltejs/adapter-node, and "node build" starts what is built',
    ],
    [
      ['astro', '@deno/astro-adapter'],
      { dev: 'astro dev' },
      'Astro: add @astrojs/node, and "node ./dist/server/entry.mjs" starts what is built',
    ],
    [['next'], { dev: 'next dev', build: 'next build' }, `add "start": "next start" to the scripts of package.json`],
    [['@angular/core'], { start: 'ng serve' }, 'node dist/APP/server/server.mjs'],
    [['vite'], { dev: 'vite --host' }, '"vite --host" is for development: add a start script'],
    [['nodemon'], { dev: 'nodemon web.js' }, '"nodemon web.js" is for development'],
    [['vite'], { start: 'vite' }, '"vite" is for development'],
  ])('of %j with %j', async (names, scripts, hint) => {
    const dir = project({ 'package.json': made(names, scripts) });
    await expect(detect(dir)).rejects.toMatchObject({ code: 'UP_APP_NOT_FOUND', hint: expect.stringContaining(hint) });
  });

  it('and no server is guessed at among the sources of a page', async () => {
    const files = { 'package.json': made(['@angular/core'], { start: 'ng serve' }), 'src/main.ts': '' };
    await expect(detect(project(files))).rejects.toMatchObject({ code: 'UP_APP_NOT_FOUND' });
  });

  it.each([
    'vite',
    'vite dev',
    'next dev --turbopack',
    'next',
    'NODE_ENV=development nuxt dev',
    'astro dev',
    'react-router dev',
    'ng serve --open',
    'docusaurus start',
    'tsc && webpack serve',
    'parcel src/index.html',
  ])('%s serves sources', (script) => expect(servesSources(script)).toBe(true));

  it.each([
    'vite preview',
    'vite-node server.ts',
    'next start',
    'nuxt start',
    'node dev.js',
    'ng-server',
    'astro preview',
    'nodemon app.js',
  ])('%s does not', (script) => expect(servesSources(script)).toBe(false));

  it.each([
    'nodemon app.js',
    'nest start --watch',
    'ts-node-dev src/app.ts',
    'vite',
  ])('%s is for development', (script) => expect(isForDevelopment(script)).toBe(true));
});
