/** Extensions: who may register, and that an environment waits for all of them. */
import { afterAll, describe, expect, test } from 'vitest';
import { createEnvironments } from '../support/environments.ts';
import { hasProc, stateOf } from '../support/processes.ts';
import { until } from '../support/until.ts';

const environments = createEnvironments();
afterAll(() => environments.close());

/** Answers at once; its extension holds its next back for so long. */
const withholding = (milliseconds: number) => `
  import { setTimeout as sleep } from 'node:timers/promises';
  const { id } = await client.register('sidecar', ['INVOKE']);
  void (async () => {
    for (;;) {
      const { eventType } = await client.nextEvent(id);
      await sleep(${milliseconds});
      console.log('sidecar done with', eventType);
    }
  })();
  await client.serve(() => ({ answered: true }));`;

const parked = `
  const { id } = await client.register('parked', []);
  void client.nextEvent(id);
  await client.serve(() => ({ ok: true }));`;

describe('an extension that asked for INVOKE', () => {
  test('keeps the environment busy until it asks for the next event, after the caller has its answer', async () => {
    const environment = await environments.start(withholding(300));
    const { body, logged } = await environment.ask();
    expect(body).toEqual({ answered: true });
    expect(environment.state()).toBe('busy');
    if (hasProc) expect(stateOf(environment.pid())).not.toBe('T');
    await logged;
    await until('the environment to be idle', () => environment.state() === 'idle');
    expect(environment.lines()).toContain('sidecar done with INVOKE');
  });

  test('counts into the duration of the invocation', async () => {
    const environment = await environments.start(withholding(300));
    const { logged } = await environment.ask();
    const duration = Number(/\tDuration: ([\d.]+) ms/.exec(await logged)?.[1]);
    expect(duration).toBeGreaterThanOrEqual(300);
  });

  test('gets every event', async () => {
    const environment = await environments.start(withholding(0));
    for (let round = 0; round < 3; round++) await environment.ask();
    await until('the last', () => environment.lines().filter((line) => line.startsWith('sidecar')).length === 3);
  });

  test('ends the environment when it holds back longer than the timeout, though the caller has its answer', async () => {
    const environment = await environments.start(withholding(60_000), { timeout: 1 });
    const { body, functionError, logged } = await environment.ask();
    expect({ body, functionError }).toEqual({ body: { answered: true }, functionError: undefined });
    const tail = await logged;
    expect(tail).toMatch(
      /^\S+ \S+ Task timed out after 1\.00 seconds\nEND RequestId: \S+\nREPORT .*\tStatus: timeout/m,
    );
    expect(environment.state()).toBe('dead');
  });
});

describe('an extension that asked for nothing', () => {
  test('waits for ever with one call, and keeps nobody from sleeping', async () => {
    const environment = await environments.start(parked);
    for (let round = 0; round < 2; round++) {
      expect((await environment.ask()).body).toEqual({ ok: true });
      await until('the environment to be idle', () => environment.state() === 'idle');
      if (hasProc) await until('it to be stopped', () => stateOf(environment.pid()) === 'T');
    }
  });
});

test('init ends when the runtime and every extension have called next', async () => {
  const environment = await environments.start(`
    import { setTimeout as sleep } from 'node:timers/promises';
    const { id } = await client.register('late', []);
    void sleep(300).then(() => client.nextEvent(id));
    await client.serve(() => ({ ok: true }));`);
  const { logged } = await environment.ask();
  expect(Number(/Init Duration: ([\d.]+) ms/.exec(await logged)?.[1])).toBeGreaterThanOrEqual(300);
});

describe('registration', () => {
  const registering = (lines: string) => `
    const seen = [];
    const tell = ({ status, body }) => seen.push([status, body.errorType ?? body.functionName, body.errorMessage]);
    ${lines}
    await client.serve(() => seen);`;

  test.each([
    ['for SHUTDOWN', "'x', ['SHUTDOWN']", 'Extension.InvalidEventType', /^SHUTDOWN: Shutdown\w+NotSupportedFor/],
    ['for an unknown event', "'x', ['LUNCH']", 'Extension.InvalidEventType', /^LUNCH: ErrorInvalidEventType$/],
    ['without a name', "'', []", 'Extension.InvalidExtensionName', /Empty extension name/],
    ['without a list', "'x', 'INVOKE'", 'InvalidRequestFormat', /list of events/],
  ])('%s is refused, and no extension stays', async (_title, args, type, message) => {
    const environment = await environments.start(registering(`tell(await client.register(${args}));`));
    expect((await environment.ask()).body).toEqual([[403, type, expect.stringMatching(message)]]);
  });

  test('under a name that is taken is refused', async () => {
    const environment = await environments.start(
      registering(`
        const first = await client.register('x', []);
        void client.nextEvent(first.id);
        tell(await client.register('x', []));`),
    );
    expect((await environment.ask()).body).toMatchObject([
      [403, 'Extension.InvalidExtensionState', 'Extension with this name already registered'],
    ]);
  });

  test('is for ten', async () => {
    const environment = await environments.start(
      registering(`
        for (let index = 0; index < 11; index++) {
          const registered = await client.register('x' + index, []);
          if (registered.id) void client.nextEvent(registered.id);
          tell(registered);
        }`),
    );
    const { body } = await environment.ask();
    expect(body.map(([status]: [number]) => status)).toEqual([...Array(10).fill(200), 403]);
    expect(body[10]).toEqual([403, 'Extension.TooManyExtensions', 'Extension limit (10) reached']);
  });

  test('is closed once the runtime has asked for work', async () => {
    const environment = await environments.start(`
      await client.serve(async () => {
        const { status, body } = await client.register('late', []);
        return [status, body.errorType];
      });`);
    expect((await environment.ask()).body).toEqual([403, 'Extension.RegistrationClosed']);
  });

  test('gives an identifier without which there are no events', async () => {
    const environment = await environments.start(`
      const { errorType } = await client.nextEvent('nobody');
      await client.serve(() => errorType);`);
    expect((await environment.ask()).body).toBe('Extension.UnknownExtensionIdentifier');
  });
});
