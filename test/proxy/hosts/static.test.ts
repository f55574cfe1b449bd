/** A package without an app: `_up/` serves its files and starts nothing. */

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appsScript } from '../../../cli/build/apps-script.ts';
import type { PackagedConfig } from '../../../proxy/settings.ts';
import { until } from '../apps.ts';
import { bootstrap, eventFor, invoke, stage, unpacked } from './packages.ts';
import { runtimeServer } from './runtime-server.ts';

function sitePackage(): string {
  const dir = unpacked();
  const site = { ...stage, app: null, static: { dir: '.', prefix: '/', alone: true } };
  const config: PackagedConfig = { version: 1, stages: { staging: site } };
  writeFileSync(join(dir, '_up/config.json'), JSON.stringify(config));
  writeFileSync(join(dir, '_up/apps.bash'), appsScript(config));
  writeFileSync(join(dir, 'index.html'), '<h1>Home</h1>\n');
  return dir;
}

test('_up/bootstrap serves a static package without starting anything', async () => {
  const server = await runtimeServer();
  const { child, records } = bootstrap(sitePackage(), server.endpoint);
  const home = await invoke(server, eventFor('GET', '/'));
  expect(home).toMatchObject({ statusCode: 200, body: '<h1>Home</h1>\n', isBase64Encoded: false });
  expect(childrenOf(child.pid)).toEqual([]);
  expect(await invoke(server, eventFor('GET', '/_up/config.json'))).toMatchObject({ statusCode: 404 });
  expect(await invoke(server, eventFor('POST', '/'))).toMatchObject({ statusCode: 405 });
  await until('the records', () => records().length >= 3);
  expect(records().map(({ message, fields }) => `${message} ${fields.status}`)).toEqual([
    'response 200',
    'response 404',
    'response 405',
  ]);
});

test('a file that is gone since is not found', async () => {
  const server = await runtimeServer();
  const dir = sitePackage();
  bootstrap(dir, server.endpoint);
  expect(await invoke(server, eventFor('GET', '/'))).toMatchObject({ statusCode: 200 });
  rmSync(join(dir, 'index.html'));
  expect(await invoke(server, eventFor('GET', '/'))).toMatchObject({ statusCode: 404 });
});

test('a warm ping is answered, and SIGTERM ends it at once', async () => {
  const server = await runtimeServer();
  const { child } = bootstrap(sitePackage(), server.endpoint);
  expect(await invoke(server, { up: { ping: {} } })).toMatchObject({ cold: true });
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([143, null]);
});

test('_up/handler.mjs serves it under AWS’s client', () => {
  const dir = sitePackage();
  const script = `
    const { handler } = await import(${JSON.stringify(join(dir, '_up/handler.mjs'))});
    console.log(JSON.stringify(await handler(${JSON.stringify(eventFor('GET', '/index.html'))}, {})));
    process.exit(0);`;
  const env = { PATH: process.env.PATH, LAMBDA_TASK_ROOT: dir };
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
  const result = output.split('\n').find((line) => line.includes('"statusCode"'));
  expect(JSON.parse(result ?? '')).toMatchObject({ statusCode: 301, headers: { location: './' } });
});

function childrenOf(pid: number | undefined): string[] {
  const list = execFileSync('ps', ['-e', '-o', 'ppid=,args='], { encoding: 'utf8' }).split('\n');
  return list.filter((line) => line.trim().startsWith(`${pid} `));
}
