/** The tokens still to be read. Moving on is the only effect in the parser. */
import type { UpError } from '../../errors.ts';
import { queryError } from './error.ts';
import { type Token, tokenize } from './lexer.ts';

export interface Cursor {
  readonly stages: ReadonlySet<string>;
  /** The token `ahead` of the next one; past the end it is the end. */
  peek(ahead?: number): Token;
  next(): Token;
  error(token: Token, message: string): UpError;
}

/** Throws UP_LOGS_QUERY. */
export function createCursor(source: string, stages: ReadonlySet<string>): Cursor {
  const tokens = tokenize(source);
  const end: Token = { kind: 'end', text: '', at: source.length };
  let position = 0;
  const peek = (ahead = 0): Token => tokens[position + ahead] ?? end;
  return {
    stages,
    peek,
    next() {
      const token = peek();
      position++;
      return token;
    },
    error: (token, message) => queryError(source, token.at, message),
  };
}

export function isOperator(token: Token, text: string): boolean {
  return token.kind === 'operator' && token.text === text;
}

/** Small, or all in capitals, as SQL has it. */
export function isKeyword({ kind, text }: Token, keyword: string): boolean {
  return kind === 'word' && (text === keyword || text === keyword.toUpperCase());
}

export function describe({ kind, text }: Token): string {
  return kind === 'end' ? 'the end' : `"${text}"`;
}
