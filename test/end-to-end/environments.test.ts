/** The life of execution environments as a deployed function sees it, on the platform as a program. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Functions, functionsOn } from '../support/functions.ts';
import { findProcesses, hasProc, stateOf } from '../support/processes.ts';
import { createSandbox, freePorts, type Running, readText, type Sandbox } from '../support/sandbox.ts';
import { signedHeaders } from '../support/signature.ts';
import { until } from '../support/until.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox();
});
afterEach(() => sandbox.close());

test('an init that takes longer than UP_LOCAL_INIT_LIMIT_MS is repeated inside the first invocation', async () => {
  const { url } = await sandbox.platform({ env: { UP_LOCAL_INIT_LIMIT_MS: '1000' } });
  const functions = await functionsOn(url);
  const INITS = join(sandbox.root, 'inits');
  await functions.create(
    'slow',
    `import { appendFileSync, readFileSync } from 'node:fs';
    appendFileSync(process.env.INITS, 'x');
    if (readFileSync(process.env.INITS, 'utf8') === 'x') await new Promise((resolve) => setTimeout(resolve, 60_000));
    await client.serve(() => 'ready');`,
    { INITS },
  );
  expect(await functions.ask('slow')).toBe('ready');
  expect(readText(INITS)).toBe('xx');
});

test('CloudWatch counts what ran, and what of it failed', async () => {
  const { url } = await sandbox.platform();
  const functions = await functionsOn(url);
  await functions.create(
    'counted',
    `for (;;) {
      const { id, event } = await client.nextInvocation();
      if (event.die) process.exit(1);
      await client.respond(id, 'ok');
    }`,
  );
  for (const event of [{}, { die: true }, {}]) await functions.ask('counted', event);
  expect(await functions.sums('counted', ['Invocations', 'Errors'])).toEqual([3, 1]);
});

describe.runIf(hasProc)('a function with an extension', () => {
  let platform: Running;
  let functions: Functions;
  let ended: string;
  let pid: number;

  /** Takes so long to end, and then says that it has. */
  async function start(milliseconds: number): Promise<void> {
    platform = sandbox.spawn(['local', '--port', String(await freePorts(2))]);
    functions = await functionsOn(await until('the endpoint', () => /^(\S+)\n$/.exec(platform.stdout())?.[1]));
    ended = join(sandbox.root, 'ended');
    await functions.create(
      'polite',
      `import { writeFileSync } from 'node:fs';
      process.on('SIGTERM', () => setTimeout(() => {
        writeFileSync(process.env.ENDED, '');
        process.exit();
      }, ${milliseconds}));
      const { id } = await client.register('polite', []);
      void client.nextEvent(id);
      await client.serve(() => process.pid);`,
      { ENDED: ended },
    );
    pid = await functions.ask('polite');
    await until('the environment to sleep', () => stateOf(pid) === 'T');
  }

  test('ends by itself when the platform is stopped', async () => {
    await start(100);
    expect((await sandbox.up(['local', 'stop'])).code).toBe(0);
    expect(existsSync(ended)).toBe(true);
    await until('all to be gone', () => findProcesses(sandbox.root).length === 0);
  });

  test('holds the platform up for no more than its 500 ms', async () => {
    await start(60_000);
    const { code, milliseconds } = await sandbox.up(['local', 'stop']);
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(5_000);
    expect(existsSync(ended)).toBe(false);
    await until('all to be gone', () => findProcesses(sandbox.root).length === 0);
  });

  test('is killed by a second Ctrl-C', async () => {
    await start(60_000);
    process.kill(platform.pid, 'SIGINT');
    await until('the environment to be awake', () => stateOf(pid) !== 'T');
    await platform.end('SIGINT');
    await until('all to be gone', () => findProcesses(sandbox.root).length === 0);
  });

  test('ends by itself when it is deleted', async () => {
    await start(100);
    await functions.remove('polite');
    await until('its last word', () => existsSync(ended));
    await until(
      'the environment to be gone',
      () => findProcesses(`UP_LOCAL_ENVIRONMENT=${sandbox.stateDir}`).length === 0,
    );
  });
});

describe('a function that calls AWS', () => {
  let url: string;
  let functions: Functions;
  beforeEach(async () => {
    ({ url } = await sandbox.platform());
    functions = await functionsOn(url);
  });

  test('reaches the platform it runs on', async () => {
    await functions.create('caller', 'await client.serve(() => process.env.AWS_ENDPOINT_URL);');
    expect(await functions.ask('caller')).toBe(url);
  });

  test('reaches what its own configuration names', async () => {
    const own = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    await functions.create('caller', 'await client.serve(() => process.env.AWS_ENDPOINT_URL);', own);
    expect(await functions.ask('caller')).toBe(own.AWS_ENDPOINT_URL);
  });

  test('may invoke itself, in a second environment', async () => {
    await functions.create(
      'twins',
      `const { AWS_ENDPOINT_URL, AWS_LAMBDA_FUNCTION_NAME } = process.env;
      const headers = ${JSON.stringify(signedHeaders('lambda'))};
      await client.serve(async ({ first }) => {
        if (!first) return [process.pid];
        const path = '/2015-03-31/functions/' + AWS_LAMBDA_FUNCTION_NAME + ':live/invocations';
        const answer = await fetch(AWS_ENDPOINT_URL + path, { method: 'POST', body: '{}', headers });
        return [process.pid, ...(await answer.json())];
      });`,
    );
    const pids = await functions.ask('twins', { first: true });
    expect(new Set(pids).size).toBe(2);
  });
});

test('an answer is not held up by an extension that works on', async () => {
  const { url } = await sandbox.platform();
  const functions = await functionsOn(url);
  await functions.create(
    'late',
    `const { id } = await client.register('late', ['INVOKE']);
    void client.nextEvent(id);
    await client.serve(() => 'early');`,
  );
  const started = performance.now();
  expect(await functions.ask('late')).toBe('early');
  expect(performance.now() - started).toBeLessThan(10_000);
});
