import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DetectOptions, detect } from '../../cli/build/detect.ts';
import { type Files, project, root } from './project.ts';

const listen = 'http.createServer().listen(3000)';
const manifest = (value: object) => JSON.stringify(value);

describe('detection', () => {
  const table: readonly [title: string, files: Files, expected: object, options?: DetectOptions][] = [
    [
      'an explicit command wins',
      { 'package.json': manifest({ scripts: { start: 'node a.js', build: 'make' } }) },
      {
        kind: 'custom',
        command: './bin/serve -v',
        argv: ['./bin/serve', '-v'],
        why: 'up.json names the command',
        buildCommands: ['make'],
      },
      { command: './bin/serve -v' },
    ],
    ['an explicit node command', {}, { kind: 'node', entry: 'a.js', interpreter: 'node' }, { command: 'node a.js' }],
    ['an explicit command of another language', {}, { kind: 'custom', interpreter: 'php' }, { command: 'php -S 0:80' }],
    [
      'npm start stays as it is',
      {},
      { kind: 'custom', argv: ['npm', 'start'], interpreter: 'node' },
      { command: 'npm start' },
    ],
    [
      'a start script',
      { 'package.json': manifest({ scripts: { start: 'node app.js', build: 'tsc' } }), 'app.js': '' },
      {
        kind: 'node',
        command: 'node app.js',
        argv: ['node', 'app.js'],
        entry: 'app.js',
        why: 'package.json has a start script',
        interpreter: 'node',
        buildCommands: ['tsc'],
      },
    ],
    [
      'a build script with what npm runs before and after it',
      { 'package.json': manifest({ scripts: { prebuild: 'a', build: 'b', postbuild: 'c', start: 'd' } }) },
      { command: 'd', buildCommands: ['a', 'b', 'c'] },
    ],
    [
      'a start script for a shell',
      { 'package.json': manifest({ scripts: { start: 'A=1 node app.js' } }) },
      { kind: 'node', argv: null },
    ],
    [
      'a start script that runs a command of node_modules',
      {
        'package.json': manifest({ scripts: { start: 'next start' } }),
        'node_modules/.bin/next': '#!/usr/bin/env node',
      },
      { kind: 'node', argv: ['next', 'start'], interpreter: 'node' },
    ],
    [
      'a start script of another language',
      { 'package.json': manifest({ scripts: { start: './server' } }) },
      { kind: 'custom' },
    ],
    [
      'a start script that runs TypeScript',
      { 'package.json': manifest({ type: 'module', scripts: { start: 'tsx src/main.ts --port 1' } }) },
      {
        kind: 'typescript',
        command: 'node src/app.mjs --port 1',
        argv: ['node', 'src/app.mjs', '--port', '1'],
        entry: 'src/main.ts',
        bundle: { entry: 'src/main.ts', outfile: 'src/app.mjs' },
      },
    ],
    [
      'assignments before TypeScript stay',
      { 'package.json': manifest({ scripts: { start: 'NODE_ENV=production ts-node app.ts' } }) },
      {
        kind: 'typescript',
        command: 'NODE_ENV=production node app.cjs',
        argv: null,
        bundle: { entry: 'app.ts', outfile: 'app.cjs' },
      },
    ],
    [
      'package.json main',
      { 'package.json': manifest({ main: './lib/web' }), 'lib/web.js': '' },
      { kind: 'node', entry: 'lib/web.js', why: 'package.json main is lib/web.js' },
    ],
    [
      'a main that is not there',
      { 'package.json': manifest({ main: 'index.js' }), 'app.js': listen },
      { entry: 'app.js', why: 'app.js calls listen()' },
    ],
    [
      'a main yet to be built',
      { 'package.json': manifest({ main: 'dist/app.js', scripts: { build: 'tsc' } }) },
      { entry: 'dist/app.js', buildCommands: ['tsc'] },
    ],
    [
      'app.js',
      { 'app.js': listen },
      { kind: 'node', command: 'node app.js', why: 'app.js calls listen()', buildCommands: [] },
    ],
    ['the file that listens', { 'app.js': 'exports.app = 1', 'server.mjs': listen }, { entry: 'server.mjs' }],
    [
      'the first when none seems to listen',
      { 'main.cjs': '', 'index.js': '' },
      { entry: 'index.js', why: 'found index.js' },
    ],
    ['src/server.js', { 'src/server.js': listen }, { command: 'node src/server.js' }],
    ['JavaScript before TypeScript', { 'app.ts': listen, 'main.js': '' }, { kind: 'node', entry: 'main.js' }],
    [
      'app.ts',
      { 'app.ts': listen },
      { kind: 'typescript', command: 'node app.cjs', bundle: { entry: 'app.ts', outfile: 'app.cjs' } },
    ],
    ['src/index.mts', { 'src/index.mts': listen }, { kind: 'typescript', command: 'node src/app.mjs' }],
    [
      'bundled JavaScript',
      { 'app.mjs': listen },
      { kind: 'node', bundle: { entry: 'app.mjs', outfile: 'app.mjs' } },
      { bundle: true },
    ],
    [
      'Go',
      { 'main.go': '' },
      {
        kind: 'go',
        command: './server',
        argv: ['./server'],
        why: 'found main.go',
        buildCommands: [
          'GOOS=linux GOARCH=amd64 CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags=-buildid= -o server .',
        ],
      },
    ],
    [
      'Go for arm64',
      { 'go.mod': '' },
      {
        buildCommands: [
          'GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags=-buildid= -o server .',
        ],
      },
      { architecture: 'arm64' },
    ],
    [
      'an executable',
      { main: '#!/bin/sh\n', server: 'text' },
      { kind: 'binary', command: './main', why: 'main is an executable file' },
    ],
    [
      'Python',
      { 'main.py': '' },
      { kind: 'python', command: 'python3 main.py', interpreter: 'python3', entry: 'main.py' },
    ],
    [
      'apex-up.md 2: only an index.html is a static site',
      { 'index.html': '' },
      { kind: 'static', command: '', argv: null, why: 'found index.html', buildCommands: [] },
    ],
    [
      'a Go program that is the only one of cmd/',
      { 'go.mod': '', 'internal/tea.go': '', 'cmd/shop/main.go': '' },
      {
        kind: 'go',
        command: './server',
        why: 'found go.mod, and the program cmd/shop',
        goPackage: './cmd/shop',
        buildCommands: [expect.stringMatching(/ go build .* -o server \.\/cmd\/shop$/)],
      },
    ],
    [
      'of several Go programs none is guessed at',
      { 'go.mod': '', 'cmd/shop/main.go': '', 'cmd/tea/main.go': '' },
      { kind: 'go', why: 'found go.mod', goPackage: '.' },
    ],
    ['a file called cmd is no folder of them', { 'go.mod': '', cmd: '' }, { kind: 'go', goPackage: '.' }],
    [
      'only a page in public/ is a site of that folder',
      { 'public/index.html': '', 'README.md': '' },
      { kind: 'static', why: 'found public/index.html', site: { dir: 'public' } },
    ],
    ['an app with a page in public/ is an app', { 'public/index.html': '', 'server.js': listen }, { kind: 'node' }],
    [
      'what Vite builds is a site, whose page answers for all others',
      {
        'index.html': '',
        'src/main.ts': 'document.title',
        'package.json': manifest({ scripts: { dev: 'vite', build: 'tsc && vite build' } }),
      },
      {
        kind: 'static',
        why: 'vite build makes a site in dist/',
        site: { dir: 'dist', fallback: 'index.html' },
        buildCommands: ['tsc && vite build'],
      },
    ],
    [
      'the server of a page that Vite builds is the app',
      { 'index.html': '', 'server.js': listen, 'package.json': manifest({ scripts: { build: 'vite build' } }) },
      { kind: 'node', command: 'node server.js' },
    ],
    [
      'a start script that serves while one develops is none',
      { 'index.html': '', 'package.json': manifest({ scripts: { start: 'vite --host', build: 'vite build' } }) },
      { kind: 'static', site: { dir: 'dist', fallback: 'index.html' } },
    ],
    [
      'a main that npm init has taken for one, beside the file that listens',
      { 'api.js': 'exports.tea = 1', 'server.mjs': listen, 'package.json': manifest({ main: 'api.js' }) },
      { kind: 'node', command: 'node server.mjs', why: 'server.mjs calls listen()' },
    ],
    [
      'a main that brings the file that listens',
      { 'index.js': "require('./server')", 'server.js': listen, 'package.json': manifest({ main: 'index.js' }) },
      { kind: 'node', command: 'node index.js' },
    ],
    [
      'a main that does not say that it listens, and nothing else that does',
      { 'index.js': 'start()', 'app.js': 'exports.tea = 1', 'package.json': manifest({ main: 'index.js' }) },
      { kind: 'node', command: 'node index.js' },
    ],
    ['an app with an index.html is an app', { 'index.html': '', 'app.js': listen }, { kind: 'node' }],
    [
      'type static, whatever else there is',
      { 'app.js': listen, 'package.json': manifest({ scripts: { start: 'node app.js', build: 'vite build' } }) },
      { kind: 'static', why: 'up.json says "type": "static"', buildCommands: ['vite build'] },
      { type: 'static', command: 'node app.js' },
    ],
  ];
  it.each(table)('%s', async (_title, files, expected, options) => {
    expect(await detect(project(files), options)).toMatchObject(expected);
  });

  it.each(['hello', 'express', 'spa', 'rendered', 'typescript', 'go', 'python'])('the example %s', async (name) => {
    const app = await detect(join(root, 'examples', name));
    expect(app.kind).toBe(['typescript', 'go', 'python'].includes(name) ? name : 'node');
  });
});

