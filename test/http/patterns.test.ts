import { describe, expect, test } from 'vitest';
import { compileRules, namesIn, patternForm } from '../../http/patterns.ts';

function firstOf(patterns: readonly string[], path: string) {
  const match = compileRules(patterns.map((pattern) => [pattern, pattern] as const)).first(path);
  return match && { rule: match.rule, names: { ...match.names } };
}

describe('one pattern', () => {
  test.each<[string, string, Record<string, string> | null]>([
    ['/', '/', {}],
    ['/', '/a', null],
    ['/shop', '/shop', {}],
    ['/shop', '/shop/', {}],
    ['/shop/', '/shop', {}],
    ['/shop', '/Shop', null],
    ['/shop', '/shop/a', null],
    ['/shop/:product', '/shop/tea', { product: 'tea' }],
    ['/shop/:product', '/shop/tea/', { product: 'tea' }],
    ['/shop/:product', '/shop/', null],
    ['/shop/:product', '/shop/tea/green', null],
    ['/:a/x/:b', '/1/x/2', { a: '1', b: '2' }],
    ['/shop/*', '/shop/a/b', { splat: 'a/b' }],
    ['/shop/*', '/shop/', { splat: '' }],
    ['/shop/*', '/shop', { splat: '' }],
    ['/shop/*', '/shopping', null],
    ['/*', '/', { splat: '' }],
    ['/*', '/any/thing', { splat: 'any/thing' }],
    ['/:lang/docs/*', '/de/docs/a/b', { lang: 'de', splat: 'a/b' }],
    ['*.css', '/assets/a.css', { splat: '/assets/a' }],
    ['*.css', '/a.css.map', null],
    ['/assets/*.js', '/assets/x/y.js', { splat: 'x/y' }],
    ['/assets/*.js', '/assets/.js', { splat: '' }],
    ['/assets/*.js', '/other/x.js', null],
    ['/assets/*.js', '/x/assets/y.js', null],
    ['/ab*ba', '/aba', null],
    ['/files-*', '/files-1/2', { splat: '1/2' }],
    ['/__proto__/:constructor', '/__proto__/x', { constructor: 'x' }],
  ])('%s on %s', (pattern, path, names) => {
    expect(firstOf([pattern], path)).toEqual(names && { rule: pattern, names });
  });
});

describe('several', () => {
  test('the first that is declared wins, not the most specific', () => {
    expect(firstOf(['/a/*', '/a/b', '/:x/b'], '/a/b')?.rule).toBe('/a/*');
    expect(firstOf(['/:x/b', '/a/*', '/a/b'], '/a/b')?.rule).toBe('/:x/b');
    expect(firstOf(['*.html', '/a.html'], '/a.html')?.rule).toBe('*.html');
  });

  test('all of them come in declared order', () => {
    const rules = compileRules(['/a/b', '*', '/a/*', '/c', '/:x/b'].map((pattern) => [pattern, pattern] as const));
    expect(rules.all('/a/b').map(({ rule }) => rule)).toEqual(['/a/b', '*', '/a/*', '/:x/b']);
  });

  test('what is declared twice is found twice', () => {
    const rules = compileRules([
      ['/a', 1],
      ['/a', 2],
    ]);
    expect(rules.all('/a').map(({ rule }) => rule)).toEqual([1, 2]);
  });
});

test.each([
  ['/a/:b/*', true],
  ['*', true],
  ['*.css', true],
  ['/a*b', true],
  ['/', true],
  ['/*', true],
  ['/a*', true],
  ['/*.js', true],
  ['/:a*', false],
  ['a', false],
  ['', false],
  ['/a/*/b/*', false],
  ['/:a/*.js', false],
])('"%s" is a pattern: %s', (pattern, is) => {
  expect(patternForm.test(pattern)).toBe(is);
});

test('the names of a pattern are known', () => {
  expect(namesIn('/:a/b/:c/*')).toEqual(['a', 'c', 'splat']);
  expect(namesIn('/:a/b')).toEqual(['a']);
});
