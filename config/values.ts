/**
 * The leaf schemas that sections share, and the wording of their refusals.
 *
 * A message is the rest of a sentence that begins with the path of the value. `{value}` in it stands for the offending
 * value as the file spells it; problems.ts fills it in.
 */
import { z } from 'zod';
import { isRecord } from '../http/json.ts';

/** The usual refusal: what the value must be, and what it is. */
export function mustBe(what: string): string {
  return `must be ${what}, not {value}`;
}

/** A whole number in a closed range. */
export function wholeNumber(min: number, max: number) {
  const range = `from ${min} to ${max}`;
  const error = (issue: { input?: unknown }): string =>
    mustBe(isFraction(issue.input) ? `a whole number ${range}` : `a number ${range}`);
  return z.int({ error }).min(min, { error }).max(max, { error });
}

function isFraction(value: unknown): boolean {
  return typeof value === 'number' && !Number.isInteger(value);
}

/** One of a list of words. */
export function choice<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: mustBe(listed(values)) });
}

/** A string with at least one character. */
export function nonEmpty(what: string) {
  return z.string({ error: mustBe(what) }).min(1, { error: 'must not be empty' });
}

/** A path that stays inside the app, written with slashes; `.` is the app itself. */
export function appPath(what: string) {
  const error = mustBe(`${what}, relative and inside it`);
  return z.string({ error }).regex(/^(?![/\\]|[a-zA-Z]:)(?!(?:.*[/\\])?\.\.(?:[/\\]|$))[^\u0000]+$/, { error });
}

/** `"a", "b" or "c"`. */
export function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

/** Nothing in the list stands there twice. */
export function isUnique(list: readonly string[]): boolean {
  return new Set(list).size === list.length;
}

/** For checks over keys: they run even when a value beside them is already refused, so that all problems show at once. */
export const alsoWhenInvalid = { when: (payload: { value: unknown }): boolean => isRecord(payload.value) };
