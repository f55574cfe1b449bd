/** Dates and times of day in a time zone. */
export interface LocalDate {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
}

export interface LocalTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const dayMs = 86_400_000;

export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined;
  } catch {
    // RangeError: no such zone.
    return false;
  }
}

/** Making one takes longer than using it a thousand times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const figure = 'numeric';
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: figure, month: figure, day: figure, hour: figure, minute: figure, second: figure },
  });
  formats.set(timeZone, made);
  return made;
}

/** What the clocks of a zone show at an epoch time. */
export function toLocal(time: number, timeZone: string): LocalDate & LocalTime {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(time)
      .map(({ type, value }) => [type, +value]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

function asUtc({ year, month, day, hour, minute, second }: LocalDate & LocalTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The first moment at which the clocks of a zone show this; null when they never do, being put forward over it. */
export function toEpoch(date: LocalDate, time: LocalTime, timeZone: string): number | null {
  const wanted = asUtc({ ...date, ...time });
  const offsets = [wanted - dayMs, wanted + dayMs].map((near) => asUtc(toLocal(near, timeZone)) - near);
  const moments = offsets.map((offset) => wanted - offset).filter((at) => asUtc(toLocal(at, timeZone)) === wanted);
  return moments.length === 0 ? null : Math.min(...moments);
}

export function addDays({ year, month, day }: LocalDate, days: number): LocalDate {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** 1 is Sunday, as in cron expressions of AWS. */
export function weekday({ year, month, day }: LocalDate): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

export function daysIn({ year, month }: LocalDate): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
