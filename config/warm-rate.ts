/** `lambda.warm_rate`: "5m", "1h", "1h30m", "900s" or seconds as a number, as apex/up took them. */
import { z } from 'zod';
import { mustBe } from './values.ts';

const form = /^(?=\d)(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/;
const maxMinutes = 24 * 60;

const error = mustBe('a time of whole minutes from "1m" to "24h"');

export const warmRateSchema = z
  .union([z.string({ error }).regex(form, { error }), z.number({ error })], { error })
  .refine((value) => isRate(warmMinutes(value)), { error });

/** Whole or not; NaN for what has not the form. */
export function warmMinutes(value: string | number): number {
  if (typeof value === 'number') return value / 60;
  const [, hours = 0, minutes = 0, seconds = 0] = form.exec(value) ?? [undefined, Number.NaN];
  return Number(hours) * 60 + Number(minutes) + Number(seconds) / 60;
}

/** A schedule cannot run more often than once a minute. */
function isRate(minutes: number): boolean {
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= maxMinutes;
}
