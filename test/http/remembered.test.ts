import { expect, test } from 'vitest';
import { remembered } from '../../http/remembered.ts';

test('keeps no part of a longer text, whatever is found out about it', () => {
  const given: string[] = [];
  const find = remembered(
    (text) => {
      given.push(text);
      return text;
    },
    { most: 8, longest: 64 },
  );
  const whole = `x-request-identifier: ${'v'.repeat(60_000)}`;
  const name = whole.slice(0, 20);
  expect([find(name), find(name)]).toEqual([name, name]);
  expect(given).toEqual([name]);
});
