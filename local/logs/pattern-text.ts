/** What the kinds of patterns share: quoted texts, wildcards, numbers, regular expressions, and the error. */
import { AwsError } from '../aws/error.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
export const maxRegexes = 2;

/** The error of every bad pattern. */
export function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid filter pattern: ${reason}`);
}

/** Takes the backslashes out of a quoted text: `\"` and `\\`. */
export function unescapeText(text: string): string {
  return text.replaceAll(/\\(.)/gsu, '$1');
}

/** The subset CloudWatch takes: no groups, no characters outside this list. */
const regexCharacters = /^[A-Za-z0-9:_#=@/;,\-^$?[\]{}|\\*+.]+$/;

/** Compiles what stands between two percent signs. */
export function compileRegex(source: string): (text: string) => boolean {
  const bare = source.replaceAll(/\\./gsu, '');
  if (bare !== '' && !regexCharacters.test(bare))
    throw invalidPattern(`unsupported character in regular expression %${source}%`);
  try {
    const regex = new RegExp(source.replaceAll('\\%', '%'));
    return (text) => regex.test(text);
  } catch {
    // What JavaScript cannot compile, CloudWatch cannot either.
    throw invalidPattern(`bad regular expression %${source}%`);
  }
}

export function isNumber(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
}

export const orders: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `*` stands for any run of characters; `\*` for itself. */
export function compileWildcards(text: string): (value: string) => boolean {
  const parts = text.split(/(?<!\\)\*/u).map(unescapeText);
  if (parts.length === 1) return (value) => value === parts[0];
  return (value) => matchesParts(value, parts);
}

/** Leftmost matching of the middle parts: linear, unlike a regular expression with many `.*`. */
function matchesParts(value: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false;
  let position = first.length;
  const end = value.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, position);
    if (found === -1 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}
