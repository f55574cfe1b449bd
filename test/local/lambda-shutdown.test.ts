/** The shutdown phase: who is asked to end, how long that may take, and that nothing is left. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { createEnvironments, type Started } from '../support/environments.ts';
import { findProcesses, hasProc, isAlive, stateOf } from '../support/processes.ts';
import { until } from '../support/until.ts';

const environments = createEnvironments();
afterAll(() => environments.close());

const extension = `
  const { id } = await client.register('shutdown', []);
  void client.nextEvent(id);`;

/** Writes down that it was asked to end, and takes so long about it. */
const polite = (milliseconds: number) => `
  import { writeFileSync } from 'node:fs';
  process.on('SIGTERM', () => {
    console.log('asked to end');
    setTimeout(() => {
      writeFileSync('ended', 'well');
      process.exit(0);
    }, ${milliseconds});
  });`;

/** A child in a group of its own, as an app is, that would tell if it got the signal. */
const child = `
  import { spawn } from 'node:child_process';
  const app = spawn('/bin/sh', ['-c', 'trap "touch child-asked" TERM; while :; do sleep 0.05; done'], {
    detached: true,
    stdio: 'ignore',
  });`;

const serve = 'await client.serve(() => ({ app: typeof app === "undefined" ? null : app.pid }));';

async function idle(script: string): Promise<Started & { readonly app: number }> {
  const environment = await environments.start(script);
  const { body } = await environment.ask();
  await until('the environment to be idle', () => environment.state() === 'idle');
  return { ...environment, app: body.app };
}

async function retired(environment: Started): Promise<number> {
  const started = performance.now();
  await environment.retire();
  return performance.now() - started;
}

/** Resolves when the runtime has asked for an event for the second time, before anything else happens. */
function secondNext(): Promise<void> {
  let seen = 0;
  return new Promise((resolve) => {
    const onRequest = (message: unknown) => {
      const { request } = message as { readonly request: IncomingMessage };
      if (!request.url?.endsWith('/invocation/next') || ++seen < 2) return;
      unsubscribe('http.server.request.start', onRequest);
      resolve();
    };
    subscribe('http.server.request.start', onRequest);
  });
}

describe('an environment with an extension', () => {
  test('is woken, and its runtime has time to end by itself', async () => {
    const environment = await idle(`${polite(100)}${extension}${serve}`);
    if (hasProc) await until('it to be stopped', () => stateOf(environment.pid()) === 'T');
    const milliseconds = await retired(environment);
    expect(readFileSync(join(environment.dir, 'ended'), 'utf8')).toBe('well');
    expect(environment.lines()).toContain('asked to end');
    expect(environment.state()).toBe('dead');
    expect(milliseconds).toBeLessThan(500);
  });

  test('is killed after 500 ms', async () => {
    const environment = await idle(`${polite(60_000)}${extension}${serve}`);
    const pid = environment.pid();
    const milliseconds = await retired(environment);
    expect(milliseconds).toBeGreaterThanOrEqual(490);
    expect(environment.lines()).toContain('asked to end');
    await until('the runtime to be gone', () => !isAlive(pid));
    expect(existsSync(join(environment.dir, 'ended'))).toBe(false);
  });

  test('asks the runtime alone, and kills what it leaves', async () => {
    const environment = await idle(`${polite(100)}${child}${extension}${serve}`);
    await retired(environment);
    expect(existsSync(join(environment.dir, 'ended'))).toBe(true);
    expect(existsSync(join(environment.dir, 'child-asked'))).toBe(false);
    await until('the child to be gone', () => !isAlive(environment.app));
    await until('all to be gone', () => findProcesses(environment.dir).length === 0);
  });

  test('answers nobody any more', async () => {
    const environment = await idle(`${polite(100)}${extension}${serve}`);
    const retirement = environment.retire();
    expect(environment.state()).toBe('stopping');
    expect((await environment.ask()).functionError).toBe('Unhandled');
    await retirement;
  });

  test('that is busy still gets its answer out', async () => {
    const environment = await environments.start(`
      import { setTimeout as sleep } from 'node:timers/promises';
      process.on('SIGTERM', () => {});
      ${extension}
      await client.serve(async () => {
        console.log('at work');
        await sleep(200);
        return { done: true };
      });`);
    const asked = environment.ask();
    await until('the function to be at work', () => environment.lines().includes('at work'));
    await environment.retire();
    expect((await asked).body).toEqual({ done: true });
  });

  test('is killed without a word at its deadline', async () => {
    const environment = await environments.start(
      `${polite(0)}${extension}await client.serve(() => new Promise(() => {}));`,
      {
        timeout: 1,
      },
    );
    const { body, logged } = await environment.ask();
    expect(body.errorType).toBe('Sandbox.Timedout');
    expect(body.errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/);
    await logged;
    expect(environment.lines()).not.toContain('asked to end');
    expect(existsSync(join(environment.dir, 'ended'))).toBe(false);
  });
});

test('an environment without extensions is killed at once', async () => {
  const environment = await idle(`${polite(0)}${serve}`);
  expect(await retired(environment)).toBeLessThan(300);
  expect(environment.lines()).not.toContain('asked to end');
  expect(existsSync(join(environment.dir, 'ended'))).toBe(false);
});

test('a kill between the next event being asked for and END leaves the invocation one END and REPORT', async () => {
  const environment = await environments.start(serve);
  const asked = environment.ask();
  await secondNext();
  expect(environment.state()).toBe('busy');
  environment.kill();
  const { functionError, requestId, logged } = await asked;
  expect(functionError).toBeUndefined();
  const report = expect.not.stringContaining('Status: error');
  expect((await logged).trimEnd().split('\n').slice(1)).toEqual([`END RequestId: ${requestId}`, report]);
  await environment.retire();
  for (let turns = 0; turns < 10; turns++) await setImmediate();
  expect(environment.lines().filter((line) => /^(END|REPORT) /.test(line))).toHaveLength(2);
});

test('a runtime that crashes leaves nothing behind, not even a child in a group of its own', async () => {
  const environment = await environments.start(`${child}
    await client.serve((event) => (event.crash ? process.exit(3) : { app: app.pid }));`);
  const { app } = (await environment.ask()).body;
  const { body, logged } = await environment.ask({ crash: true });
  expect(body).toEqual({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/),
  });
  expect(await logged).toMatch(/\tStatus: error\tError Type: Runtime\.ExitError\t\n$/);
  await until('the child to be gone', () => !isAlive(app));
});
