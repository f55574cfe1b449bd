/** What is said of a query that cannot be read. */
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../cli/logs/query/parse.ts';

describe('errors point at the column and say what was expected', () => {
  test.each([
    ['error and', 10, 'expected a field, a severity, a stage, a text or "(", found the end'],
    ['and error', 1, 'expected a field, a severity, a stage, a text or "(", found "and"'],
    ['or error', 1, 'expected a field, a severity, a stage, a text or "(", found "or"'],
    ['status >', 9, 'expected a number, with or without a unit (b, kb, mb, gb, ms, s, m, h), found the end'],
    ['status > fast', 10, 'expected a number, with or without a unit (b, kb, mb, gb, ms, s, m, h), found "fast"'],
    ['size > 5xb', 8, 'expected a number, with or without a unit (b, kb, mb, gb, ms, s, m, h), found "5xb"'],
    ['size > 5M', 8, 'expected a number, with or without a unit (b, kb, mb, gb, ms, s, m, h), found "5M"'],
    ['status = ', 10, 'expected a value, found the end'],
    ['status = = 5', 10, 'expected a value, found "="'],
    ['(warn or error', 15, 'expected ")" for the "(" of column 1, found the end'],
    ['warn)', 5, 'expected no ")": no "(" is open'],
    ['method in (GET HEAD)', 16, 'expected "," or ")", found "HEAD"'],
    ['method in ()', 12, 'expected a value, found ")"'],
    ['message = "open', 11, 'expected the closing "'],
    ["message = 'open", 11, "expected the closing '"],
    ['a & b', 3, 'expected "&&", found "&"'],
    ['a | b', 3, 'expected "||", found "|"'],
    ['500', 1, 'expected a field to compare 500 with, as in status = 500'],
    ['= 5', 1, 'expected a field, a severity, a stage, a text or "(", found "="'],
    ['.a = 5', 1, 'expected the name of a field, found ".a"'],
    ['a[x] = 5', 2, 'expected a number or a quoted name, and "]"'],
    ['a[] = 5', 2, 'expected a number or a quoted name, and "]"'],
    ['error ]', 7, 'expected a field, a value or "(", found "]"'],
    ['method in GET', 8, 'expected a field, a severity, a stage, a text or "(", found "in"'],
    ['method not in GET', 12, 'expected a field, a severity, a stage, a text or "(", found "in"'],
    ['status > 5 5s', 12, 'expected a field to compare 5s with, as in status = 5s'],
    ['status > "5"', 10, 'expected a number, with or without a unit (b, kb, mb, gb, ms, s, m, h), found "5"'],
    ['status > v5', 10, 'expected a number, with or without a unit (b, kb, mb, gb, ms, s, m, h), found "v5"'],
    ['version > new', 11, 'expected a number, found "new"'],
    ['version > rev5', 11, 'expected a number, found "rev5"'],
    ['in (GET)', 1, 'expected a field, a severity, a stage, a text or "(", found "in"'],
    ['contains x', 1, 'expected a field, a severity, a stage, a text or "(", found "contains"'],
    ['status = 500 OR', 16, 'expected a field, a severity, a stage, a text or "(", found the end'],
    ['exists', 7, 'expected the name of a field, found the end'],
    ['path ~ "("', 8, 'expected a regular expression: Unterminated group'],
    ['path ~ "a: ("', 8, 'expected a regular expression: Unterminated group'],
    ['path ~ )', 8, 'expected a regular expression, found ")"'],
    ['message contains', 17, 'expected a text, found the end'],
    ['level = warning', 9, 'expected one of debug, info, warn, error, fatal, found "warning"'],
    ['level > loud', 9, 'expected one of debug, info, warn, error, fatal, found "loud"'],
    ['level > fatal', 9, 'expected another level: nothing is > fatal'],
    ['timestamp > soon', 13, 'expected a time, such as "2026-11-26T12:00:00Z"'],
    // Date would take them for some day of 2001, and for the 2nd of March.
    ['timestamp > 5', 13, 'expected a time, such as "2026-11-26T12:00:00Z"'],
    ['timestamp > "release 1"', 13, 'expected a time, such as "2026-11-26T12:00:00Z"'],
    ['timestamp > "2026-02-30"', 13, 'expected a time, such as "2026-11-26T12:00:00Z"'],
  ])('%s: column %i', (query, column, expected) => {
    expect(() => parseQuery(query)).toThrow(
      expect.objectContaining({
        code: 'UP_LOGS_QUERY',
        message: `The query is not valid at column ${column}: ${expected}`,
      }),
    );
  });

  test.each([
    ['parentheses', `${'('.repeat(9_000)}error${')'.repeat(9_000)}`],
    ['marks', `${'!'.repeat(90_000)}error`],
    ['words', `${'not '.repeat(9_000)}error`],
  ])('where it goes deeper than anybody reads, in %s', (_what, query) => {
    expect(() => parseQuery(query)).toThrow(/expected no more than 500 levels/);
  });

  test.each([
    ['parentheses', (levels: number) => `${'('.repeat(levels)}error${')'.repeat(levels)}`],
    ['marks', (levels: number) => `${'!'.repeat(levels)}error`],
    ['words', (levels: number) => `${'not '.repeat(levels)}error`],
  ])('and not one level before, in %s', (_what, nested) => {
    expect(parseQuery(nested(500))).not.toBeNull();
    expect(() => parseQuery(nested(501))).toThrow(/expected no more than 500 levels/);
  });

  test('with a caret below the query, however long it is', () => {
    const evidence = (query: string): string => {
      try {
        parseQuery(query);
      } catch (error) {
        return (error as { evidence: string }).evidence;
      }
      return '';
    };
    expect(evidence('error and status >')).toBe('  error and status >\n                    ^');
    const [line = '', caret = ''] = evidence(`${'a '.repeat(500)}status > fast ${'b '.repeat(500)}`).split('\n');
    expect(line.length).toBeLessThanOrEqual(80);
    expect(line.slice(caret.indexOf('^'))).toMatch(/^fast/);
  });
});
