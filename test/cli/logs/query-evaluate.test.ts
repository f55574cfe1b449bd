/** What a query decides of a record, above all what no pattern can say. */
import { describe, expect, test } from 'vitest';
import { matchesRecord } from '../../../cli/logs/query/evaluate.ts';
import { asksForStage } from '../../../cli/logs/query/lines.ts';
import { parseQuery } from '../../../cli/logs/query/parse.ts';
import { repetitions } from '../../../cli/logs/query/regex.ts';
import { agree } from './query-agreement.ts';

const record = {
  timestamp: '2026-11-26T12:00:00.000Z',
  level: 'error',
  message: 'say "hi" to 日本\nnow',
  fields: {
    ...{ app: 'shop', stage: 'beta', version: '12', commit: '1234567', request_id: '8f5c0000' },
    ...{ status: 502, duration: 1820.5, path: '/v1/pets', cold: true, drift: -5, user: null, code: '404' },
    ...{
      'x-id': 'a',
      'odd key': 1,
      'a "b"': 1,
      digits: { 0: 'a' },
      nested: { 'odd.key': ['a', { deep: 'b' }], 'a "b"': 1, '': 1 },
      none: '',
    },
  },
};

describe('a record', () => {
  test.each<[title: string, query: string, matches: boolean]>([
    ['is of a stage', 'stage = beta', true],
    ['has a level', 'error', true],
    ['has a level in any letters', 'level = ERROR', true],
    ['is at least a warning', 'level >= warn', true],
    ['is above an error', 'level > error', false],
    ['has a number', 'status = 502', true],
    ['has a number and not its text', 'status = "502"', false],
    ['has a text and not its number', 'code = 404', false],
    ['has a negative number', 'drift < -1', true],
    ['is above a duration', 'duration > 1.8s', true],
    ['is above a duration whose unit stands apart', 'duration > 1.8 s', true],
    ['is below one', 'duration < 1 s', false],
    ['has a value and a message that begins with a unit', 'status = 502 say', true],
    ['has a version, which is text', 'version = 12', true],
    ['has a version as releases are shown', 'version = v12', true],
    ['has a version above another by number', 'version > 9', true],
    ['has a version above one as releases are shown', 'version > v9', true],
    ['has a commit of digits', 'commit = 1234567', true],
    ['is later than a time', 'timestamp > "2026-11-26T11:59"', true],
    ['is earlier than a time', 'timestamp < "2026-11-26T11:59Z"', false],
    ['has a field that is null', 'user = null', true],
    ['has a field, though it is null', 'exists user', true],
    ['has no such field', 'exists constructor', false],
    ['has no field of a list by name', 'exists nested["odd.key"].length', false],
    ['has no element of what is no list', 'exists digits[0]', false],
    ['has nothing inside a text', 'exists path.length', false],
    ['has nothing inside nothing', 'exists user.name', false],
    ['has a field that no selector can name', '"odd key" = 1', true],
    ['has a field whose name has a quote', '"a \\"b\\"" = 1', true],
    ['has one further inside', 'nested["a \\"b\\""] = 1', true],
    ['has a field without a name', 'nested[""] = 1', true],
    ['has a field deep inside', 'nested["odd.key"][1].deep = b', true],
    ['has a field with a hyphen', 'x-id = a', true],
    ['has a message with quotes', 'message contains "\\"hi\\""', true],
    ['has a message with a line break', 'message contains "\\nnow"', true],
    ['has a message that begins so', 'message = "say *"', true],
    ['has no message with a star', 'message contains "\\*"', false],
    ['has a message that no pattern could search', 'message ~ "(hi|ho)\\" to .本"', true],
    ['has an empty text', 'none = ""', true],
    ['is what is not asked away', 'not status = 200', true],
    ['is not what is asked away', 'not status = 502', false],
    ['has not a value it has not', 'missing != 1', false],
    ['lacks what the opposite allows to lack', 'not missing = 1', true],
    ['is neither above nor below a number with a text', 'code > 1', false],
    ['nor by an opposite', 'not code > 1', false],
    ['is cold, so it is not the opposite', 'cold != true', false],
    ['is in a list', 'status in (500, 502)', true],
    ['is not in a list', 'status not in (500, 502)', false],
    ['is one or the other in capitals', 'status = 200 OR error', true],
    ['is both in capitals', 'status = 502 AND level = info', false],
    ['is not what is asked away in capitals', 'NOT status IN (500, 502)', false],
    ['has a level that begins so', 'level = "err*"', true],
  ])('%s: %s', (_title, query, matches) => {
    const expression = parseQuery(query);
    expect(expression && matchesRecord(expression, record)).toBe(matches);
  });
});

