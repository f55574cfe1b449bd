/** What a stage says is merged into the rest of the file. https://www.rfc-editor.org/rfc/rfc7396#appendix-A */
import { expect, test } from 'vitest';
import { merge } from '../../config/merge.ts';

test.each<[base: unknown, patch: unknown, merged: unknown]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  ['foo', { a: 'b', c: null }, { a: 'b' }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  [{ a: 'b' }, { a: undefined }, { a: 'b' }],
])('%j with %j is %j', (base, patch, merged) => {
  const before = structuredClone(base);
  expect(merge(base, patch)).toEqual(merged);
  expect(base).toEqual(before);
});
