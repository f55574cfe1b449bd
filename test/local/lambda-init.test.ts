/** The init phase: how long it may take, and that one which fails is repeated inside the first invocation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createEnvironments } from '../support/environments.ts';
import { findProcesses, hasProc, isAlive, stateOf } from '../support/processes.ts';
import { until } from '../support/until.ts';

const environments = createEnvironments();
afterAll(() => environments.close());

/** `isFirst` tells the first init of an environment from the second; both write their process id down. */
const counting = `
  import { appendFileSync, readFileSync } from 'node:fs';
  appendFileSync('inits', process.pid + '\\n');
  const isFirst = readFileSync('inits', 'utf8').trim().split('\\n').length === 1;
  console.log(isFirst ? 'first init' : 'second init');`;

const serve = `
  await client.serve(() => ({ pid: process.pid, stream: process.env.AWS_LAMBDA_LOG_STREAM_NAME }));`;

/** Enough for a first init to say that it runs, on a machine that is busy. */
const initLimit = 1_000;
const hangs = 'await new Promise((resolve) => setTimeout(resolve, 60_000));';

/** A child in a group of its own, as an app is, and one in the runtime's; their ids are in a file. */
const child = `
  import { spawn } from 'node:child_process';
  import { writeFileSync } from 'node:fs';
  if (isFirst) {
    const app = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    const helper = spawn('sleep', ['1000'], { stdio: 'ignore' });
    writeFileSync('children', app.pid + ' ' + helper.pid);
  }`;

const ways = [
  ['takes too long', hangs, /^INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: timeout$/],
  ['ends', 'process.exit(7);', /^INIT_REPORT .*\tPhase: init\tStatus: error\tError Type: Runtime\.ExitError$/],
  [
    'reports an error',
    "await client.failInit('Function.Broken', 'no luck'); process.exit(1);",
    /^INIT_REPORT .*\tPhase: init\tStatus: error\tError Type: Function\.Broken$/,
  ],
] as const;

test('an init that fails in two ways at once is repeated all the same', async () => {
  const both = "await Promise.all(['Function.One', 'Function.Two'].map((type) => client.failInit(type, 'no luck')));";
  const environment = await environments.start(`${counting} if (isFirst) { ${both} } ${serve}`);
  const { body, functionError } = await environment.ask();
  const inits = readFileSync(join(environment.dir, 'inits'), 'utf8').trim().split('\n').map(Number);
  expect({ pid: body.pid, functionError }).toEqual({ pid: inits[1], functionError: undefined });
});

describe.each(ways)('a runtime that %s in its first init', (_title, failing, report) => {
  const script = `${counting}${child} if (isFirst) { ${failing} } ${serve}`;

  test('is started again inside the first invocation, and its caller sees none of it', async () => {
    const environment = await environments.start(script, { initLimit: failing === hangs ? initLimit : 10_000 });
    const { body, functionError, coldStart, logged } = await environment.ask();
    const tail = await logged;
    const inits = readFileSync(join(environment.dir, 'inits'), 'utf8').trim().split('\n').map(Number);
    expect(inits).toHaveLength(2);
    expect({ pid: body.pid, functionError, coldStart }).toEqual({
      pid: inits[1],
      functionError: undefined,
      coldStart: true,
    });
    expect(isAlive(inits[0] ?? 0)).toBe(false);
    expect(body.stream).toBe(environment.stream());
    expect(tail.split('\n')).toEqual([
      'first init',
      expect.stringMatching(report),
      'second init',
      expect.stringMatching(/^START RequestId: /),
      expect.stringMatching(/^END RequestId: /),
      expect.stringMatching(/^REPORT (?!.*Init Duration)(?!.*Status)/),
      '',
    ]);
  });

  test.runIf(hasProc)(
    'dies with its process group; a child in a group of its own lives, sleeps and dies with the rest',
    async () => {
      const environment = await environments.start(script, { initLimit: failing === hangs ? initLimit : 10_000 });
      await environment.ask();
      const [app = 0, helper = 0] = readFileSync(join(environment.dir, 'children'), 'utf8').split(' ').map(Number);
      expect([isAlive(app), isAlive(helper)]).toEqual([true, false]);
      await until('the environment to be idle', () => environment.state() === 'idle');
      // A signal takes effect when its process gets its turn.
      await until('the app to be stopped', () => stateOf(app) === 'T');
      await environment.retire();
      await until('all to be gone', () => findProcesses(environment.dir).length === 0 && !isAlive(app));
    },
  );

  test('is initialised no third time', async () => {
    const environment = await environments.start(script, { initLimit: failing === hangs ? initLimit : 10_000 });
    const first = await environment.ask();
    expect((await environment.ask()).body).toEqual(first.body);
  });
});

