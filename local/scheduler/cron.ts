/**
 * Cron expressions as AWS writes them: `minutes hours day-of-month month day-of-week year`.
 *
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
import { daysIn, type LocalDate, weekday } from './zone.ts';

export interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Any of them; exactly one of the two kinds of day is given, the other is `?`. */
  readonly days: readonly DayRule[];
}

type DayRule =
  | { readonly kind: 'day'; readonly day: number }
  /** `L`: the last of the month. */
  | { readonly kind: 'last day' }
  /** `15W`: the day from Monday to Friday that is nearest, in the same month. */
  | { readonly kind: 'nearest weekday'; readonly day: number }
  | { readonly kind: 'weekday'; readonly weekday: number }
  /** `6L`: the last Friday. */
  | { readonly kind: 'last weekday'; readonly weekday: number }
  /** `6#3`: the third Friday. */
  | { readonly kind: 'nth weekday'; readonly weekday: number; readonly nth: number };

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Range {
  readonly min: number;
  readonly max: number;
  /** Stand for `min`, `min + 1`, … */
  readonly names?: readonly string[];
}

const ranges = {
  minutes: { min: 0, max: 59 },
  hours: { min: 0, max: 23 },
  monthDays: { min: 1, max: 31 },
  months: { min: 1, max: 12, names: monthNames },
  weekdays: { min: 1, max: 7, names: weekdayNames },
  years: { min: 1970, max: 2199 },
} satisfies Record<string, Range>;

export function parseCron(text: string): CronFields | null {
  const [minutesText = '', hoursText = '', monthDay = '', monthsText = '', day = '', yearsText = '', ...more] =
    text.split(' ');
  if (more.length > 0 || (monthDay === '?') === (day === '?')) return null;
  const minutes = parseField(minutesText, ranges.minutes);
  const hours = parseField(hoursText, ranges.hours);
  const months = parseField(monthsText, ranges.months);
  const years = parseField(yearsText, ranges.years);
  const days = day === '?' ? parseMonthDays(monthDay) : parseWeekdays(day);
  return minutes && hours && months && years && days && { minutes, hours, months, years, days };
}

/** In order. Lists of numbers, ranges and steps; null for anything else. */
function parseField(text: string, range: Range): ReadonlySet<number> | null {
  const values: number[] = [];
  for (const part of text.split(',')) {
    const found = parsePart(part, range);
    if (!found) return null;
    values.push(...found);
  }
  return new Set(values.sort((a, b) => a - b));
}

function parsePart(part: string, range: Range): number[] | null {
  const [, first = '', last, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
  const from = first === '*' ? range.min : toNumber(first, range);
  const to = last === undefined ? (first === '*' || step ? range.max : from) : toNumber(last, range);
  const by = step === undefined ? 1 : Number(step);
  if (from === null || to === null || by < 1 || from > to || (first === '*' && last !== undefined)) return null;
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by);
}

function toNumber(text: string, { min, max, names = [] }: Range): number | null {
  const named = names.indexOf(text.toUpperCase());
  const value = named !== -1 ? min + named : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : null;
}

function parseMonthDays(text: string): DayRule[] | null {
  if (text === 'L') return [{ kind: 'last day' }];
  const nearest = /^(\d+)W$/.exec(text)?.[1];
  if (nearest !== undefined) {
    const day = toNumber(nearest, ranges.monthDays);
    return day === null ? null : [{ kind: 'nearest weekday', day }];
  }
  const days = parseField(text, ranges.monthDays);
  return days && [...days].map((day) => ({ kind: 'day', day }));
}

function parseWeekdays(text: string): DayRule[] | null {
  // Alone it is Saturday, the last of the week.
  if (text === 'L') return [{ kind: 'weekday', weekday: 7 }];
  const [, name = '', nth] = /^(\w+)(?:#([1-5])|L)$/.exec(text) ?? [];
  const special = name === '' ? null : toNumber(name, ranges.weekdays);
  if (special !== null && nth !== undefined) return [{ kind: 'nth weekday', weekday: special, nth: Number(nth) }];
  if (special !== null) return [{ kind: 'last weekday', weekday: special }];
  const weekdays = parseField(text, ranges.weekdays);
  return weekdays && [...weekdays].map((value) => ({ kind: 'weekday', weekday: value }));
}

export function matchesDay({ days }: CronFields, date: LocalDate): boolean {
  return days.some((rule) => matches(rule, date));
}

function matches(rule: DayRule, date: LocalDate): boolean {
  switch (rule.kind) {
    case 'day':
      return date.day === rule.day;
    case 'last day':
      return date.day === daysIn(date);
    case 'nearest weekday':
      return date.day === nearestWeekday(date, rule.day);
    case 'weekday':
      return weekday(date) === rule.weekday;
    case 'last weekday':
      return weekday(date) === rule.weekday && date.day + 7 > daysIn(date);
    case 'nth weekday':
      return weekday(date) === rule.weekday && Math.ceil(date.day / 7) === rule.nth;
  }
}

/** Saturday gives way to Friday and Sunday to Monday, unless that is in another month. */
function nearestWeekday(date: LocalDate, wanted: number): number {
  const last = daysIn(date);
  if (wanted > last) return 0;
  const day = weekday({ ...date, day: wanted });
  if (day === 7) return wanted === 1 ? 3 : wanted - 1;
  if (day === 1) return wanted === last ? wanted - 2 : wanted + 1;
  return wanted;
}
