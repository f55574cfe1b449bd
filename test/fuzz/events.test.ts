/** A slice of `npm run fuzz -- --events`; the seed is fixed, so a failure here is the code's. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fuzzEvents } from './main.ts';

const corpus = fileURLToPath(new URL('../fixtures/events/', import.meta.url));

test('2,000 bent events: legal requests, valid results, identical bytes', async () => {
  expect(await fuzzEvents({ runs: 2_000, seed: 1 }, corpus)).toMatchObject({ report: '', runs: 2_000, failed: 0 });
});
