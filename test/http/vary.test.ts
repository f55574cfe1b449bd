import { expect, test } from 'vitest';
import type { Headers } from '../../http/headers.ts';
import { addVary } from '../../http/vary.ts';

const fields = (...values: string[]): Headers => values.map((value) => ['vary', value] as const);

test.each<[string, string[], string[], string[]]>([
  ['begins where there is none', [], ['Origin'], ['Origin']],
  ['is added to', ['Accept'], ['Origin'], ['Accept, Origin']],
  ['several fields become one', ['Accept', 'Cookie, DNT'], ['Origin'], ['Accept, Cookie, DNT, Origin']],
  ['has each name once, in any case', ['accept, origin'], ['Origin', 'Accept'], ['accept, origin']],
  ['of what is there nothing is added to everything', ['*'], ['Origin'], ['*']],
  ['stays when nothing is added', ['a', 'b'], [], ['a', 'b']],
])('Vary %s', (_title, present, names, expected) => {
  expect(addVary(fields(...present), names)).toEqual(fields(...expected));
});

test('other fields stay', () => {
  expect(
    addVary(
      [
        ['a', 'b'],
        ['vary', 'c'],
      ],
      ['d'],
    ),
  ).toEqual([
    ['a', 'b'],
    ['vary', 'c, d'],
  ]);
});
