/** What the local platform keeps of metrics, minute by minute. */
import { expect, test } from 'vitest';
import { createMetrics } from '../../local/metrics/store.ts';

const metric = { namespace: 'AWS/Lambda', name: 'Duration', dimensions: { FunctionName: 'app' } };

test('durations of which no two are the same take the room of three digits, and lose nothing of their sum', () => {
  const metrics = createMetrics(() => 0);
  const durations = Array.from({ length: 10_000 }, (_, n) => 10 + n / 1_001);
  for (const duration of durations) metrics.put(metric, duration);
  const [point] = metrics.read(metric, { start: 0, end: 60_000, period: 60_000 });
  expect(point).toMatchObject({ count: 10_000, min: 10, max: durations.at(-1) });
  expect(point?.sum).toBeCloseTo(durations.reduce((sum, one) => sum + one, 0));
  expect(point?.values.size).toBeLessThan(200);
});

test('minutes are merged into longer periods', () => {
  let now = 0;
  const metrics = createMetrics(() => now);
  for (; now < 600_000; now += 60_000) metrics.put(metric, now / 60_000);
  expect(metrics.read(metric, { start: 0, end: 600_000, period: 300_000 })).toMatchObject([
    { timestamp: 0, count: 5, sum: 10, min: 0, max: 4 },
    { timestamp: 300_000, count: 5, sum: 35, min: 5, max: 9 },
  ]);
});

test('of each metric 15 days are kept, as of AWS (CloudWatch, concepts: metrics retention)', () => {
  const minutes = 15 * 24 * 60;
  let now = 0;
  const metrics = createMetrics(() => now);
  for (let n = 0; n < minutes + 5; n++, now += 60_000) metrics.put(metric, 1);
  const points = metrics.read(metric, { start: 0, end: now, period: 60_000 });
  expect([points.length, points[0]?.timestamp]).toEqual([minutes, 5 * 60_000]);
});
