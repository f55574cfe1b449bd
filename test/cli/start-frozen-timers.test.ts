/** What `up start --lambda` tells of timers that a freeze has stopped. */
import { expect, test } from 'vitest';
import { createFrozenTimers } from '../../cli/commands/start/frozen-timers.ts';

test('is told at the thaw: for how long, and where each place set one', () => {
  const timers = createFrozenTimers();
  timers.note('a', 'app.js:1');
  timers.note('a', 'app.js:1');
  timers.note('a', 'app.js:7');
  timers.frozen('a', 1_000);
  expect(timers.thawed('a', 3_000)).toMatch(/^was frozen for 2.* with a timer pending \(app\.js:1, app\.js:7\): /);
});

test('is told once, and of its own environment alone', () => {
  const timers = createFrozenTimers();
  timers.note('a', 'app.js:1');
  timers.frozen('a', 0);
  timers.frozen('b', 0);
  expect(timers.thawed('b', 1)).toBeNull();
  expect(timers.thawed('a', 1)).not.toBeNull();
  expect(timers.thawed('a', 2)).toBeNull();
});

test('is nothing while no freeze has come', () => {
  const timers = createFrozenTimers();
  timers.note('a', 'app.js:1');
  expect(timers.thawed('a', 1)).toBeNull();
});
