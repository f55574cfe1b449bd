/** `up start -c`: whatever starts an app that listens on PORT. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { createSandbox, parseLines } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const app = `
  const { writeFileSync } = require('node:fs');
  process.on('SIGTERM', () => setTimeout(() => process.exit(writeFileSync('goodbye.txt', '')), 300));
  require('node:http').createServer((req, res) => res.end('here')).listen(process.env.PORT);`;

test.each([
  ['of the help', 'node --watch app.js'],
  ['that takes a shell', 'echo first && node app.js'],
])('a command %s is served, and its app may finish when it ends', async (_title, command) => {
  const dir = sandbox.project(command.replaceAll(/\W+/g, '-'), { 'app.js': app });
  const started = await sandbox.start(['-c', command, '--no-watch'], { cwd: dir });
  await until('the app', async () => (await send(started.url)).text === 'here');
  expect(started.stderr()).toMatch(new RegExp(`${command}(?:    -c names the command)?$`, 'm'));
  expect((await started.end('SIGTERM')).code).toBe(143);
  expect(existsSync(join(dir, 'goodbye.txt'))).toBe(true);
});

test('a request that Lambda would not take is in the log, though the app never sees it', async () => {
  const dir = sandbox.project('large', { 'app.js': app });
  const started = await sandbox.start(['--no-watch'], { cwd: dir });
  const body = Buffer.alloc(7_000_000);
  expect((await send(started.url, { method: 'POST', path: '/in?a=b', body })).status).toBe(413);
  const { stdout } = await started.end('SIGTERM');
  const { fields } = parseLines(stdout).find(({ message }) => message === 'response');
  expect(fields).toMatchObject({ method: 'POST', path: '/in', query: 'a=b', status: 413, front_door: 'too large' });
});
