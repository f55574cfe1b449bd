/** Whether an app serves WebSockets, which work here and not behind the front doors of Lambda. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from './app.ts';
import { type Import, importsOf } from './imports.ts';
import { readRecord } from './json.ts';
import { readManifest } from './manifest.ts';

interface Server {
  readonly name: string;
  /** How a file reads that serves with it; for packages that clients take, too. */
  readonly serves?: RegExp;
}

const servers: readonly Server[] = [
  { name: 'socket.io' },
  { name: 'ws', serves: /\bWebSocketServer\b|\b(?:ws|websocket)\.Server\b|\(\s*["']ws["']\s*\)\.Server\b/i },
  { name: 'websocket', serves: /\bWebSocketServer\b|\bwebsocket\.server\b|\)\.server\b/i },
  { name: 'graphql-ws', serves: /\buseServer\b|\bmakeServer\b/ },
  { name: '@nestjs/websockets', serves: /\bWebSocketGateway\b/ },
  ...['express-ws', 'koa-websocket', '@fastify/websocket', 'fastify-websocket', '@hono/node-ws'].map((name) => ({
    name,
  })),
  ...['sockjs', 'engine.io', 'uWebSockets.js', '@hocuspocus/server', '@colyseus/core', 'colyseus'].map((name) => ({
    name,
  })),
];

const instead =
  'leave them to a server that runs all the time, or to API Gateway’s WebSocket API; what only the server tells can be server-sent events, with "url": "function_url"';

/** One for all of an app, by the first file that serves them. */
export async function webSocketWarnings(dir: string, app: App): Promise<string[]> {
  if (!(await dependsOnServer(dir))) return [];
  for (const one of await importsOf(dir, app)) {
    const server = servers.find(({ name }) => one.name === name || one.name.startsWith(`${name}/`));
    const line = server && (await lineOf(dir, one, server));
    if (line === undefined) continue;
    const what = `${one.file}:${line} serves WebSockets with ${server?.name}, which no front door of Lambda passes on`;
    return [`${what}: ${instead}`];
  }
  return [];
}

/** By name in package.json: most apps need no further look. */
async function dependsOnServer(dir: string): Promise<boolean> {
  const manifest = await readManifest(dir);
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
  const names = new Set(kinds.flatMap((kind) => Object.keys(readRecord(manifest, kind))));
  return servers.some(({ name }) => names.has(name));
}

/** From 1; undefined where the file takes it for something else. */
async function lineOf(dir: string, { file, name }: Import, { serves }: Server): Promise<number | undefined> {
  const source = await readFile(join(dir, file), 'utf8');
  if (serves?.test(source) === false) return undefined;
  const line = source.split('\n').findIndex((text) => /["'`]/.test(text) && text.includes(name));
  return Math.max(line, 0) + 1;
}
