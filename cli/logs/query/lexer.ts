/** A query as tokens. What a word is (a field, a number, a stage), the parser knows. */
import { queryError } from './error.ts';

export interface Token {
  readonly kind: 'word' | 'quoted' | 'operator' | 'end';
  /** Of a quoted text what stands between the quotes, escapes and all. */
  readonly text: string;
  /** Where it begins in the query, from 0. */
  readonly at: number;
}

/** A word may hold `[2]` and `["odd key"]`: steps of a path. */
const syntax =
  /(?<operator>&&|\|\||==|!=|!~|>=|<=|[=<>~!(),])|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'|(?<word>(?:[^\s()[\],"'=!<>&|~]|\[(?:\d+|"(?:[^"\\]|\\.)*")\])+)/suy;

/** Ends with a token of the kind `end`. Throws UP_LOGS_QUERY. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(source, 0);
  while (at < source.length) {
    syntax.lastIndex = at;
    const groups = syntax.exec(source)?.groups;
    if (!groups) throw unreadable(source, at);
    tokens.push(toToken(groups, at));
    at = skipSpace(source, syntax.lastIndex);
  }
  return [...tokens, { kind: 'end', text: '', at: source.length }];
}

function skipSpace(source: string, from: number): number {
  let at = from;
  while (at < source.length && /\s/.test(source[at] ?? '')) at++;
  return at;
}

function toToken(groups: Record<string, string | undefined>, at: number): Token {
  if (groups.operator !== undefined)
    return { kind: 'operator', text: groups.operator === '==' ? '=' : groups.operator, at };
  if (groups.word !== undefined) return { kind: 'word', text: groups.word, at };
  return { kind: 'quoted', text: groups.double ?? groups.single ?? '', at };
}

function unreadable(source: string, at: number) {
  const character = source[at] ?? '';
  if (character === '"' || character === "'") return queryError(source, at, `expected the closing ${character}`);
  if (character === '&' || character === '|')
    return queryError(source, at, `expected "${character}${character}", found "${character}"`);
  if (character === '[') return queryError(source, at, 'expected a number or a quoted name, and "]"');
  return queryError(source, at, `expected a field, a value or "(", found "${character}"`);
}