describe('what cannot be detected', () => {
  const table: readonly [title: string, files: Files, code: string, options?: DetectOptions][] = [
    ['an empty folder', {}, 'UP_APP_NOT_FOUND'],
    ['a server of which there is only a page', { 'index.html': '' }, 'UP_APP_NOT_FOUND', { type: 'server' }],
    ['an executable that is not', { server: 'text' }, 'UP_APP_NOT_FOUND'],
    ['a broken package.json', { 'package.json': '{' }, 'UP_APP_PACKAGE_JSON'],
    ['a package.json with a comment', { 'package.json': '{} // mine' }, 'UP_APP_PACKAGE_JSON'],
    ['a package.json that is a list', { 'package.json': '[]' }, 'UP_APP_PACKAGE_JSON'],
  ];
  it.each(table)('%s', async (_title, files, code, options) => {
    await expect(detect(project(files), options)).rejects.toMatchObject({ code, hint: expect.stringMatching(/./) });
  });

  const addCommand = 'add {"proxy": {"command": "node app.js"}} to up.json';
  it.each<[string, Files, string]>([
    ['an empty folder', { 'README.md': '', '.gitignore': '' }, 'up init'],
    ['files that are none', { 'notes.txt': '' }, `${addCommand}, or begin with an app that works: up init`],
    ['an up.json', { 'notes.txt': '', 'up.json': '{}' }, addCommand],
    [
      'an app of PHP with a page that Vite builds',
      { 'composer.json': '{}', 'package.json': manifest({ scripts: { dev: 'vite' } }) },
      'composer.json is of a PHP app: add {"proxy": {"command": "php -S 127.0.0.1:$PORT -t public"}} to up.json',
    ],
    [
      'a script for development',
      { 'package.json': manifest({ scripts: { dev: 'node web.js' } }) },
      'package.json has a dev script and no start script: add "start": "node web.js"',
    ],
  ])('%s is told how to go on', async (_title, files, hint) => {
    await expect(detect(project(files))).rejects.toMatchObject({ hint });
  });

  it('shows where a package.json is broken', async () => {
    const error = await detect(project({ 'package.json': '{"name": "x",}' })).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      evidence: [
        'package.json:1:14  expected a key in double quotes, found }',
        '  1 | {"name": "x",}',
        '    |              ^',
      ].join('\n'),
    });
  });

  it('says what was looked for', async () => {
    const error = await detect(project({ 'notes.txt': '' })).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      evidence: expect.stringContaining('main.go or go.mod'),
      hint: expect.stringContaining('proxy'),
    });
  });

  it('a folder that is not there', async () => {
    await expect(detect('/no/such/folder')).rejects.toMatchObject({ code: 'UP_APP_NOT_FOUND' });
  });
});
