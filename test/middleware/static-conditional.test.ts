/** What a request asks of a file by its validators and ranges, field by field. */
import { describe, expect, test } from 'vitest';
import { evaluate, mayBePartial } from '../../middleware/static/conditional.ts';
import { type Range, readRange } from '../../middleware/static/ranges.ts';

describe('a range of ten bytes', () => {
  test.each<[field: string | undefined, expected: [first: number, last: number] | 'unsatisfiable' | null]>([
    ['bytes=0-0', [0, 0]],
    ['bytes=2-5', [2, 5]],
    ['bytes=2-', [2, 9]],
    ['bytes=9-', [9, 9]],
    ['bytes=9-100', [9, 9]],
    ['bytes=-3', [7, 9]],
    ['bytes=-10', [0, 9]],
    ['bytes=-11', [0, 9]],
    [' Bytes = 2 - 5 ', [2, 5]],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', null],
    ['bytes=-', null],
    ['bytes=1-2,4-5', null],
    ['xbytes=2-5', null],
    ['bytes=2-5x', null],
    ['lines=2-5', null],
    [`bytes=0-${'9'.repeat(15)}`, [0, 9]],
    [`bytes=0-${'9'.repeat(16)}`, null],
    ['', null],
    [undefined, null],
  ])('%j is %j', (field, expected) => {
    const range: Range | 'unsatisfiable' | null = Array.isArray(expected)
      ? { first: expected[0], last: expected[1] }
      : expected;
    expect(readRange(field, 10)).toEqual(range);
  });

  test.each(['bytes=0-', 'bytes=0-0', 'bytes=-1'])('of nothing has none: %s', (field) => {
    expect(readRange(field, 0)).toBe('unsatisfiable');
  });
});

describe('a file of the validator "a"', () => {
  test.each<[name: string, value: string, verdict: string]>([
    ['if-none-match', '"a"', 'not modified'],
    ['if-none-match', 'W/"a"', 'not modified'],
    ['if-none-match', '"b", "a"', 'not modified'],
    ['if-none-match', ' * ', 'not modified'],
    ['if-none-match', '"b"', 'send'],
    ['if-none-match', 'a', 'send'],
    ['if-none-match', '"aW/"', 'send'],
    ['if-match', '"a"', 'send'],
    ['if-match', '"b","a"', 'send'],
    ['if-match', '*', 'send'],
    ['if-match', 'W/"a"', 'failed'],
    ['if-match', '"b"', 'failed'],
    ['if-match', '', 'failed'],
    ['if-modified-since', 'Thu, 26 Nov 2026 10:00:00 GMT', 'send'],
  ])('%s: %s: %s', (name, value, verdict) => {
    expect(evaluate([[name, value]], '"a"')).toBe(verdict);
  });

  test('fails before it is not modified', () => {
    const headers = (match: string) => [['if-none-match', '"a"'] as const, ['if-match', match] as const];
    expect(evaluate(headers('"b"'), '"a"')).toBe('failed');
    expect(evaluate(headers('"a"'), '"a"')).toBe('not modified');
  });

  test.each([
    ['"a"', true],
    [' "a" ', true],
    ['W/"a"', false],
    ['"b"', false],
    ['Thu, 26 Nov 2026 10:00:00 GMT', false],
  ])('is sent in part with If-Range %s: %s', (value, expected) => {
    expect(mayBePartial([['if-range', value]], '"a"')).toBe(expected);
  });

  test('is sent in part where nothing is said', () => expect(mayBePartial([], '"a"')).toBe(true));
});
