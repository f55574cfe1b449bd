import { expect, test } from 'vitest';
import type { Headers } from '../../http/headers.ts';
import { withVary } from '../../http/vary.ts';

test.each<[title: string, given: Headers, expected: Headers]>([
  [
    'is added where there is none',
    [['x', 'y']],
    [
      ['x', 'y'],
      ['vary', 'origin'],
    ],
  ],
  ['joins what is there', [['vary', 'Accept, Cookie']], [['vary', 'Accept, Cookie, origin']]],
  [
    'joins all fields into one',
    [
      ['vary', 'a'],
      ['x', 'y'],
      ['vary', 'b'],
    ],
    [
      ['x', 'y'],
      ['vary', 'a, b, origin'],
    ],
  ],
  [
    'is there already',
    [
      ['vary', 'a'],
      ['vary', 'b,Origin , c'],
    ],
    [
      ['vary', 'a'],
      ['vary', 'b,Origin , c'],
    ],
  ],
  ['is not a part of another name', [['vary', 'x-origin']], [['vary', 'x-origin, origin']]],
  ['is covered by `*`', [['vary', '*']], [['vary', '*']]],
])('a name %s', (_title, given, expected) => {
  expect(withVary(given, 'origin')).toEqual(expected);
});