test.each<[value: string, like: string[], unlike: string[]]>([
  ['/v1/pets', ['/v1/pets', '*', '**', '/*', '*s', '/v1/*', '*/pets', '*v1*', '/v1*/pets', '/*1*e*s', '*pets*'], []],
  ['/v1/pets', [], ['', '/v1', 'v1*', '*pet', '/v2*', '*1*2*', '/v1/p*/pets', '/v1/pets*s', '*pets*s']],
  ['abab', ['ab*ab', '*b*a*', 'a*b', '*ab*ab'], ['aba*bab', '*ab*ab*ab*', 'ab*a*ab', '*ba*ba*', 'ab*b*ab']],
  ['', ['', '*', '**'], ['a', 'a*', '*a', '*a*']],
])('%j is like %j, and not like %j', (message, like, unlike) => {
  const isLike = (text: string) => {
    const expression = parseQuery(`message = "${text}"`);
    return expression !== null && matchesRecord(expression, { message });
  };
  expect(like.filter((text) => !isLike(text))).toEqual([]);
  expect(unlike.filter(isLike)).toEqual([]);
});

test.each([
  ['version', ['', true, null, ['7']]],
  ['timestamp', ['', 'soon', true]],
])('a %s that is none is neither above nor below another', (name, values) => {
  const limit = name === 'version' ? '5' : '"2026-11-26"';
  for (const value of values) {
    const odd = { ...record, timestamp: value, fields: { version: value } };
    for (const order of ['<', '>=']) {
      const expression = parseQuery(`${name} ${order} ${limit}`);
      expect(expression && matchesRecord(expression, odd)).toBe(false);
    }
  }
});

test('judge, evaluator and the filter of the local platform agree on random queries and records', () => {
  const { cases, exact, matched, disagreements } = agree({ seed: 8, cases: 10_000 });
  expect(disagreements).toEqual([]);
  expect(cases).toBe(10_000);
  // Were all patterns vague, or all records refused, agreeing would say little.
  expect(exact).toBeGreaterThan(cases / 3);
  expect(matched).toBeGreaterThan(cases / 10);
});

test.each([
  ['error production', true],
  ['warn or not stage = "pr-*"', true],
  ['error status >= 500', false],
  ['order.stage = packed message = stage', false],
])('of which stage a line is has to be found out for a query of stages alone: %s: %s', (query, expected) => {
  const expression = parseQuery(query);
  expect(expression && asksForStage(expression)).toBe(expected);
});

describe('a regular expression', () => {
  const line = (path: string) => ({ level: 'info', message: 'response', fields: { path } });
  const isFound = (query: string, path: string) => {
    const expression = parseQuery(query);
    return expression !== null && matchesRecord(expression, line(path));
  };

  test('that would never end does', () => {
    expect(() => isFound('path ~ "^/(a+)+$"', `/${'a'.repeat(40)}!`)).toThrow(
      expect.objectContaining({
        code: 'UP_LOGS_QUERY',
        message: 'The regular expression /^\\/(a+)+$/ takes more than a second for one line',
        hint: expect.stringContaining('contains and *'),
      }),
    );
  });

  test('that may take long and does not is decided', () => {
    expect(isFound('path ~ "^/(a+)+$"', `/${'a'.repeat(40)}`)).toBe(true);
    expect(isFound('path ~ "x.*y.*z"', `/${'x'.repeat(3_000)}`)).toBe(false);
    expect(isFound('path !~ "x.*y.*z"', `/${'x'.repeat(3_000)}`)).toBe(true);
  });

  test.each([
    ['"', '\\"'],
    ["'", "\\'"],
    ['.', '\\.'],
  ])('finds %s where it is escaped', (path, escaped) => {
    expect(isFound(`path ~ "^${escaped}$"`, path)).toBe(true);
    expect(isFound(`path ~ "^${escaped}$"`, 'x')).toBe(false);
  });

  test.each([
    ['a+b*c?d{2,}', 4],
    ['[*+?]\\*x', 0],
    ['(?:a|b)c', 0],
    ['(a)\\1', Number.POSITIVE_INFINITY],
    ['(a|b){2}', Number.POSITIVE_INFINITY],
    ['(a|b)?', Number.POSITIVE_INFINITY],
    ['\\*\\+a', 0],
    ['[*+][*?]a', 0],
  ])('%s has %d repetitions', (source, expected) => expect(repetitions(source)).toBe(expected));
});
