/**
 * Errors after which the same command works with one flag more. Proposing another command instead would deploy where
 * somebody wanted to read a log, or begin an app in another folder.
 */
import { type ErrorCode, errorTable } from '../error-table.ts';
import type { UpError } from '../errors.ts';
import { commandAgain } from './again.ts';
import { beforeLiterals } from './checks.ts';

interface Way {
  /** Told from others of its code. */
  readonly message?: RegExp;
  readonly flag: string;
  readonly hint: (again: string) => string;
  readonly next: (again: string) => readonly string[];
}

const ways: Readonly<Partial<Record<ErrorCode, Way>>> = {
  UP_REGION_MISSING: {
    flag: '--region us-east-1',
    hint: (again) => `${again}, or set "regions" in up.json`,
    next: (again) => [again],
  },
  UP_AUTH_MISSING: {
    flag: '--local',
    hint: (again) => `aws configure, aws sso login, or try it without an account: ${again}`,
    next: (again) => ['aws configure', 'aws sso login', again],
  },
  UP_USAGE: {
    message: /^The question was not answered\. Nothing was written\./,
    flag: '--yes',
    hint: (again) => again,
    next: (again) => [again],
  },
};

/** The error with that command; any other, and one whose words are nobody's business, as it is. */
export function inTypedAgain(error: UpError, words: readonly string[]): UpError {
  const way = ways[error.code];
  if (way === undefined || !(way.message?.test(error.message) ?? true)) return error;
  // Where the error is thrown more may be known: that a profile is missing, for example.
  if (way.message === undefined && error.hint !== errorTable[error.code].hint) return error;
  const again = commandAgain(withFlag(words, way.flag));
  if (again === null) return error;
  return error.with({ hint: way.hint(again), next: way.next(again) });
}

/** Behind `--` it would be a word. */
function withFlag(words: readonly string[], flag: string): readonly string[] {
  const own = beforeLiterals(words);
  return [...own, ...flag.split(' '), ...words.slice(own.length)];
}
