/** An app that serves WebSockets is told that none get through to it once it is deployed. */
import { describe, expect, it, test } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { webSocketWarnings } from '../../cli/build/web-sockets.ts';
import { type Files, project } from './project.ts';

const on = (...names: string[]) =>
  JSON.stringify({
    dependencies: Object.fromEntries(names.map((name) => [name, '1'])),
    scripts: { start: 'node app.js' },
  });

async function said(files: Files): Promise<string[]> {
  const dir = project(files);
  return webSocketWarnings(dir, await detect(dir));
}

describe('it is told where it says so', () => {
  it.each<[title: string, files: Files, where: string]>([
    [
      'in a file that its entry imports',
      {
        'package.json': on('socket.io'),
        'app.js': "require('./live.js');",
        'live.js': "// Live.\nconst { Server } = require('socket.io');\n",
      },
      'live.js:2 serves WebSockets with socket.io',
    ],
    [
      'by the class that serves',
      { 'package.json': on('ws'), 'app.js': "import { WebSocketServer } from 'ws';\nnew WebSocketServer({ server });" },
      'app.js:1 serves WebSockets with ws',
    ],
    [
      'in TypeScript that is bundled',
      {
        'package.json': '{"devDependencies": {"ws": "8"}}',
        'app.ts': "import WebSocket from 'ws';\nnew WebSocket.Server({ port });",
      },
      'app.ts:1 serves WebSockets with ws',
    ],
    [
      'in what Nest starts',
      {
        'package.json': '{"dependencies": {"@nestjs/websockets": "11"}, "scripts": {"start:prod": "node dist/main"}}',
        'up.json': '{}',
        'dist/main.js': "const { WebSocketGateway } = require('@nestjs/websockets');",
        'app.js': "require('./dist/main')",
      },
      'dist/main.js:1 serves WebSockets with @nestjs/websockets',
    ],
  ])('%s', async (_title, files, where) => {
    const told = `${where}, which no front door of Lambda passes on: leave them to`;
    expect(await said(files)).toEqual([expect.stringContaining(told)]);
  });
});

test.each<[title: string, files: Files]>([
  ['a client', { 'package.json': on('ws'), 'app.js': "new (require('ws'))('wss://example.com')" }],
  ['what a package depends on', { 'package.json': on('puppeteer'), 'app.js': "require('ws').Server" }],
  ['what only stands in package.json', { 'package.json': on('socket.io'), 'app.js': "require('node:http')" }],
  ['sources that do not parse', { 'package.json': on('socket.io'), 'app.js': "require('socket.io'" }],
])('nothing is said of %s', async (_title, files) => {
  expect(await said(files)).toEqual([]);
});
