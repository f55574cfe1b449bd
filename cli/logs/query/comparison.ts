/** Comparisons of a field with a value: `=`, `!=`, `contains`, `~`, `!~`, `<`, `<=`, `>`, `>=`, `in`, `not in`. */
import { parseDate } from '../time.ts';
import { type Amount, type Constant, type Expression, type Order, or, type Path, type Text } from './ast.ts';
import { type Cursor, describe, isKeyword, isOperator } from './cursor.ts';
import { holdsText, isLevel, isTimestamp, isVersion, levels } from './fields.ts';
import type { Token } from './lexer.ts';
import { anywhere, parseNumber, parseText, unitNames } from './values.ts';

const operators = new Set(['=', '!=', '~', '!~', '>', '>=', '<', '<=']);

/** Whether the token `ahead` compares what stands before it. */
export function operatorAt(cursor: Cursor, ahead: number): boolean {
  const token = cursor.peek(ahead);
  if (token.kind === 'operator') return operators.has(token.text);
  if (isKeyword(token, 'in')) return isOperator(cursor.peek(ahead + 1), '(');
  if (isKeyword(token, 'contains')) return true;
  const then = cursor.peek(ahead + 1);
  if (!isKeyword(token, 'not')) return false;
  return isKeyword(then, 'contains') || (isKeyword(then, 'in') && isOperator(cursor.peek(ahead + 2), '('));
}

/** The cursor stands on the operator. */
export function comparisonOf(cursor: Cursor, path: Path): Expression {
  const token = cursor.next();
  if (isKeyword(token, 'not')) return { kind: 'not', part: comparisonOf(cursor, path) };
  if (isKeyword(token, 'in')) return parseList(cursor, path);
  if (isKeyword(token, 'contains')) return parseContains(cursor, path);
  const { text } = token;
  if (text === '=' || text === '!=') return equals(path, text === '!=', parseValue(cursor, path));
  if (text === '~' || text === '!~') return parseRegex(cursor, path, text === '!~');
  if (text === '>' || text === '>=' || text === '<' || text === '<=') return parseOrder(cursor, path, text);
  throw cursor.error(token, `expected a comparison, found ${describe(token)}`);
}

function equals(path: Path, differs: boolean, value: Text | Amount | Constant): Expression {
  return { kind: 'equals', path, differs, value };
}

const constants = new Map<string, Constant['value']>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function parseValue(cursor: Cursor, path: Path): Text | Amount | Constant {
  const token = cursor.next();
  if (token.kind !== 'quoted' && token.kind !== 'word')
    throw cursor.error(token, `expected a value, found ${describe(token)}`);
  const { text } = token;
  if (isLevel(path)) return parseLevel(cursor, token);
  if (isVersion(path)) return parseText(versionOf(text));
  if (token.kind === 'quoted' || holdsText(path)) return parseText(text);
  const constant = constants.get(text);
  if (constant !== undefined) return { kind: 'constant', value: constant };
  const source = withUnit(cursor, text);
  const number = parseNumber(source);
  return number === null ? parseText(text) : { kind: 'number', number, source };
}

/** A unit may stand apart: `1 s`. */
function withUnit(cursor: Cursor, digits: string): string {
  const { kind, text } = cursor.peek();
  const isUnit = kind === 'word' && /^[a-z]+$/i.test(text) && parseNumber(digits + text) !== null;
  if (!isUnit || parseNumber(digits) === null || operatorAt(cursor, 1)) return digits;
  cursor.next();
  return digits + text;
}

/** No record has another: one that no app means by `*` would find nothing, and say nothing of it. */
function parseLevel(cursor: Cursor, token: Token): Text {
  const level = levelText(token.text);
  if (level.parts.length > 1 || levels.includes(level.parts[0] as string)) return level;
  throw notLevel(cursor, token);
}

function notLevel(cursor: Cursor, token: Token) {
  return cursor.error(token, `expected one of ${levels.join(', ')}, found ${describe(token)}`);
}

/** Levels are written small, whatever a person types. */
function levelText(text: string): Text {
  return parseText(text.toLowerCase());
}

function parseContains(cursor: Cursor, path: Path): Expression {
  const token = cursor.next();
  if (token.kind !== 'quoted' && token.kind !== 'word')
    throw cursor.error(token, `expected a text, found ${describe(token)}`);
  return equals(path, false, anywhere(isLevel(path) ? levelText(token.text) : parseText(token.text)));
}

function parseList(cursor: Cursor, path: Path): Expression {
  cursor.next();
  const parts = [equals(path, false, parseValue(cursor, path))];
  for (;;) {
    const token = cursor.next();
    if (isOperator(token, ')')) return or(parts);
    if (!isOperator(token, ',')) throw cursor.error(token, `expected "," or ")", found ${describe(token)}`);
    parts.push(equals(path, false, parseValue(cursor, path)));
  }
}

/** In a regular expression a backslash is its own: `\"` is a quote there too. */
function parseRegex(cursor: Cursor, path: Path, differs: boolean): Expression {
  const token = cursor.next();
  if (token.kind !== 'quoted' && token.kind !== 'word')
    throw cursor.error(token, `expected a regular expression, found ${describe(token)}`);
  const regex = token.text;
  try {
    new RegExp(regex);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*: /s, '') : '';
    throw cursor.error(token, `expected a regular expression: ${why}`);
  }
  return { kind: 'matches', path, differs, regex };
}

function parseOrder(cursor: Cursor, path: Path, order: Order): Expression {
  const token = cursor.next();
  if (isLevel(path)) return parseLevels(cursor, path, order, token);
  const limit = limitOf(cursor, path, token);
  if (limit !== null) return { kind: 'order', path, order, limit };
  if (isTimestamp(path)) throw cursor.error(token, 'expected a time, such as "2026-11-26T12:00:00Z"');
  if (isVersion(path)) throw cursor.error(token, `expected a number, found ${describe(token)}`);
  throw cursor.error(token, `expected a number, with or without a unit (${unitNames}), found ${describe(token)}`);
}

function limitOf(cursor: Cursor, path: Path, token: Token): number | null {
  if (isTimestamp(path)) return parseTimestamp(token);
  if (token.kind !== 'word') return null;
  return parseNumber(isVersion(path) ? versionOf(token.text) : withUnit(cursor, token.text));
}

/** `v7`, as releases are shown, is the version 7. */
function versionOf(text: string): string {
  return text.replace(/^v(?=\d+$)/i, '');
}

function parseTimestamp(token: Token): number | null {
  return token.kind === 'operator' ? null : parseDate(token.text);
}

/** `level >= warn` is warn, error or fatal. */
function parseLevels(cursor: Cursor, path: Path, order: Order, token: Token): Expression {
  const named = token.text.toLowerCase();
  const rank = levels.indexOf(named);
  if (rank === -1) throw notLevel(cursor, token);
  const chosen = levels.filter((_, index) => holds(index, order, rank));
  if (chosen.length === 0) throw cursor.error(token, `expected another level: nothing is ${order} ${token.text}`);
  return or(chosen.map((level) => equals(path, false, { kind: 'text', parts: [level] })));
}

export function holds(value: number, order: Order, limit: number): boolean {
  if (order === '>') return value > limit;
  if (order === '>=') return value >= limit;
  return order === '<' ? value < limit : value <= limit;
}
