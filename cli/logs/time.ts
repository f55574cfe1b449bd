/** `--since` and `--until`: a time, or how long ago. */
import { parseDuration } from './duration.ts';

/**
 * Epoch milliseconds, or null. `1h`; `2026-11-26`, `2026-11-26T12:00` (local time, or with `Z`); `14:30`, the last one there
 * was.
 */
export function parseTime(text: string, now: number): number | null {
  const ago = parseDuration(text);
  if (ago !== null) return now - ago;
  const date = parseDate(text);
  if (date !== null) return date;
  const [, hours, minutes, seconds = '0'] = /^(\d\d?):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  return hours === undefined ? null : clockTime(now, [Number(hours), Number(minutes), Number(seconds)]);
}

/** Epoch milliseconds of a day, or of a time on it, local or with its zone; null for anything else, as a 30th of February. */
export function parseDate(text: string): number | null {
  const form = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?))?$/;
  const [, day = '', time = '00:00'] = form.exec(text) ?? [];
  const midnight = new Date(`${day}T00:00Z`);
  // Date takes a day that the month has not for one of the next.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return null;
  return orNull(Date.parse(`${day}T${time}`));
}

/** The same for the end of what begins at `since`: a time of day whose last one is before that is the next one there is. */
export function parseEnd(text: string, now: number, since: number): number | null {
  const time = parseTime(text, now);
  if (time === null || time >= since || !/^\d\d?:/.test(text)) return time;
  const next = new Date(time);
  next.setDate(next.getDate() + 1);
  return next.getTime();
}

function clockTime(now: number, [hours, minutes, seconds]: readonly [number, number, number]): number | null {
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const at = new Date(now);
  at.setHours(hours, minutes, seconds, 0);
  if (at.getTime() > now) at.setDate(at.getDate() - 1);
  return at.getTime();
}

function orNull(time: number): number | null {
  return Number.isNaN(time) ? null : time;
}
