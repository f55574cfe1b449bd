/**
 * When a schedule runs: `at()`, `rate()` and `cron()` expressions of EventBridge Scheduler. Pure.
 *
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
import { type CronFields, matchesDay, parseCron } from './cron.ts';
import { addDays, type LocalDate, toEpoch, toLocal } from './zone.ts';

export type Expression =
  | { readonly kind: 'at'; readonly date: LocalDate; readonly hour: number; readonly minute: number; second: number }
  | { readonly kind: 'rate'; readonly milliseconds: number }
  | { readonly kind: 'cron'; readonly fields: CronFields };

/** Null for what AWS would refuse. */
export function parseExpression(text: string): Expression | null {
  const [, kind, inner = ''] = /^(at|rate|cron)\(([^()]*)\)$/.exec(text) ?? [];
  if (kind === 'at') return parseAt(inner);
  if (kind === 'rate') return parseRate(inner);
  const fields = kind === 'cron' ? parseCron(inner) : null;
  return fields && { kind: 'cron', fields };
}

function parseAt(text: string): Expression | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(text)?.slice(1).map(Number);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  // The 30th of February is the 2nd of March to Date, and nothing to AWS.
  const written = new Date(Date.UTC(year, month - 1, day, hour, minute, second)).toISOString();
  return written.startsWith(text) ? { kind: 'at', date: { year, month, day }, hour, minute, second } : null;
}

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** `rate(1 minutes)` and `rate(5 minute)` are taken, as Scheduler takes them. */
function parseRate(text: string): Expression | null {
  const [, value = '', unit] = /^(\d{1,9}) (minute|hour|day)s?$/.exec(text) ?? [];
  if (unit === undefined || Number(value) < 1) return null;
  return { kind: 'rate', milliseconds: Number(value) * unitMs[unit as keyof typeof unitMs] };
}

export interface Timing {
  /** IANA name; a rate has no use for it. */
  readonly timeZone: string;
  /** Epoch milliseconds of the first run of a rate. */
  readonly anchor: number;
  /** Epoch milliseconds. */
  readonly after: number;
}

/** The first run later than `after`, in epoch milliseconds; null when there is none any more. */
export function nextTime(expression: Expression, { timeZone, anchor, after }: Timing): number | null {
  if (expression.kind === 'rate') {
    const runs = Math.max(0, Math.floor((after - anchor) / expression.milliseconds) + 1);
    return anchor + runs * expression.milliseconds;
  }
  if (expression.kind === 'cron') return nextCron(expression.fields, timeZone, after);
  const { date, hour, minute, second } = expression;
  const time = toEpoch(date, { hour, minute, second }, timeZone);
  return time !== null && time > after ? time : null;
}

/** The last year that a cron expression may name. */
const lastYear = 2199;

function nextCron(fields: CronFields, timeZone: string, after: number): number | null {
  for (let date: LocalDate = toLocal(after, timeZone); date.year <= lastYear; date = following(fields, date)) {
    if (!fields.years.has(date.year) || !fields.months.has(date.month) || !matchesDay(fields, date)) continue;
    const found = firstOfDay(fields, date, timeZone, after);
    if (found !== null) return found;
  }
  return null;
}

/** The next date worth a look: months and years that are not meant are not gone through day by day. */
function following({ years, months }: CronFields, date: LocalDate): LocalDate {
  if (!years.has(date.year)) return { year: date.year + 1, month: 1, day: 1 };
  if (months.has(date.month)) return addDays(date, 1);
  return date.month === 12
    ? { year: date.year + 1, month: 1, day: 1 }
    : { year: date.year, month: date.month + 1, day: 1 };
}

/** A time that a clock put forward leaves out is skipped; one that a clock put back repeats counts once. */
function firstOfDay({ hours, minutes }: CronFields, date: LocalDate, timeZone: string, after: number): number | null {
  for (const hour of hours) {
    for (const minute of minutes) {
      const time = toEpoch(date, { hour, minute, second: 0 }, timeZone);
      if (time !== null && time > after) return time;
    }
  }
  return null;
}
