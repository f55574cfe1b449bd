/**
 * Compiles a query to a CloudWatch pattern for records that are JSON. `not` goes inwards by De Morgan: CloudWatch has no
 * negation of a group. What the pattern cannot say exactly it lets through, and the evaluator decides.
 *
 * An opposite also holds for a field that is not there, so it says NOT EXISTS; whether `!=` does by itself, AWS does not say.
 */
import type { Constant, Expression, Order, Path, Text } from './ast.ts';
import { isTimestamp, isTop, isVersion } from './fields.ts';
import { all, combine, type Pattern, test } from './pattern.ts';

export function compilePattern(expression: Expression, negated = false): Pattern {
  switch (expression.kind) {
    case 'not':
      return compilePattern(expression.part, !negated);
    case 'and':
    case 'or':
      return combine(
        (expression.kind === 'and') === negated ? 'or' : 'and',
        expression.parts.map((part) => compilePattern(part, negated)),
      );
    default:
      return compileComparison(expression, negated);
  }
}

type Comparison = Exclude<Expression, { kind: 'and' | 'or' | 'not' }>;

function compileComparison(expression: Comparison, negated: boolean): Pattern {
  const selector = toSelector(expression.path);
  if (selector === null) return all;
  if (expression.kind === 'exists') return negated ? test(`${selector} NOT EXISTS`) : all;
  const compared = compare(expression, selector, negated);
  if (!negated || isTop(expression.path)) return compared;
  return combine('or', [test(`${selector} NOT EXISTS`), compared]);
}

function compare(expression: Exclude<Comparison, { kind: 'exists' }>, selector: string, negated: boolean): Pattern {
  if (expression.kind === 'order') {
    if (isVersion(expression.path) || isTimestamp(expression.path)) return all;
    const order = negated ? opposites[expression.order] : expression.order;
    return test(`${selector} ${order} ${expression.limit}`);
  }
  const differs = expression.differs !== negated;
  const operator = differs ? '!=' : '=';
  if (expression.kind === 'matches') return compileRegex(`${selector} ${operator}`, expression.regex);
  const { value } = expression;
  if (value.kind === 'number') return test(`${selector} ${operator} ${value.number}`);
  return value.kind === 'text' ? compileText(selector, differs, value) : compileConstant(selector, differs, value);
}

const opposites: Readonly<Record<Order, Order>> = { '>': '<=', '>=': '<', '<': '>=', '<=': '>' };

/** There is IS NULL, and nothing for its opposite. */
function compileConstant(selector: string, differs: boolean, { value }: Constant): Pattern {
  if (value === null) return differs ? all : test(`${selector} IS NULL`);
  return test(`${selector} IS ${value !== differs ? 'TRUE' : 'FALSE'}`);
}

/** AWS does not say how these are escaped within quotes; a wildcard stands for them. */
const unsayable = /["\\*%\p{Cc}]+/gu;

function compileText(selector: string, differs: boolean, { parts }: Text): Pattern {
  const exact = !parts.some((part) => part.search(unsayable) !== -1);
  // The opposite of something wider would be narrower.
  if (differs && !exact) return all;
  const text = parts.map((part) => part.replaceAll(unsayable, '*')).join('*');
  return test(`${selector} ${differs ? '!=' : '='} "${text.replaceAll(/\*+/g, '*')}"`, { exact });
}

/**
 * What both CloudWatch and JavaScript read the same way; no groups, no other characters.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
 */
const common = /^(?:[A-Za-z0-9_#=@/;,:^$?[\]{}|*+.-]|\\[dDsSwW.*+?^$|[\]{}/\\-])+$/;

function compileRegex(start: string, regex: string): Pattern {
  return common.test(regex) && isStrict(regex) ? test(`${start} %${regex}%`, { isRegex: true }) : all;
}

/** Without the flag JavaScript forgives what AWS refuses: a lone brace, an escape without a meaning. */
function isStrict(regex: string): boolean {
  try {
    return new RegExp(regex, 'u').source !== '';
  } catch {
    return false;
  }
}

/** Null for names that a selector cannot hold. */
function toSelector(path: Path): string | null {
  let selector = '$';
  for (const step of path) {
    if (typeof step === 'number') selector += `[${step}]`;
    else if (/^[A-Za-z0-9_-]+$/.test(step)) selector += `.${step}`;
    else return null;
  }
  return selector;
}
