/** How a watched release is judged, and what its flags mean. */
import { describe, expect, test } from 'vitest';
import { readCanary, readWatch } from '../../cli/releases/flags.ts';
import { isOver, toSeen } from '../../cli/releases/watch.ts';

const record = { timestamp: '2026-11-26T10:00:00.000Z', level: 'error', message: 'response', fields: { status: 500 } };
const failed = (count: number) => Array.from({ length: count }, () => record);

describe('what has been seen', () => {
  test.each([
    [
      'an answer of 500 is a request that failed',
      { invocations: 30, errors: 0, responses: 30, failed: failed(3) },
      30,
      3,
    ],
    ['so is an invocation that failed', { invocations: 30, errors: 2, responses: 28, failed: [] }, 30, 2],
    ['both count', { invocations: 30, errors: 2, responses: 28, failed: failed(3) }, 30, 5],
    ['the log is ahead of the metrics', { invocations: 0, errors: 0, responses: 25, failed: failed(1) }, 25, 1],
    ['failures are never more than requests', { invocations: 0, errors: 4, responses: 2, failed: failed(2) }, 6, 6],
  ])('%s', (_title, counts, requests, failures) => {
    expect(toSeen(counts)).toEqual({ requests, failures });
  });
});

describe('a release is over the bound', () => {
  const bound = { share: 0.05, requests: 20 };

  test.each([
    ['with more than 5 % of 20 requests', { requests: 20, failures: 2 }, true],
    ['not with 5 % of them', { requests: 20, failures: 1 }, false],
    ['not with fewer than 20, even if all fail', { requests: 19, failures: 19 }, false],
    ['with a little more than 5 % of many', { requests: 1000, failures: 51 }, true],
    ['not without requests', { requests: 0, failures: 0 }, false],
  ])('%s', (_title, seen, over) => {
    expect(isOver(seen, bound)).toBe(over);
  });
});

describe('the flags', () => {
  const defaults = { 'max-errors': '5%', 'min-requests': 20 };

  test.each<[title: string, args: object, watch: object | undefined]>([
    ['no watch by default', {}, undefined],
    ['two minutes', { watch: '2m' }, { milliseconds: 120_000, bound: { share: 0.05, requests: 20 } }],
    [
      'another bound',
      { watch: '90s', 'max-errors': '0.5 %', 'min-requests': 1000 },
      { milliseconds: 90_000, bound: { share: 0.005, requests: 1000 } },
    ],
    [
      'no failure at all',
      { watch: '1s', 'max-errors': '0%' },
      { milliseconds: 1_000, bound: { share: 0, requests: 20 } },
    ],
  ])('mean %s', (_title, args, watch) => {
    expect(readWatch({ ...defaults, ...args })).toEqual(watch);
  });

  test.each<[title: string, args: object]>([
    ['a watch that is no time', { watch: 'soon' }],
    ['a watch of no time', { watch: '0s' }],
    ['a watch of more than an hour', { watch: '2h' }],
    ['a bound without a percent sign', { watch: '2m', 'max-errors': '5' }],
    ['a bound of everything', { watch: '2m', 'max-errors': '100%' }],
    ['no request', { watch: '2m', 'min-requests': 0 }],
    ['one request and a half', { watch: '2m', 'min-requests': 1.5 }],
  ])('refuse %s', (_title, args) => {
    expect(() => readWatch({ ...defaults, ...args })).toThrow(expect.objectContaining({ code: 'UP_USAGE' }));
  });

  test('take a canary in percent, and nothing else', () => {
    expect(readCanary({})).toBe(1);
    expect(readCanary({ canary: '12.5%' })).toBe(0.125);
    for (const canary of ['10', '0%', '100%', '-1%', 'some'])
      expect(() => readCanary({ canary })).toThrow(expect.objectContaining({ code: 'UP_USAGE' }));
  });
});
