import { describe, expect, test } from 'vitest';
import { type Background, createBackground } from '../../../proxy/relay/background.ts';
import { recorder } from '../apps.ts';

function background(seconds = 0) {
  const { log, records } = recorder();
  return { background: createBackground({ log, seconds }), records };
}

/** How long it waits, in milliseconds. */
async function wait(work: Background, bound = 2_000): Promise<number> {
  const started = performance.now();
  await work.done(bound);
  return performance.now() - started;
}

function later(milliseconds: number, what: () => void): void {
  setTimeout(what, milliseconds);
}

describe('work after the answer', () => {
  test('that does not exist is not waited for', async () => {
    expect(await wait(background().background)).toBeLessThan(50);
  });

  test('that was handed over is waited for, all of it', async () => {
    const { background: work, records } = background();
    work.began(1, 'app.js:1');
    work.began(2, 'app.js:2');
    later(20, () => work.ended(1));
    later(100, () => work.ended(2));
    const waited = await wait(work);
    expect(waited).toBeGreaterThanOrEqual(95);
    expect(waited).toBeLessThan(1_500);
    expect(records).toEqual([]);
  });

  test('that takes too long is cut off, and named by its place', async () => {
    const { background: work, records } = background();
    work.began(1, 'src/mail.js:12');
    const waited = await wait(work, 100);
    expect(waited).toBeGreaterThanOrEqual(95);
    expect(waited).toBeLessThan(1_000);
    expect(records).toMatchObject([
      { level: 'warn', message: 'background work cut off', fields: { places: ['src/mail.js:12'] } },
    ]);
    expect(await wait(work)).toBeLessThan(50);
  });

  test('has proxy.background seconds, however long the invocation may take', async () => {
    const { background: work, records } = background(0.1);
    work.began(1, 'app.js:1');
    expect(await wait(work)).toBeLessThan(1_000);
    expect(records).toHaveLength(1);
  });

  test('that the app asked so many seconds for has them, at most until the deadline', async () => {
    const { background: work } = background();
    work.hold(0.1);
    expect(await wait(work)).toBeGreaterThanOrEqual(95);
    work.hold(60);
    expect(await wait(work, 100)).toBeLessThan(1_000);
  });

  test('is over when the app is', async () => {
    const { background: work, records } = background();
    work.began(1, 'app.js:1');
    work.hold(60);
    later(20, () => work.clear());
    expect(await wait(work)).toBeLessThan(1_000);
    expect(records).toEqual([]);
  });

  test('under proxy.background lasts until the app is quiet', async () => {
    const { background: work } = background(60);
    work.requested(true);
    later(50, () => work.quiet());
    const waited = await wait(work);
    expect(waited).toBeGreaterThanOrEqual(45);
    expect(waited).toBeLessThan(1_000);
  });

  test('of an app that cannot tell has all of its time', async () => {
    const { background: work } = background(0.1);
    work.requested(false);
    expect(await wait(work)).toBeGreaterThanOrEqual(95);
    expect(await wait(work)).toBeLessThan(50);
  });
});

describe('a timer that a freeze would stop', () => {
  test('is told of', () => {
    const { background: work, records } = background();
    work.timer('setTimeout', 5_000, 'src/stats.js:9');
    expect(records).toMatchObject([
      {
        level: 'warn',
        message: 'timer pending at freeze',
        fields: { timer: 'setTimeout', delay: 5_000, place: 'src/stats.js:9' },
      },
    ]);
  });

  test('is nothing to tell of while the environment stays awake', () => {
    const { background: work, records } = background();
    work.hold(60);
    work.timer('setTimeout', 5_000, 'src/stats.js:9');
    expect(records).toEqual([]);
  });
});
