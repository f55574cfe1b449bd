import { describe, expect, test } from 'vitest';
import { HttpError } from '../../http/error.ts';
import type { Headers } from '../../http/headers.ts';
import type { Handler } from '../../http/message.ts';
import { appTiming, serverTiming } from '../../middleware/server-timing.ts';
import { stack } from '../../middleware/stack.ts';
import { request, until } from '../proxy/apps.ts';
import { noFeatures, silent } from '../proxy/wire.ts';

async function timingsOf(handler: Handler, target = '/'): Promise<string[]> {
  const features = { ...noFeatures, server_timing: true };
  const { headers } = await (await stack({ log: silent, features, dir: '/nowhere' }, handler))(request(target));
  return headers.filter(([name]) => name === 'server-timing').map(([, value]) => value);
}

function answering(headers: Headers = []): Handler {
  return async () => ({ status: 200, headers, body: null });
}

function durations(timing: string | undefined): { app: number; up: number } {
  const [, app, up] = /^app;dur=(\d+\.\d), up;dur=(\d+\.\d)$/.exec(timing ?? '') ?? [];
  return { app: Number(app), up: Number(up) };
}

async function passing(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  await until(`${milliseconds} ms to pass`, () => performance.now() >= end);
}

test('it is not constructed unless it is asked for', () => {
  expect([serverTiming(false), appTiming(false)]).toEqual([null, null]);
});

describe('an answer', () => {
  test('tells the time in the app and the rest, in ms with one decimal', async () => {
    const started = performance.now();
    const [timing] = await timingsOf(async (req) => {
      await passing(30);
      return answering()(req);
    });
    const { app, up } = durations(timing);
    expect(app).toBeGreaterThanOrEqual(29);
    expect(up).toBeGreaterThanOrEqual(0);
    // Each is rounded.
    expect(app + up).toBeLessThanOrEqual(performance.now() - started + 0.2);
  });

  test('of an app that is asked twice tells both times together, and that of what is around it', async () => {
    const app: Handler = async (req) => {
      await passing(20);
      return answering()(req);
    };
    const res = await serverTiming(true)?.(request('/'), async (req) => {
      await appTiming(true)?.(req, app);
      await passing(20);
      return (await appTiming(true)?.(req, app)) ?? app(req);
    });
    const { app: inApp, up } = durations(res?.headers[0]?.[1]);
    expect(inApp).toBeGreaterThanOrEqual(39);
    expect(up).toBeGreaterThanOrEqual(19);
  });

  test('keeps what the app says of itself', async () => {
    const [own, ours] = await timingsOf(answering([['server-timing', 'db;dur=3']]));
    expect(own).toBe('db;dur=3');
    expect(ours).toMatch(/^app;dur=/);
  });

  test('that is an error of the app is timed too', async () => {
    const [timing] = await timingsOf(() => Promise.reject(new HttpError(504, 'UP_APP_TIMEOUT', 'late')));
    expect(durations(timing).app).toBeGreaterThanOrEqual(0);
  });

  test('that never reached the app has no time of it', async () => {
    const res = await serverTiming(true)?.(request('/'), answering());
    expect(res?.headers).toEqual([['server-timing', expect.stringMatching(/^up;dur=\d+\.\d$/)]]);
  });
});

test('two requests at a time do not mix their times', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const features = { ...noFeatures, server_timing: true };
  const handler = await stack({ log: silent, features, dir: '/nowhere' }, async (req) => {
    if (req.target === '/slow') await held;
    return answering()(req);
  });
  const slow = handler(request('/slow'));
  const quick = await handler(request('/quick'));
  await passing(30);
  release();
  expect(durations((await slow).headers.at(-1)?.[1]).app).toBeGreaterThanOrEqual(29);
  expect(quick.headers.at(-1)?.[0]).toBe('server-timing');
});
