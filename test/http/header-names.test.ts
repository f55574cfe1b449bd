import { expect, test } from 'vitest';
import { headerName } from '../../http/header-names.ts';

test.each([
  ['X-Request-Id', 'x-request-id'],
  ['host', 'host'],
  ['__proto__', '__proto__'],
  ['x y', null],
  ['', null],
  ['naïve', null],
  [`x-${'long'.repeat(1_000)}`, `x-${'long'.repeat(1_000)}`],
])('%j is the name %j, the first time and again', (text, name) => {
  expect([headerName(text), headerName(text)]).toEqual([name, name]);
});

test('names made up by the thousand change nothing about those that come after them', () => {
  for (let made = 0; made < 5_000; made++) headerName(`x-made-up-${made}`);
  expect([headerName('Made-Up-Later'), headerName('made up later')]).toEqual(['made-up-later', null]);
});
