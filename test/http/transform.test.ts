import { expect, test } from 'vitest';
import type { Header } from '../../http/headers.ts';
import { mayTransform } from '../../http/transform.ts';

const coded = (value: string): Header => ['content-encoding', value];
const cache = (value: string): Header => ['cache-control', value];

test.each<[string, Header[]]>([
  ['says nothing of it', []],
  ['is in no coding, and says so', [coded('identity')]],
  ['says so twice', [coded(' Identity'), coded('identity ')]],
  ['has a coding of no name', [coded('')]],
  ['has a directive of its own', [cache('x-no-transform, no-transformation')]],
])('what %s may become something else', (_what, headers) => {
  expect(mayTransform(headers)).toBe(true);
});

test.each<[string, Header[]]>([
  ['is coded', [coded('gzip')]],
  ['is coded behind a coding that is none', [coded('identity'), coded('br')]],
  ['must not be transformed', [cache('max-age=1,No-Transform')]],
  ['must not, in a second field', [cache('public'), cache('no-transform')]],
])('what %s stays', (_what, headers) => {
  expect(mayTransform(headers)).toBe(false);
});
