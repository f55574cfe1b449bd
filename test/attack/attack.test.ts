/** A slice of `npm run attack`; the seed is fixed, so a failure here is the code's. */
import { expect, test } from 'vitest';
import { attack } from './attack.ts';
import { drawPayloads } from './payloads.ts';

test('400 hostile requests, in four formats at three configurations: nothing gets out and nobody gets in', async () => {
  const { failures, runs, met } = await attack({ payloads: drawPayloads(400, 7) });
  expect(failures).toEqual([]);
  expect(runs).toBe(400 * 4 * 3);
  // An attack that is stopped at the front door would prove nothing of what is behind it.
  for (const what of [
    ...[
      'reached the app',
      'asked the app again',
      'rewritten',
      'let in',
      'served a file',
      'redirected',
      'led elsewhere',
    ],
    ...['granted an origin', 'granted a preflight', 'compressed', 'a range', 'answered 401', 'answered 503'],
  ]) {
    expect(met, what).toHaveProperty(what);
  }
});

test('the same seed draws the same payloads, no two of them alike, another seed others', () => {
  const payloads = drawPayloads(2_000, 7);
  expect(new Set(payloads.map((payload) => JSON.stringify(payload))).size).toBe(2_000);
  expect(drawPayloads(2_000, 7)).toEqual(payloads);
  expect(drawPayloads(2_000, 8)).not.toEqual(payloads);
});
