/**
 * A CloudWatch filter pattern as a tree: rendered with all its parentheses, and widened until it is one that AWS takes.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
 */

export interface Test {
  readonly kind: 'test';
  /** `$.level = "error"` */
  readonly text: string;
  /** False: it lets more through than was asked for. */
  readonly exact: boolean;
  readonly isRegex: boolean;
}

export type Pattern =
  | Test
  /** Lets everything through. */
  | { readonly kind: 'all'; readonly exact: boolean }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Pattern[]; readonly exact: boolean };

export const all: Pattern = { kind: 'all', exact: false };

export function test(text: string, { exact = true, isRegex = false } = {}): Test {
  return { kind: 'test', text, exact, isRegex };
}

export function combine(kind: 'and' | 'or', parts: readonly Pattern[]): Pattern {
  if (kind === 'or' && parts.some((part) => part.kind === 'all')) return all;
  const kept = parts
    .filter((part) => part.kind !== 'all')
    .flatMap((part) => (part.kind === kind ? part.parts : [part]));
  const exact = parts.every((part) => part.exact);
  const [only] = kept;
  if (!only) return all;
  return kept.length === 1 ? { ...only, exact } : { kind, parts: kept, exact };
}

export interface Rendered {
  /** The pattern in braces, or '' when nothing narrower than everything can be said. */
  readonly text: string;
  /** It lets through what was asked for, and nothing else that is a record. */
  readonly exact: boolean;
}

/** Of FilterLogEvents, and of regular expressions in one pattern. */
const maxLength = 1024;
const maxRegexes = 2;

export function renderPattern(pattern: Pattern): Rendered {
  for (let fitted = limitRegexes(pattern); ; fitted = widen(fitted)) {
    if (fitted.kind === 'all') return { text: '', exact: false };
    const text = `{ ${render(fitted)} }`;
    if (text.length <= maxLength) return { text, exact: fitted.exact };
  }
}

function render(pattern: Pattern): string {
  if (pattern.kind === 'test') return pattern.text;
  if (pattern.kind === 'all') return '';
  return pattern.parts
    .map((part) => (part.kind === 'test' ? render(part) : `(${render(part)})`))
    .join(pattern.kind === 'and' ? ' && ' : ' || ');
}

function limitRegexes(pattern: Pattern): Pattern {
  let left = maxRegexes;
  function limit(part: Pattern): Pattern {
    if (part.kind === 'all') return part;
    if (part.kind !== 'test') return combineAs(part, part.parts.map(limit));
    if (!part.isRegex) return part;
    return left-- > 0 ? part : all;
  }
  return limit(pattern);
}

/** Leaves out the longest part of an `and`; no part of an `or` can go alone. */
function widen(pattern: Pattern): Pattern {
  if (pattern.kind !== 'and') return all;
  const lengths = pattern.parts.map((part) => render(part).length);
  const longest = lengths.indexOf(Math.max(...lengths));
  return combineAs(pattern, pattern.parts.with(longest, all));
}

/** What was not exact before does not become so. */
function combineAs({ kind, exact }: Extract<Pattern, { kind: 'and' | 'or' }>, parts: readonly Pattern[]): Pattern {
  const combined = combine(kind, parts);
  return combined.kind === 'all' ? combined : { ...combined, exact: exact && combined.exact };
}
