/** `--since` and `--until`: which moment a time is. */
import { describe, expect, test } from 'vitest';
import { parseEnd, parseTime } from '../../../cli/logs/time.ts';

const noon = new Date(2026, 10, 26, 12, 0, 0).getTime();

describe('a time', () => {
  test.each<[text: string, time: number]>([
    ['1h', noon - 3_600_000],
    ['90s', noon - 90_000],
    ['9:05', new Date(2026, 10, 26, 9, 5).getTime()],
    ['11:30', new Date(2026, 10, 26, 11, 30).getTime()],
    ['11:30:15', new Date(2026, 10, 26, 11, 30, 15).getTime()],
    ['11:59:59', new Date(2026, 10, 26, 11, 59, 59).getTime()],
    ['12:00', noon],
    ['12:30', new Date(2026, 10, 25, 12, 30).getTime()],
    ['23:59', new Date(2026, 10, 25, 23, 59).getTime()],
    ['2026-11-20', new Date(2026, 10, 20).getTime()],
    ['2026-11-20 14:00', new Date(2026, 10, 20, 14).getTime()],
    ['2026-11-20T14:00Z', Date.UTC(2026, 10, 20, 14)],
    ['2026-11-20T14:00:00.123+02:00', Date.UTC(2026, 10, 20, 12, 0, 0, 123)],
    ['2026-11-20T14:00-0130', Date.UTC(2026, 10, 20, 15, 30)],
  ])('may be %s', (text, time) => expect(parseTime(text, noon)).toBe(time));

  test.each([
    'yesterday',
    '24:00',
    '11:60',
    '11:30:60',
    'at 11:30',
    '11:30 or so',
    '2026-13-01',
    '2026-02-30',
    'on 2026-11-20',
    '2026-11-20T14:00 or so',
    '2026-11-20T14:60',
    '-1h',
    '',
  ])('cannot be "%s"', (text) => expect(parseTime(text, noon)).toBeNull());
});

describe('an end', () => {
  const yesterday = new Date(2026, 10, 25, 13).getTime();

  test.each<[text: string, since: number, end: number | null]>([
    ['11:30', noon - 3_600_000, new Date(2026, 10, 26, 11, 30).getTime()],
    // The last one, unless that is before the beginning.
    ['9:00', yesterday, new Date(2026, 10, 26, 9).getTime()],
    ['12:30', noon - 3_600_000, new Date(2026, 10, 26, 12, 30).getTime()],
    ['12:30', yesterday, new Date(2026, 10, 26, 12, 30).getTime()],
    ['13:00', yesterday, yesterday],
    // What names no time of day is what it says, though it is before the beginning.
    ['2h', noon - 3_600_000, noon - 7_200_000],
    ['2026-11-20', noon - 3_600_000, new Date(2026, 10, 20).getTime()],
    ['soon', noon - 3_600_000, null],
  ])('%s of what begins at %i', (text, since, end) => expect(parseEnd(text, noon, since)).toBe(end));

  test('of what begins late in the evening may be after midnight', () => {
    const late = new Date(2026, 10, 26, 23, 50).getTime();
    expect(parseEnd('0:10', late, late - 600_000)).toBe(new Date(2026, 10, 27, 0, 10).getTime());
  });
});
