/**
 * The secret values that this program has read. None of its output contains one, whoever wrote the text: AWS, for
 * example, quotes the whole environment of a function that is too large.
 */
import type { UpError } from './errors.ts';

export interface Secrets {
  add(values: Iterable<string>): void;
  hide(text: string): string;
}

/** Shorter ones are words of ordinary sentences, "true" or "eu". */
const shortest = 6;
const mark = '(secret)';

export function createSecrets(): Secrets {
  const forms = new Set<string>();
  return {
    add(values) {
      for (const value of values) for (const form of formsOf(value)) if (form.length >= shortest) forms.add(form);
    },
    hide(text) {
      // The longest first: one may be part of another.
      const longestFirst = [...forms].sort((a, b) => b.length - a.length);
      return longestFirst.reduce((hidden, form) => hidden.replaceAll(form, mark), text);
    },
  };
}

/** A value as it is, as JSON has it, and line by line: evidence is indented. */
function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return [value, JSON.stringify(value).slice(1, -1), ...lines];
}

/** The same error, fit to be shown. */
export function hideInError(error: UpError, { hide }: Secrets): UpError {
  return error.with({
    message: hide(error.message),
    hint: hide(error.hint),
    next: error.next.map(hide),
    ...(error.evidence !== undefined && { evidence: hide(error.evidence) }),
  });
}
