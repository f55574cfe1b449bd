/** What `up start` leaves when it is killed without a chance to clean up: nothing, or nothing for long. */
import { afterAll, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { isAlive } from '../support/processes.ts';
import { createSandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

test('a Node app ends by itself, with what it has started', async () => {
  const app = `
    import { spawn } from 'node:child_process';
    import { createServer } from 'node:http';
    const child = spawn('sleep', ['1000']);
    createServer((req, res) => res.end([process.pid, child.pid].join())).listen(process.env.PORT);`;
  const started = await sandbox.start([], { cwd: sandbox.project('orphaned', { 'app.mjs': app }) });
  const pids = (await send(started.url)).text.split(',').map(Number);
  expect(pids.map(isAlive)).toEqual([true, true]);
  await started.end('SIGKILL');
  await until('both to end', () => !pids.some(isAlive));
});
