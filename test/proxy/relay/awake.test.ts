import { performance } from 'node:perf_hooks';
import { expect, onTestFinished, test } from 'vitest';
import { startStopwatch } from '../../../proxy/relay/awake.ts';
import { freeze } from '../apps.ts';

test('counts the time that passes', async () => {
  const watch = startStopwatch();
  onTestFinished(watch.stop);
  const started = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 250));
  const passed = performance.now() - started;
  expect(watch.read()).toBeGreaterThanOrEqual(200);
  expect(watch.read()).toBeLessThanOrEqual(passed + 50);
});

test('does not count a freeze', () => {
  const watch = startStopwatch();
  onTestFinished(watch.stop);
  freeze(1_500);
  expect(watch.read()).toBeLessThan(600);
});
