import { describe, expect, test } from 'vitest';
import { type Pong, readPing } from '../../../proxy/events/ping.ts';
import { pong } from '../../../proxy/hosts/pong.ts';
import { warm } from '../../../proxy/hosts/warm.ts';
import { recorder } from '../apps.ts';
import { silent } from '../wire.ts';

describe('a ping', () => {
  test.each<[string, unknown, ReturnType<typeof readPing>]>([
    ['asks one environment', { up: { ping: {} } }, { count: 1, hold: 0, counted: false }],
    ['asks several', { up: { ping: { count: 5 } } }, { count: 5, hold: 0, counted: true }],
    ['is counted, if it is one', { up: { ping: { count: 1 } } }, { count: 1, hold: 0, counted: true }],
    ['is held', { up: { ping: { hold: 90 } } }, { count: 1, hold: 90, counted: false }],
    ['has limits', { up: { ping: { count: 1e9, hold: 1e9 } } }, { count: 1_000, hold: 10_000, counted: true }],
    ['takes nonsense for one', { up: { ping: { count: '5', hold: -1 } } }, { count: 1, hold: 0, counted: true }],
    ['is not a request', { version: '2.0', up: { ping: {} } }, null],
    ['is not whatever looks like it', { up: { ping: true } }, null],
    ['is an object', ['up'], null],
    ['is not nothing', null, null],
  ])('%s', (_title, event, expected) => {
    expect(readPing(event)).toEqual(expected);
  });
});

const self: Pong = { environment: 'self', cold: false, age: 1_000 };

test('a ping holds no environment until its deadline, at which Lambda would end it', async () => {
  const ping = { count: 1, hold: 10_000, counted: false };
  const options = { self, environment: {}, functionArn: 'arn', requestId: 'id', log: silent, deadline: Date.now() };
  const started = performance.now();
  expect(await pong(ping, options)).toEqual(self);
  expect(performance.now() - started).toBeLessThan(4_000);
});

describe('an environment that is pinged', () => {
  const options = { self, functionArn: 'arn', requestId: 'id' };

  async function answered(ping: Parameters<typeof pong>[0], environment: NodeJS.ProcessEnv = {}) {
    const { log, records } = recorder();
    const answer = await pong(ping, { ...options, environment, log, deadline: Date.now() + 10_000 });
    return { answer, records };
  }

  test('is held for as long as is asked, and says so at debug', async () => {
    const started = performance.now();
    const { answer, records } = await answered({ count: 1, hold: 40, counted: false });
    expect(performance.now() - started).toBeGreaterThan(35);
    expect(answer).toEqual(self);
    expect(records).toEqual([{ level: 'debug', message: 'ping', fields: { request_id: 'id', ...self } }]);
  });

  test('says whom it has reached, where it was to reach others', async () => {
    const { answer, records } = await answered({ count: 1, hold: 0, counted: true });
    expect(answer).toEqual({ count: 1, answered: 1, cold: 0, environments: [self] });
    const fields = { request_id: 'id', count: 1, answered: 1, cold: 0 };
    expect(records).toEqual([{ level: 'info', message: 'warm', fields }]);
  });

  test('warns of those it has not, and why', async () => {
    const credentials = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-central-1' };
    const nowhere = { ...credentials, AWS_ENDPOINT_URL: 'http://127.0.0.1:2' };
    const { records } = await answered({ count: 2, hold: 0, counted: true }, nowhere);
    const fields = { request_id: 'id', count: 2, answered: 1, cold: 0, refusals: ['fetch failed'] };
    expect(records).toEqual([{ level: 'warn', message: 'warm', fields }]);
  });
});

/** Environments that take one event at a time, as Lambda's do: a busy one makes for another. */
function fleet(limit = Number.POSITIVE_INFINITY) {
  const busy = new Set<string>();
  let started = 0;
  return async (event: object) => {
    const hold = readPing(event)?.hold ?? 0;
    let environment = Array.from({ length: started }, (_, n) => `e${n}`).find((name) => !busy.has(name));
    const cold = environment === undefined;
    if (cold && started >= limit) throw new Error('Rate Exceeded.');
    environment ??= `e${started++}`;
    busy.add(environment);
    await new Promise((resolve) => setTimeout(resolve, hold));
    busy.delete(environment);
    return { environment, cold, age: 0 };
  };
}

describe('warming', () => {
  test('reaches as many environments as it is told, this one included', async () => {
    const warmed = await warm({ count: 5 }, self, fleet());
    expect(warmed).toMatchObject({ count: 5, answered: 5, cold: 4 });
    expect(new Set(warmed.environments.map(({ environment }) => environment)).size).toBe(5);
  });

  test('finds them warm the next time', async () => {
    const invoke = fleet();
    await warm({ count: 4 }, self, invoke);
    expect(await warm({ count: 4 }, self, invoke)).toMatchObject({ answered: 4, cold: 0 });
  });

  test('pings all again where some have met, three times, and has them held for longer', async () => {
    const holds: unknown[] = [];
    const meeting = async (event: object) => {
      holds.push(readPing(event)?.hold);
      return { environment: 'other', cold: holds.length === 1, age: 0 };
    };
    expect(await warm({ count: 3 }, self, meeting)).toMatchObject({ count: 3, answered: 2, cold: 1 });
    expect(holds).toEqual([90, 90, 180, 180, 270, 270]);
  });

  test('does not count itself twice', async () => {
    expect(await warm({ count: 2 }, self, async () => ({ ...self, cold: true }))).toMatchObject({
      ...{ answered: 1, cold: 0, environments: [self] },
    });
  });

  test('says how many did not answer', async () => {
    expect(await warm({ count: 5 }, self, fleet(2))).toMatchObject({ count: 5, answered: 3 });
  });

  test('pings nobody again when its time is up', async () => {
    const asked: object[] = [];
    const refuse = async (event: object) => {
      asked.push(event);
      throw new Error('Rate Exceeded.');
    };
    expect(await warm({ count: 3 }, self, refuse, AbortSignal.abort())).toMatchObject({ answered: 1 });
    expect(asked).toEqual([]);
  });

  test('pings nobody again when nobody answered, as without a way to Lambda', async () => {
    const asked: object[] = [];
    const hang = async (event: object) => {
      asked.push(event);
      throw new TypeError('fetch failed');
    };
    expect(await warm({ count: 3 }, self, hang)).toMatchObject({ answered: 1 });
    expect(asked).toHaveLength(2);
  });

  test('counts nobody who answers something else', async () => {
    expect(await warm({ count: 3 }, self, async () => ({ hello: 'world' }))).toMatchObject({ answered: 1 });
  });
});
