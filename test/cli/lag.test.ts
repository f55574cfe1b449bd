import { expect, test } from 'vitest';
import { parseLag } from '../../cli/argv/lag.ts';

test.each([
  ['', 2_000],
  ['0', 0],
  ['0.5', 500],
  ['60', 60_000],
])('--lag "%s" is %i ms', (text, milliseconds) => {
  expect(parseLag(text)).toBe(milliseconds);
});

test.each(['-1', '61', 'much', 'NaN'])('--lag "%s" is refused', (text) => {
  expect(() => parseLag(text)).toThrow(`--lag takes seconds, from 0 to 60, not "${text}"`);
});
