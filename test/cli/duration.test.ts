import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../cli/logs/duration.ts';
import { bytes, count, counted, duration, seconds } from '../../cli/output/format.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe('--since', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 5 * minute],
    ['2h', 2 * hour],
    ['1d', day],
    ['1w', 7 * day],
    ['1mo', 30 * day],
    ['1M', 30 * day],
    ['1.5h', 90 * minute],
    ['1h30m', 90 * minute],
    ['1d12h30m', day + 12 * hour + 30 * minute],
    ['0s', 0],
  ])('%s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each([
    '',
    '10',
    'h',
    '1x',
    '-1h',
    '1h ',
    ' 1h',
    '1 h',
    '1h30',
    'yesterday',
    '1hh',
    '.5h',
    '1e3s',
  ])('not "%s"', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

describe('figures for people', () => {
  test.each([
    [bytes(0), '0 B'],
    [bytes(999), '999 B'],
    [bytes(1000), '1.0 kB'],
    [bytes(83_600), '84 kB'],
    [bytes(2_500_000), '2.5 MB'],
    [bytes(3e12), '3000 GB'],
    [duration(0.4), '0 ms'],
    [duration(231), '231 ms'],
    [duration(1820), '1.82 s'],
    [duration(90_000), '1m30s'],
    [seconds(140), '0.1s'],
    [count(1, 'file'), '1 file'],
    [count(0, 'file'), '0 files'],
    [count(2, 'alias'), '2 aliases'],
    [count(2, 'provisioned concurrency'), '2 provisioned concurrencies'],
    [count(2, 'dns records'), '2 dns records'],
    [count(2, 'day'), '2 days'],
    [counted(['role', 'alarm', 'topic', 'alarm']).join(', '), 'role, 2 alarms, topic'],
  ])('%s', (shown, expected) => {
    expect(shown).toBe(expected);
  });

  test.each([
    [999.6, '1.00 s'],
    [59_999, '1m0s'],
    [119_600, '2m0s'],
  ])('%d ms is rounded into the next unit', (milliseconds, expected) => {
    expect(duration(milliseconds)).toBe(expected);
  });
});
