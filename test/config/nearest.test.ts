import { describe, expect, test } from 'vitest';
import { nearest } from '../../config/nearest.ts';

const words = ['memory', 'timeout', 'listen_timeout', 'environment', 'url'];

describe('the nearest known word', () => {
  test.each([
    ['a missing letter', 'memry', 'memory'],
    ['a letter too many', 'timeouts', 'timeout'],
    ['another letter', 'nemory', 'memory'],
    ['two letters swapped', 'rul', 'url'],
    ['another case', 'Memory', 'memory'],
    ['dashes for underscores', 'listen-timeout', 'listen_timeout'],
    ['a beginning', 'env', 'environment'],
    ['nothing alike', 'banana', undefined],
    ['too short to tell', 'x', undefined],
    ['nothing at all', '', undefined],
  ])('for %s', (_, word, expected) => {
    expect(nearest(word, words)).toBe(expected);
  });

  test('of no words is none', () => {
    expect(nearest('memory', [])).toBeUndefined();
  });
});
