/**
 * CloudWatch Logs filter patterns: text in, predicate on messages out. Terms, JSON patterns and space-delimited patterns.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { compileJsonPattern } from './json-pattern.ts';
import { compileRegex, invalidPattern, maxRegexes, unescapeText } from './pattern-text.ts';
import { compileSpacePattern } from './space-pattern.ts';

export type MessagePredicate = (message: string) => boolean;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
const maxPatternLength = 1024;

/** Compiles a pattern; the empty one matches everything. Throws InvalidParameterException for a bad one. */
export function compileFilterPattern(pattern: string): MessagePredicate {
  const text = pattern.trim();
  if (text.length > maxPatternLength) throw invalidPattern(`longer than ${maxPatternLength} characters`);
  if (text === '') return () => true;
  if (text.startsWith('{')) return compileJsonPattern(text);
  if (text.startsWith('[')) return compileSpacePattern(text);
  return compileTerms(text);
}

interface Term {
  readonly sign: '' | '-' | '?';
  readonly matches: MessagePredicate;
}

const termSyntax =
  /(?<sign>[-?]?)(?:"(?<phrase>(?:[^"\\]|\\.)*)"|%(?<regex>(?:[^%\\]|\\.)+)%|(?<word>[^\s"%]+))(?=\s|$)\s*/suy;

function compileTerms(text: string): MessagePredicate {
  const terms = parseTerms(text);
  const excluded = terms.filter((term) => term.sign === '-');
  const required = terms.filter((term) => term.sign === '');
  const optional = terms.filter((term) => term.sign === '?');
  // Beside other terms AWS ignores the question mark terms: they count only on their own.
  const anyOf = required.length === 0 && excluded.length === 0 ? optional : [];
  return (message) =>
    required.every((term) => term.matches(message)) &&
    !excluded.some((term) => term.matches(message)) &&
    (anyOf.length === 0 || anyOf.some((term) => term.matches(message)));
}

function parseTerms(text: string): Term[] {
  const terms: Term[] = [];
  let regexes = 0;
  let position = 0;
  while (position < text.length) {
    termSyntax.lastIndex = position;
    const groups = termSyntax.exec(text)?.groups;
    if (!groups) throw invalidPattern(`cannot read "${text.slice(position)}"`);
    position = termSyntax.lastIndex;
    if (groups.regex !== undefined) regexes++;
    if (regexes > maxRegexes) throw invalidPattern(`more than ${maxRegexes} regular expressions`);
    terms.push({ sign: toSign(groups.sign), matches: toPredicate(groups) });
  }
  return terms;
}

function toSign(sign: string | undefined): Term['sign'] {
  return sign === '-' || sign === '?' ? sign : '';
}

function toPredicate(groups: Record<string, string | undefined>): MessagePredicate {
  if (groups.regex !== undefined) return compileRegex(groups.regex);
  const text = groups.phrase === undefined ? toWord(groups.word ?? '') : unescapeText(groups.phrase);
  if (text === '') throw invalidPattern('empty term');
  return (message) => message.includes(text);
}

/** A term with anything but letters, digits and underscores must be quoted. */
function toWord(word: string): string {
  if (!/^[\p{L}\p{N}_]+$/u.test(word)) throw invalidPattern(`Invalid character(s) in term '${word}'`);
  return word;
}
