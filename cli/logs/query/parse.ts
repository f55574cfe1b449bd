/**
 * Parses a query, by recursive descent. What binds least comes first, as in apex/up: `not` (it takes all that follows, up
 * to the end or the parenthesis), `or`, `and` (also said by standing side by side), comparisons, `!`.
 * The grammar stands in docs/logs.md.
 */
import { and, type Expression, or, type Path } from './ast.ts';
import { comparisonOf, operatorAt } from './comparison.ts';
import { type Cursor, createCursor, describe, isKeyword, isOperator } from './cursor.ts';
import { levels, parsePath, toPath } from './fields.ts';
import { anywhere, parseNumber, parseText } from './values.ts';

export interface ParseOptions {
  /** Names that by themselves mean the stage. */
  readonly stages?: readonly string[];
}

const usualStages = ['production', 'staging', 'development'];

/** Null for a query that asks for nothing. Throws UP_LOGS_QUERY. */
export function parseQuery(source: string, { stages = [] }: ParseOptions = {}): Expression | null {
  const cursor = createCursor(source, new Set([...usualStages, ...stages]));
  if (cursor.peek().kind === 'end') return null;
  const expression = parseOr(cursor);
  const rest = cursor.peek();
  // Nothing else ends an expression.
  if (rest.kind !== 'end') throw cursor.error(rest, 'expected no ")": no "(" is open');
  return expression;
}

/** Deeper than anybody writes; what reads and evaluates a query calls itself for each level. */
const mostLevels = 500;

function parseOr(cursor: Cursor, level = 0): Expression {
  const parts = [parseAnd(cursor, level)];
  while (isOr(cursor)) {
    cursor.next();
    parts.push(parseAnd(cursor, level));
  }
  return or(parts);
}

function isOr(cursor: Cursor): boolean {
  const token = cursor.peek();
  return isOperator(token, '||') || isKeyword(token, 'or');
}

function parseAnd(cursor: Cursor, level: number): Expression {
  const parts = [parseTerm(cursor, level)];
  while (!atEnd(cursor)) {
    const token = cursor.peek();
    if (isOperator(token, '&&') || isKeyword(token, 'and')) cursor.next();
    parts.push(parseTerm(cursor, level));
  }
  return and(parts);
}

function atEnd(cursor: Cursor): boolean {
  const token = cursor.peek();
  return token.kind === 'end' || isOperator(token, ')') || isOr(cursor);
}

function parseTerm(cursor: Cursor, level: number): Expression {
  const token = cursor.peek();
  if (level > mostLevels) throw cursor.error(token, `expected no more than ${mostLevels} levels`);
  if (isKeyword(token, 'not')) {
    cursor.next();
    return { kind: 'not', part: parseOr(cursor, level + 1) };
  }
  if (isOperator(token, '!')) {
    cursor.next();
    return { kind: 'not', part: parseTerm(cursor, level + 1) };
  }
  if (isOperator(token, '(')) return parseGroup(cursor, level);
  if (isKeyword(token, 'exists')) return parseExists(cursor);
  const path = operatorAt(cursor, 1) ? pathAt(cursor) : null;
  if (path) {
    cursor.next();
    return comparisonOf(cursor, path);
  }
  return parseBare(cursor);
}

function parseGroup(cursor: Cursor, level: number): Expression {
  const open = cursor.next();
  const inner = parseOr(cursor, level + 1);
  const close = cursor.next();
  if (!isOperator(close, ')'))
    throw cursor.error(close, `expected ")" for the "(" of column ${open.at + 1}, found ${describe(close)}`);
  return inner;
}

function parseExists(cursor: Cursor): Expression {
  // A field may have that name.
  if (operatorAt(cursor, 1)) {
    cursor.next();
    return comparisonOf(cursor, toPath(['exists']));
  }
  cursor.next();
  const path = pathAt(cursor);
  cursor.next();
  return { kind: 'exists', path };
}

function pathAt(cursor: Cursor): Path {
  const token = cursor.peek();
  if (token.kind === 'quoted') return toPath([token.text.replaceAll(/\\(.)/gsu, '$1')]);
  const path = token.kind === 'word' ? parsePath(token.text) : null;
  if (!path) throw cursor.error(token, `expected the name of a field, found ${describe(token)}`);
  return path;
}

/** What stands by itself: a severity, a stage, a message in quotes, or a word to look for in messages. */
function parseBare(cursor: Cursor): Expression {
  const token = cursor.next();
  if (token.kind === 'quoted') return message(parseText(token.text));
  const { text } = token;
  if (token.kind !== 'word' || keywords.some((keyword) => isKeyword(token, keyword)))
    throw cursor.error(token, expected(token));
  if (levels.includes(text)) return field(['level'], text);
  if (cursor.stages.has(text)) return field(['fields', 'stage'], text);
  if (parseNumber(text) !== null)
    throw cursor.error(token, `expected a field to compare ${text} with, as in status = ${text}`);
  return message(anywhere(parseText(text)));
}

const keywords = ['and', 'or', 'not', 'in', 'contains', 'exists'];

function field(path: Path, text: string): Expression {
  return { kind: 'equals', path, differs: false, value: { kind: 'text', parts: [text] } };
}

function message(value: ReturnType<typeof parseText>): Expression {
  return { kind: 'equals', path: ['message'], differs: false, value };
}

function expected(token: ReturnType<Cursor['peek']>): string {
  return `expected a field, a severity, a stage, a text or "(", found ${describe(token)}`;
}
