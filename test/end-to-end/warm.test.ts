/** A stage that is kept warm, as its owner sees it: deployed, pinged by its schedule, told of, and switched off again. */
import { afterAll, expect, test } from 'vitest';
import { isRead, type Recorder, startRecorder } from '../support/recorder.ts';
import { awsEnv, createSandbox, writeFiles } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
let recorder: Recorder | undefined;
afterAll(async () => {
  recorder?.close();
  await sandbox.close();
});

const app = `require('node:http').createServer((req, res) => res.end('hello')).listen(process.env.PORT);`;
const upJson = (lambda: object) => JSON.stringify({ stages: { staging: { lambda } } });
const extra = ['CreateRole', 'PutRolePolicy', 'TagResource', 'CreateSchedule'];

test('warming, from on to off', async () => {
  const { url } = await sandbox.platform();
  recorder = await startRecorder(url);
  const warm = upJson({ warm: true, warm_count: 2 });
  const dir = sandbox.project('cosy', { 'app.js': app, 'up.json': warm });
  const up = async (...words: string[]) => {
    const ran = await sandbox.up(words, { cwd: dir, env: awsEnv(recorder?.url ?? '') });
    if (ran.code !== 0) throw new Error(ran.stderr);
    return { ...ran, calls: recorder?.take() ?? [] };
  };

  // on: the price is said, and the schedule makes four changes more than a deploy without it
  const on = await up('--no-check');
  expect(on.stderr).toContain('price: 2 environments kept warm, pinged every 5 min: about $0.03 a month');
  expect(on.stderr).toContain('live: staging is v1, created 4 resources');
  expect(on.calls.filter((call) => extra.includes(call)).toSorted()).toEqual(
    [...extra, 'CreateRole', 'PutRolePolicy'].toSorted(),
  );

  // the schedule has run, and the environments have answered
  const status = await until('a ping in the log', async () => {
    const { stdout } = await up('warm', 'status', '--json');
    const told = JSON.parse(stdout);
    return told.pings.length > 0 && told;
  });
  expect(status).toMatchObject({
    ...{ app: 'cosy', stage: 'staging', enabled: true, schedule: 'up-cosy-staging-warm', count: 2, minutes: 5 },
    pings: [{ count: 2, answered: 2, cold: expect.any(Number), at: expect.any(String) }],
  });
  expect(Date.parse(status.next)).toBeGreaterThan(Date.now());
  expect((await up('warm', 'status')).stdout).toMatch(
    /^ {2}Schedule {3}2 environments, pinged every 5 min\n {2}Next {7}[\d:]{8}\n {2}Last {7}[\d:]{8} {3}2 of 2 answered, \d cold\n$/,
  );

  // off: one deploy, and both are gone
  writeFiles(dir, { 'up.json': upJson({}) });
  const off = await up('--no-check');
  expect(off.stderr).toContain('removed schedule, schedule role');
  expect(off.calls.filter((call) => /^(?:Delete|Untag)/.test(call))).toEqual([
    'DeleteSchedule',
    'DeleteRolePolicy',
    'DeleteRole',
    'UntagResource',
  ]);
  expect((await up('warm', 'status')).stdout).toBe('staging is not kept warm: set "lambda": {"warm": true}\n');

  // and from then on nobody looks for them
  const after = await up('--no-check');
  expect(after.calls.every(isRead)).toBe(true);
  expect(after.calls.length).toBeLessThanOrEqual(12);
}, 60_000);
