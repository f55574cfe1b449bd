import { expect, test } from 'vitest';
import { checkLimits, offsetsAround } from './limits.ts';

test('answers around the limits arrive whole or are refused by ourselves', async () => {
  const { runs, failures } = await checkLimits(offsetsAround(4, 4));
  expect(failures).toEqual([]);
  expect(runs).toBe(4 * 3 * 9);
}, 120_000);
