import { describe, expect, test, vi } from 'vitest';
import { type Bound, createBounds } from '../../../proxy/relay/bounds.ts';

/** How many timers keep this process alive. */
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

/** Resolves when the request is to be given up: milliseconds since it began. */
function over(bound: Bound, started = performance.now()): Promise<number> {
  return new Promise((resolve) => bound.onOver(() => resolve(performance.now() - started)));
}

describe('a request is given up', () => {
  test('when its time is over, also when one that began later ends sooner', async () => {
    const bounds = createBounds();
    const started = performance.now();
    const [later, sooner] = [bounds.start(120, undefined), bounds.start(40, undefined)];
    const [atLater, atSooner] = await Promise.all([over(later, started), over(sooner, started)]);
    expect(atSooner).toBeGreaterThan(30);
    expect(atLater).toBeGreaterThan(110);
    expect([later.isLate(), sooner.isLate()]).toEqual([true, true]);
  });

  test('when its client is gone, and is not late then', async () => {
    const client = new AbortController();
    const bound = createBounds().start(60_000, client.signal);
    const given = over(bound);
    client.abort();
    await given;
    expect([bound.isOver(), bound.isLate()]).toEqual([true, false]);
  });

  test('at once when its client had been gone before', () => {
    expect(createBounds().start(60_000, AbortSignal.abort()).isOver()).toBe(true);
  });

  test('and not any more once it is over', () => {
    const client = new AbortController();
    const bound = createBounds().start(60_000, client.signal);
    bound.clear();
    client.abort();
    expect(bound.isOver()).toBe(false);
  });
});

test('a request knows how much of its time is left', () => {
  const bound = createBounds().start(60_000, undefined);
  expect(bound.left()).toBeGreaterThan(50_000);
  expect(bound.left()).toBeLessThanOrEqual(60_000);
  bound.clear();
});

describe('a process stays for as long as somebody waits, and no longer', () => {
  test('however many wait at a time', () => {
    const bounds = createBounds();
    const others = timers();
    const first = bounds.start(60_000, undefined);
    first.clear();
    expect(timers()).toBe(others);
    const second = bounds.start(60_000, undefined);
    expect(timers()).toBe(others + 1);
    const third = bounds.start(60_000, undefined);
    second.clear();
    expect(timers()).toBe(others + 1);
    third.clear();
    expect(timers()).toBe(others);
  });

  test('also where one that began later has less time', () => {
    const bounds = createBounds();
    const others = timers();
    const [later, sooner] = [bounds.start(60_000, undefined), bounds.start(30_000, undefined)];
    sooner.clear();
    later.clear();
    expect(timers()).toBe(others);
  });

  test('not for one whose client is gone, or had been before', () => {
    const bounds = createBounds();
    const others = timers();
    const client = new AbortController();
    bounds.start(60_000, client.signal);
    client.abort();
    bounds.start(60_000, client.signal);
    expect(timers()).toBe(others);
  });
});

describe('a timer that was set for an earlier request', () => {
  test('ends nothing of the one that is under way', async () => {
    const bounds = createBounds();
    bounds.start(30, undefined).clear();
    const bound = bounds.start(60_000, undefined);
    await over(bounds.start(60, undefined));
    expect(bound.isOver()).toBe(false);
    bound.clear();
  });

  test('goes on to serve the next in time', async () => {
    const bounds = createBounds();
    bounds.start(30, undefined).clear();
    expect(await over(bounds.start(80, undefined))).toBeLessThan(1_000);
  });

  test('is the only one, however many requests there are', () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    const bounds = createBounds();
    for (let requests = 0; requests < 100; requests++) bounds.start(60_000, undefined).clear();
    expect(set).toHaveBeenCalledTimes(1);
    expect(set.mock.calls[0]?.[1]).toBeGreaterThan(50_000);
    set.mockRestore();
  });
});