describe('a runtime that fails in its second init too', () => {
  test.each([
    [
      'by its exit',
      'process.exit(7);',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: /^RequestId: \S+ Error: Runtime exited with error: exit status 7$/,
      },
    ],
    [
      'by an exit without a reason',
      'process.exit(0);',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: /^RequestId: \S+ Error: Runtime exited without providing a reason$/,
      },
    ],
    [
      'by an error of its own',
      "await client.failInit('Function.Broken', 'no luck'); process.exit(1);",
      { errorType: 'Function.Broken', errorMessage: /^no luck$/ },
    ],
  ])('%s fails the invocation', async (_title, failing, { errorType, errorMessage }) => {
    const environment = await environments.start(`${counting}${failing}`);
    const { body, functionError, logged } = await environment.ask();
    expect({ body, functionError }).toEqual({
      body: { errorType, errorMessage: expect.stringMatching(errorMessage) },
      functionError: 'Unhandled',
    });
    expect((await logged).split('\n')).toEqual([
      'first init',
      expect.stringMatching(`\tPhase: init\tStatus: error\tError Type: ${errorType}$`),
      'second init',
      expect.stringMatching(`\tPhase: invoke\tStatus: error\tError Type: ${errorType}$`),
      expect.stringMatching(/^START RequestId: /),
      expect.stringMatching(/^END RequestId: /),
      expect.stringMatching(`^REPORT .*\tStatus: error\tError Type: ${errorType}\t$`),
      '',
    ]);
    expect(environment.state()).toBe('dead');
  });

  test('by its time has the timeout of the function, not the limit of an init', async () => {
    const environment = await environments.start(`${counting}${hangs}`, { initLimit, timeout: 1 });
    const { body, logged } = await environment.ask();
    expect(body).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
    });
    const tail = await logged;
    expect(tail.split('\n')).toEqual([
      'first init',
      expect.stringMatching(/^INIT_REPORT .*\tPhase: init\tStatus: timeout$/),
      'second init',
      expect.stringMatching(/^INIT_REPORT .*\tPhase: invoke\tStatus: timeout$/),
      expect.stringMatching(/^START RequestId: /),
      expect.stringMatching(/^\S+Z \S+ Task timed out after 1\.00 seconds$/),
      expect.stringMatching(/^END RequestId: /),
      expect.stringMatching(/^REPORT .*\tStatus: timeout\t$/),
      '',
    ]);
    expect(Number(/\tDuration: ([\d.]+) ms/.exec(tail)?.[1])).toBeGreaterThanOrEqual(990);
  });

  test('because there is no such program says so', async () => {
    const environment = await environments.start('', {
      command: () => ({ file: '/nowhere/bootstrap', args: [], env: {} }),
    });
    const { body } = await environment.ask();
    expect(body).toEqual({
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: spawn \/nowhere\/bootstrap ENOENT$/),
    });
  });
});

test('an init that failed before anybody asked waits for the first invocation', async () => {
  const environment = await environments.start(`${counting} if (isFirst) process.exit(1); ${serve}`);
  await until('the failure', () => environment.lines().some((line) => line.startsWith('INIT_REPORT')));
  expect(environment.state()).toBe('initializing');
  expect(environment.lines()).not.toContain('second init');
  expect((await environment.ask()).functionError).toBeUndefined();
});

test('extensions of the first init are forgotten: the second registers them anew', async () => {
  const environment = await environments.start(`${counting}
    const registered = await client.register('again', []);
    void client.nextEvent(registered.id);
    if (isFirst) process.exit(1);
    await client.serve(() => registered.status);`);
  expect((await environment.ask()).body).toBe(200);
});

describe('an environment of provisioned concurrency', () => {
  const initializationType = 'provisioned-concurrency';

  test('has no limit of ten seconds', async () => {
    const environment = await environments.start(
      `${counting} await new Promise((resolve) => setTimeout(resolve, 300));
      await client.serve(() => process.env.AWS_LAMBDA_INITIALIZATION_TYPE);`,
      { initLimit: 100, initializationType },
    );
    await until('the environment to be ready', () => environment.state() === 'idle');
    expect((await environment.ask()).body).toBe(initializationType);
    expect(environment.lines()).not.toContain('second init');
  });

  test('ends when its init fails', async () => {
    const environment = await environments.start(`${counting} process.exit(1);`, { initializationType });
    await until('the environment to be dead', () => environment.state() === 'dead');
    expect((await environment.ask()).functionError).toBe('Unhandled');
  });
});

test('an environment on demand says so to its runtime', async () => {
  const environment = await environments.start('await client.serve(() => process.env.AWS_LAMBDA_INITIALIZATION_TYPE);');
  expect((await environment.ask()).body).toBe('on-demand');
});
