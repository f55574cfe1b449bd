/** When a schedule runs, by its expression. */
import { describe, expect, test } from 'vitest';
import { nextTime, parseExpression } from '../../local/scheduler/expression.ts';

const start = '2026-01-15T10:07:30Z'; // a Thursday

/** The next `count` runs, as ISO 8601 without milliseconds. */
function runs(text: string, { from = start, zone = 'UTC', count = 1 } = {}): string[] {
  const expression = parseExpression(text);
  if (!expression) throw new Error(`${text} is refused`);
  const found: string[] = [];
  for (let after = Date.parse(from) - 1; found.length < count; ) {
    const next = nextTime(expression, { timeZone: zone, anchor: Date.parse(from), after });
    if (next === null) break;
    found.push(new Date(next).toISOString().replace('.000Z', 'Z'));
    after = next;
  }
  return found;
}

describe('a rate', () => {
  test.each([
    ['rate(1 minute)', ['2026-01-15T10:07:30Z', '2026-01-15T10:08:30Z', '2026-01-15T10:09:30Z']],
    ['rate(5 minutes)', ['2026-01-15T10:07:30Z', '2026-01-15T10:12:30Z', '2026-01-15T10:17:30Z']],
    ['rate(2 hours)', ['2026-01-15T10:07:30Z', '2026-01-15T12:07:30Z', '2026-01-15T14:07:30Z']],
    ['rate(1 day)', ['2026-01-15T10:07:30Z', '2026-01-16T10:07:30Z', '2026-01-17T10:07:30Z']],
  ])('%s begins at once and keeps its distance', (text, expected) => {
    expect(runs(text, { count: 3 })).toEqual(expected);
  });
});

describe('a cron expression', () => {
  test.each([
    ['every quarter of an hour', 'cron(0/15 * * * ? *)', ['2026-01-15T10:15:00Z', '2026-01-15T10:30:00Z']],
    ['on working days', 'cron(30 8 ? * MON-FRI *)', ['2026-01-16T08:30:00Z', '2026-01-19T08:30:00Z']],
    ['on weekdays by number, 1 being Sunday', 'cron(0 0 ? * 1 *)', ['2026-01-18T00:00:00Z', '2026-01-25T00:00:00Z']],
    ['on the last day of a month', 'cron(0 12 L * ? *)', ['2026-01-31T12:00:00Z', '2026-02-28T12:00:00Z']],
    ['on the last Friday', 'cron(0 12 ? * 6L *)', ['2026-01-30T12:00:00Z', '2026-02-27T12:00:00Z']],
    ['on the third Friday', 'cron(0 12 ? * FRI#3 *)', ['2026-01-16T12:00:00Z', '2026-02-20T12:00:00Z']],
    [
      'on the working day nearest to the 15th',
      'cron(0 12 15W * ? *)',
      ['2026-01-15T12:00:00Z', '2026-02-16T12:00:00Z'],
    ],
    ['on the first working day', 'cron(0 9 1W * ? *)', ['2026-02-02T09:00:00Z', '2026-03-02T09:00:00Z']],
    ['in lists and steps', 'cron(5,50 8-18/5 * JAN,JUL ? 2026)', ['2026-01-15T13:05:00Z', '2026-01-15T13:50:00Z']],
    ['on leap days alone', 'cron(0 0 29 2 ? *)', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']],
    ['never again', 'cron(0 0 1 1 ? 2020-2025)', []],
  ])('%s', (_, text, expected) => {
    expect(runs(text, { count: 2 })).toEqual(expected);
  });

  test('goes by the clocks of its zone', () => {
    expect(runs('cron(30 9 * * ? *)', { zone: 'Asia/Kolkata', count: 2 })).toEqual([
      '2026-01-16T04:00:00Z',
      '2026-01-17T04:00:00Z',
    ]);
  });

  test('leaves out a time that a clock put forward leaves out', () => {
    const options = { zone: 'Europe/Berlin', from: '2026-03-28T00:00:00Z', count: 2 };
    expect(runs('cron(30 2 * * ? *)', options)).toEqual(['2026-03-28T01:30:00Z', '2026-03-30T00:30:00Z']);
  });

  test('counts once what a clock put back repeats', () => {
    const options = { zone: 'Europe/Berlin', from: '2026-10-25T00:00:00Z', count: 2 };
    expect(runs('cron(30 2 * * ? *)', options)).toEqual(['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z']);
  });
});

describe('a time', () => {
  test('comes once, by the clocks of its zone', () => {
    expect(runs('at(2026-07-01T12:30:45)', { zone: 'America/New_York', count: 2 })).toEqual(['2026-07-01T16:30:45Z']);
  });

  test('that is over never comes', () => {
    expect(runs('at(2025-07-01T12:30:45)')).toEqual([]);
  });
});

test.each([
  'rate(0 minutes)',
  'rate(5 seconds)',
  'rate(1.5 hours)',
  'rate(-1 minute)',
  'rate(5minutes)',
  'at(2026-02-30T00:00:00)',
  'at(2026-02-28 00:00:00)',
  'at(2026-02-28T00:00:00Z)',
  'cron(* * * * * *)',
  'cron(0 12 ? * ? *)',
  'cron(0 12 * * ?)',
  'cron(60 12 * * ? *)',
  'cron(0 24 * * ? *)',
  'cron(0 12 0 * ? *)',
  'cron(0 12 * 13 ? *)',
  'cron(0 12 ? * 8 *)',
  'cron(0 12 * * ? 1969)',
  'cron(5-1 12 * * ? *)',
  'cron(0/0 12 * * ? *)',
  'cron(a 12 * * ? *)',
  '0 12 * * ? *',
  'every(5 minutes)',
  '',
])('"%s" is no expression', (text) => {
  expect(parseExpression(text)).toBeNull();
});
