/** What `up start` leaves when it is killed without a chance to clean up: what the next one in the same folder takes care of. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { findProcesses, isAlive } from '../support/processes.ts';
import { createSandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

test.skipIf(process.platform !== 'linux')('an app that does not notice', async () => {
  const dir = sandbox.project('left', { 'forever.sh': 'while :; do sleep 0.1; done' });
  const loops = () => findProcesses(dir).filter(({ command }) => command.includes('forever.sh'));
  const first = sandbox.spawn(['start', '--port', '0', '-c', 'sh forever.sh'], { cwd: dir });
  const [left] = await until('the app', () => (loops().length > 0 ? loops() : null));
  await first.end('SIGKILL');
  expect(isAlive(left?.pid ?? 0)).toBe(true);
  writeFileSync(
    join(dir, 'app.mjs'),
    "import('node:http').then(({ createServer }) => createServer().listen(process.env.PORT))",
  );
  const next = await sandbox.start([], { cwd: dir });
  await until('the first to end', () => !isAlive(left?.pid ?? 0));
  await next.end('SIGTERM');
});

test.skipIf(process.platform !== 'linux')('a frozen environment', async () => {
  const app =
    'import("node:http").then(({ createServer }) => createServer((req, res) => res.end()).listen(process.env.PORT))';
  const dir = sandbox.project('frozen', { 'app.mjs': app });
  const environments = () => findProcesses(join(dir, '.up', 'lambda'));
  const first = await sandbox.start(['--lambda'], { cwd: dir });
  expect((await send(first.url)).status).toBe(200);
  await until('the freeze', () => environments().length > 0 && environments().every(({ state }) => state === 'T'));
  const left = environments();
  await first.end('SIGKILL');
  const next = await sandbox.start([], { cwd: dir });
  await until('all of it to end', () => !left.some(({ pid }) => isAlive(pid)));
  await next.end('SIGTERM');
});
