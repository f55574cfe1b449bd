/**
 * Decides whether a record matches a query; the pattern sent to AWS only reduces how much is read. `not` is carried
 * inwards: the opposite of a comparison holds for a missing field, and for a value of the right kind on the other side.
 * A text is neither above nor below a number.
 */
import type { Constant, Expression, Path, Text } from './ast.ts';
import { holds } from './comparison.ts';
import { isTimestamp, isVersion } from './fields.ts';
import { compileRegex, type TestText } from './regex.ts';

/** A value nobody knows yet: what depends on it may be either way. */
export const unknown = Symbol('unknown');

/** What stands at a path: a JSON value, `undefined` when nothing does, or `unknown`. */
export type Lookup = (path: Path) => unknown;

/** Null when it depends on what is unknown. */
export type Answer = boolean | null;

/** Whether the record is asked for. */
export function matchesRecord(expression: Expression, record: object): boolean {
  return evaluate(expression, (path) => select(record, path)) === true;
}

export function evaluate(expression: Expression, lookup: Lookup, negated = false): Answer {
  switch (expression.kind) {
    case 'not':
      return evaluate(expression.part, lookup, !negated);
    case 'and':
    case 'or':
      return combine(expression, lookup, negated);
    default:
      return compare(expression, lookup(expression.path), negated);
  }
}

/** A negated `and` is an `or` of negations. */
function combine(
  { kind, parts }: Extract<Expression, { kind: 'and' | 'or' }>,
  lookup: Lookup,
  negated: boolean,
): Answer {
  const decisive = (kind === 'or') !== negated;
  let answer: Answer = !decisive;
  for (const part of parts) {
    const one = evaluate(part, lookup, negated);
    if (one === decisive) return decisive;
    if (one === null) answer = null;
  }
  return answer;
}

type Comparison = Exclude<Expression, { kind: 'and' | 'or' | 'not' }>;

function compare(expression: Comparison, value: unknown, negated: boolean): Answer {
  if (value === unknown) return null;
  if (expression.kind === 'exists') return (value !== undefined) !== negated;
  if (value === undefined) return negated;
  if (expression.kind === 'order') return compareOrder(expression, value, negated);
  const differs = expression.differs !== negated;
  if (expression.kind === 'matches') return (typeof value === 'string' && testOf(expression)(value)) !== differs;
  return compareValue(expression.value, value, differs);
}

const tests = new WeakMap<Comparison, TestText>();

/** Compiled once for all records. */
function testOf(expression: Extract<Expression, { kind: 'matches' }>): TestText {
  const test = tests.get(expression) ?? compileRegex(expression.regex);
  tests.set(expression, test);
  return test;
}

function compareOrder(
  { path, order, limit }: Extract<Expression, { kind: 'order' }>,
  value: unknown,
  negated: boolean,
): boolean {
  const number = toNumber(path, value);
  return number !== null && holds(number, order, limit) !== negated;
}

/** A version is a text of digits, and a timestamp one of a date. */
function toNumber(path: Path, value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  const number = isVersion(path) && value !== '' ? Number(value) : isTimestamp(path) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(number) ? null : number;
}

function compareValue(
  wanted: Extract<Expression, { kind: 'equals' }>['value'],
  value: unknown,
  differs: boolean,
): boolean {
  if (wanted.kind === 'text') return (typeof value === 'string' && matchesText(value, wanted)) !== differs;
  if (wanted.kind === 'number') return (value === wanted.number) !== differs;
  return compareConstant(wanted, value, differs);
}

/** The other of `true` is `false`, and nothing else is. */
function compareConstant({ value: wanted }: Constant, value: unknown, differs: boolean): boolean {
  if (!differs) return value === wanted;
  return wanted === null ? value !== null : value === !wanted;
}

/** Leftmost matching of the parts between wildcards: linear, whatever stands in them. */
function matchesText(value: string, { parts }: Pick<Text, 'parts'>): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return value === first;
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
  let position = first.length;
  const end = value.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, position);
    if (found === -1 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}

/** A name leads into an object, a number into an array. */
export function select(record: object, path: Path): unknown {
  let value: unknown = record;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    if ((typeof step === 'number') !== Array.isArray(value)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return value;
}
