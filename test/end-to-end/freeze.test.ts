/** The life of execution environments: frozen between requests, killed at their deadline, as many as are needed, retired. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlatform } from '../../local/platform.ts';
import { type Answer, send, valuesOf } from '../support/http.ts';
import { findProcesses, hasProc, isAlive, type Process, stateOf } from '../support/processes.ts';
import { awsEnv, createSandbox, program } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const app = `
  import { spawn } from 'node:child_process';
  import { createServer } from 'node:http';
  let ticks = 0;
  setInterval(() => ticks++, 20);
  const child = spawn('sleep', ['1000']);
  const show = (res) => res.end(JSON.stringify({ pid: process.pid, child: child.pid, ticks }));
  createServer((req, res) => {
    if (req.url === '/silence') return;
    if (req.url === '/late') return setTimeout(() => show(res), 400);
    show(res);
  }).listen(process.env.PORT);`;

async function deploy(name: string, config: object, env?: Record<string, string>): Promise<string> {
  const dir = sandbox.project(name, { 'app.mjs': app, 'up.json': JSON.stringify(config) });
  const { stdout, stderr, code } = await sandbox.up(env ? [] : ['--local'], { cwd: dir, ...(env && { env }) });
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

interface Shown {
  readonly pid: number;
  readonly child: number;
  readonly ticks: number;
}

async function ask(url: string, path = '/', method = 'GET'): Promise<Shown> {
  const { status, text } = await send(url, { method, path, ...(method === 'POST' && { body: 'x' }) });
  expect(status, text).toBe(200);
  return JSON.parse(text);
}

describe.runIf(hasProc)('between two requests', () => {
  let url: string;
  beforeAll(async () => {
    await sandbox.platform();
    url = await deploy('frozen', {});
  });

  test('every process of the environment is stopped: ours, the app, and what the app has started', async () => {
    const { pid, child } = await ask(url);
    const processes = await until('all to be stopped', () => {
      const found = environmentOf(pid);
      return found.length > 0 && found.every(({ state }) => state === 'T') && found;
    });
    const pids = processes.map((process) => process.pid);
    expect(pids).toEqual(expect.arrayContaining([pid, child]));
    expect(pids).toHaveLength(3);
  });

  test('no timer of the app ticks', async () => {
    const { ticks } = await ask(url);
    const frozen = Date.now();
    await until('a second to pass', () => Date.now() - frozen > 1_000);
    // Awake, it would have ticked 50 times; a few are those of the request itself and the one that was due.
    expect((await ask(url)).ticks - ticks).toBeLessThan(25);
  });

  test.each(['GET', 'POST'])('an app that is killed costs no %s', async (method) => {
    for (let round = 0; round < 5; round++) {
      const { pid } = await ask(url);
      await until('the app to be stopped', () => stateOf(pid) === 'T');
      process.kill(pid, 'SIGKILL');
      await until('the app to be dead', () => !isAlive(pid));
      expect((await ask(url, '/', method)).pid).not.toBe(pid);
    }
  });

  test('an environment that is killed costs no request', async () => {
    const { pid } = await ask(url);
    await until('the app to be stopped', () => stateOf(pid) === 'T');
    const killed = environmentOf(pid).map((process) => process.pid);
    for (const one of killed) process.kill(one, 'SIGKILL');
    await until('the environment to be dead', () => !killed.some(isAlive));
    expect((await ask(url)).pid).not.toBe(pid);
  });

  test('requests at the same time get an environment each, and later ones reuse them', async () => {
    const together = await Promise.all(Array.from({ length: 4 }, () => ask(url, '/late')));
    const pids = new Set(together.map(({ pid }) => pid));
    expect(pids.size).toBe(4);
    expect(pids).toContain((await ask(url)).pid);
  });
});

describe('an app that never answers', () => {
  let url: string;
  let answer: Answer;
  let milliseconds: number;
  beforeAll(async () => {
    url = await deploy('silent', { lambda: { timeout: 2 } });
    await ask(url);
    const started = performance.now();
    answer = await send(url, { path: '/silence' });
    milliseconds = performance.now() - started;
  });

  test('costs its client a 504 of ours, before Lambda would end the environment', () => {
    expect(answer.status).toBe(504);
    expect(JSON.parse(answer.text)).toEqual({
      error: expect.any(String),
      code: 'UP_APP_TIMEOUT',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(valuesOf(answer.headers, 'cache-control')).toEqual(['no-store']);
    expect(milliseconds).toBeGreaterThan(1_000);
    expect(milliseconds).toBeLessThan(2_000);
  });

  test('costs nobody else anything', async () => {
    // Two environments that are warm: what is measured is not a cold start.
    await Promise.all([ask(url, '/late'), ask(url, '/late')]);
    const ended: string[] = [];
    const hanging = send(url, { path: '/silence' }).finally(() => ended.push('hanging'));
    await ask(url).finally(() => ended.push('other'));
    expect((await hanging).status).toBe(504);
    expect(ended).toEqual(['other', 'hanging']);
    await ask(url);
  });
});

test('an environment that nobody needs any more is retired, and the next request starts another', async () => {
  const dir = join(sandbox.root, 'retiring');
  const platform = await openPlatform({
    dir,
    port: 0,
    nodeRuntime: join(program, '..', 'node-runtime.js'),
    idleLimit: 500,
  });
  const url = await deploy('retired', {}, awsEnv(platform.endpoint.url));
  const { pid } = await ask(url);
  await until('the environment to be gone', () => findProcesses(`UP_LOCAL_ENVIRONMENT=${dir}`).length === 0, 5_000);
  expect((await ask(url)).pid).not.toBe(pid);
  await platform.close();
});

/** The processes that stand under the same runtime as this one. */
function environmentOf(pid: number): Process[] {
  const mine = findProcesses(`UP_LOCAL_ENVIRONMENT=${sandbox.stateDir}`);
  const runtime = mine.find((process) => process.pid === pid)?.parent;
  const members = new Set([runtime]);
  for (const { pid, parent } of mine.toSorted((a, b) => a.pid - b.pid)) if (members.has(parent)) members.add(pid);
  return mine.filter((process) => members.has(process.pid));
}
