/** Deploys that do not run to their end, or not alone: what is live stays whole, and running it again converges. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lane, openLane } from '../interruptions/lane.ts';
import { type Change, nothingHeld, runCase } from '../interruptions/law.ts';
import { race } from '../interruptions/races.ts';
import type { Fault } from '../support/fault-proxy.ts';
import { send } from '../support/http.ts';
import { findProcesses } from '../support/processes.ts';
import { createSandbox, writeFiles } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();

beforeAll(async () => {
  await sandbox.platform();
});
afterAll(() => sandbox.close());

function app(version: string, listenAfterMs = 0): string {
  return `
    const { createServer } = require('node:http');
    const server = createServer((req, res) => res.end(${JSON.stringify(version)}));
    setTimeout(() => server.listen(process.env.PORT), ${listenAfterMs});`;
}

async function deployed(name: string): Promise<{ dir: string; url: string }> {
  const dir = sandbox.project(name, { 'app.js': app('one') });
  const { stdout, stderr, code } = await sandbox.up(['--local'], { cwd: dir });
  if (code !== 0) throw new Error(stderr);
  return { dir, url: stdout.trim() };
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s while the package is checked ends with %d and leaves nothing running', async (signal, code) => {
  const { dir, url } = await deployed(`checked-${signal.toLowerCase()}`);
  writeFiles(dir, { 'app.js': app('two', 5_000) });
  const before = new Set(findProcesses(sandbox.root).map(({ pid }) => pid));
  const run = sandbox.spawn(['--local'], { cwd: dir });
  const inCheck = () =>
    findProcesses(sandbox.root).some(({ pid, command }) => !before.has(pid) && command.includes('app.js'));
  await until('the app to be started by the check', inCheck);
  const ended = await run.end(signal);
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' });
  expect((await send(url)).text).toBe('one');
  await until('the checked app to be gone', () => findProcesses(sandbox.root).every(({ pid }) => before.has(pid)));
});

describe('a deploy that meets faults or others', () => {
  let lane: Lane;
  let held = nothingHeld();
  beforeAll(async () => {
    lane = await openLane();
  });
  afterAll(() => lane.close());

  test('lets of three first deploys at once one be live, with one of everything', async () => {
    expect(
      await race(
        lane,
        new Map([
          ['a', 0],
          ['b', 50],
          ['c', 100],
        ]),
      ),
    ).not.toEqual([]);
    await lane.wipe();
  });

  test.each<[Change, string, Fault]>([
    ['create', 'CreateApi', 'drop'],
    ['create', 'CreateIntegration', 'kill after'],
    ['update', 'UpdateFunctionConfiguration', 'drop'],
    ['update', 'PublishVersion', 'kill after'],
    ['rollback', 'UpdateAlias', 'truncate'],
  ])('holds for %s, %s, %s', async (change, operation, fault) => {
    held = await runCase(lane, held, { change, operation, nth: 1, fault });
  });
});
