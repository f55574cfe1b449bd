/** Between which requests this process may have been frozen. */
import { expect, test } from 'vitest';
import { createPauses } from '../../../proxy/relay/pauses.ts';

const start = { wall: 1_800_000_000_000, monotonic: 5_000 };

test.each([
  ['before the first request has run', null, true],
  ['in the middle of a burst it was not', { wall: 2, monotonic: 2.9 }, false],
  ['after 3 ms', { wall: 3, monotonic: 3 }, true],
  ['where the monotonic clock stood still', { wall: 60_000, monotonic: 0.1 }, true],
  ['where the wall clock was set back', { wall: -60_000, monotonic: 0.1 }, true],
  ['where the wall clock stood still', { wall: 0, monotonic: 60_000 }, true],
])('%s', (_title, passed, mayHaveBeen) => {
  let now = start;
  const pauses = createPauses(() => now);
  if (passed !== null) {
    pauses.ran();
    now = { wall: start.wall + passed.wall, monotonic: start.monotonic + passed.monotonic };
  }
  expect(pauses.mayHaveBeen()).toBe(mayHaveBeen);
});
