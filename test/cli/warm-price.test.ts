/** What keeping environments warm or ready costs, worked out by hand. */
import { describe, expect, test } from 'vitest';
import type { Step } from '../../cli/aws/model.ts';
import { createSpec, type Spec } from '../../cli/aws/spec.ts';
import { monthly, priceLines, provisionedPrice, warmPrice } from '../../cli/aws/warm-price.ts';
import { parseConfig, resolveStage } from '../../config/index.ts';
import { holdOf } from '../../proxy/hosts/warm.ts';

function spec(lambda: object): Spec {
  const { config } = parseConfig(JSON.stringify({ name: 'shop', lambda }), { file: 'up.json' });
  const pkg = { zip: Buffer.from(''), sha256: '' };
  const commit = { commit: '', author: '', message: '' };
  return createSpec(
    resolveStage(config, 'staging'),
    pkg,
    commit,
    { account: '000000000000', region: 'us-east-1' },
    null,
  );
}

const step = (type: Step['type'], action: Step['action'], field?: string): Step => ({
  type,
  action,
  changes: field === undefined ? [] : [{ field, from: undefined, to: undefined }],
});

describe('a month of warming', () => {
  test('is so many runs of a schedule, pings and milliseconds', () => {
    // 730 h, every 5 min: 8760 runs of 10 pings; each holds 512 MB for as long as the proxy does, and 5 ms.
    const [runs, pings] = [8_760, 87_600];
    const gbSeconds = pings * ((holdOf(10, 1) + 5) / 1000) * 0.5;
    const expected = runs / 1e6 + (pings * 0.2) / 1e6 + gbSeconds * 0.0000166667;
    expect(warmPrice(spec({ warm: true, warm_count: 10 }))).toBeCloseTo(expected, 10);
    expect(expected).toBeCloseTo(0.1212, 4);
  });

  test('costs less on arm64 and more with more memory', () => {
    const one = warmPrice(spec({ warm: true }));
    expect(warmPrice(spec({ warm: true, architecture: 'arm64' }))).toBeLessThan(one);
    expect(warmPrice(spec({ warm: true, memory: 1024 }))).toBeGreaterThan(one);
    expect(warmPrice(spec({}))).toBe(0);
  });
});

test('a month of provisioned environments is their memory, all the time', () => {
  // 2 × 1 GB × 2,628,000 s × $0.0000041667
  expect(provisionedPrice(spec({ provisioned: 2, memory: 1024 }))).toBeCloseTo(21.9, 2);
});

describe('a deploy says the price', () => {
  const both = spec({ warm: true, warm_count: 1, warm_rate: '1m', provisioned: 2, memory: 1024 });

  test('of alarms that it makes', () => {
    expect(priceLines(spec({}), [step('alarm', 'create'), step('alarm', 'create'), step('alarm', 'update')])).toEqual([
      '2 alarms: about $0.20 a month',
    ]);
  });

  test('of what it switches on or changes', () => {
    expect(priceLines(both, [step('schedule', 'create'), step('provisioned concurrency', 'update', 'count')])).toEqual([
      '1 environment kept warm, pinged every minute: about $0.06 a month',
      '2 environments always ready: about $21.90 a month',
    ]);
  });

  test('and nothing of what stays, moves or is switched off', () => {
    expect(priceLines(both, [step('schedule', 'keep'), step('provisioned concurrency', 'update', 'ready')])).toEqual(
      [],
    );
    expect(priceLines(spec({}), [step('schedule', 'remove')])).toEqual([]);
  });

  test.each([
    [0.004, 'less than $0.01 a month'],
    [0.214, 'about $0.21 a month'],
    [1234.5, 'about $1235 a month'],
  ])('%s as "%s"', (dollars, text) => {
    expect(monthly(dollars)).toBe(text);
  });
});
