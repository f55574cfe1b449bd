/** Every code of an error is one that some test ends with; what is told of in the manual was seen. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorTable } from '../../cli/error-table.ts';
import { codes } from '../../http/codes.ts';
import { expectedCodes } from './expected-codes.ts';

const folder = join(import.meta.dirname, '..');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const texts = (ending: string) =>
  files
    .filter((file) => file.endsWith(ending) && !file.startsWith('structure'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .filter((text) => text.includes('UP_'));

/** What a golden case answers stands below its line of dashes. */
const inAnswers = texts('.txt').flatMap(
  (text) =>
    text
      .split(/^---$/m)
      .slice(1)
      .join('')
      .match(/UP_[A-Z_]+/g) ?? [],
);
const expected = new Set([...texts('.ts').flatMap((text) => [...expectedCodes(text)]), ...inAnswers]);

describe('a test provokes', () => {
  test.each(['the program', 'the proxy'] as const)('every error of %s', (whose) => {
    const table = whose === 'the program' ? errorTable : codes;
    expect(Object.keys(table).filter((code) => !expected.has(code))).toEqual([]);
  });
});

describe('a code is expected', () => {
  test.each([
    ['of a matcher', `test('x', () => expect(run()).toMatchObject({ code: 'UP_A' }))`],
    ['of a promise', `test('x', () => expect(run()).rejects.toThrow(/UP_A/))`],
    ['of a text', 'test("x", () => expect(run()).toMatchInlineSnapshot(`✗ no   UP_A`))'],
    ['of a row', `test.each([['title', 'UP_A']])('%s', (_, code) => expect(run()).toBe(code))`],
    ['of a row of a table with a name', `const table = [{ code: 'UP_A' }];\ntest.each(table)('$code', run)`],
    ['of a helper that expects', `test('x', () => expectError(run(), 'UP_A'))`],
    ['of a helper', `const fails = (run) => expect(run()).toBe('UP_A')`],
  ])('where it is that %s', (_title, source) => {
    expect([...expectedCodes(source)]).toEqual(['UP_A']);
  });

  test.each([
    ['is a comment', `// UP_A\ntest('x', () => expect(run()).toBe(1))`],
    ['is given to a test', `test('UP_A', () => expect(run('UP_A')).toBe(1))`],
    ['is what must not be', `test('x', () => expect(run()).not.toBe('UP_A'))`],
    ['comes from an error of the test', `test('x', () => expect(show(new UpError('UP_A'))).toBe('UP_A'))`],
    ['comes from an error of each', `test.each([[1]])('x', () => expect(show(new UpError('UP_A'))).toBe('UP_A'))`],
    ['is one of a list', `test('x', () => expect(list()).toEqual(['UP_A UP_B']))`],
    ['is in the body of a table', `test.each([[1]])('x', () => run('UP_A'))`],
  ])('nowhere else: one that %s does not count', (_title, source) => {
    expect([...expectedCodes(source)]).toEqual([]);
  });
});
