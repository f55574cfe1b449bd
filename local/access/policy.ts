/**
 * Identity policies as IAM takes them. What this evaluator does not know is refused when the policy is read: a condition
 * that nobody checks would allow too much or too little.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { isRecord } from '../../http/json.ts';
import { operatorOf } from './conditions.ts';

export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Patterns; with `except`, everything but them. */
  readonly actions: Selection;
  readonly resources: Selection;
  readonly conditions: readonly Condition[];
}

export interface Selection {
  readonly patterns: readonly string[];
  readonly except: boolean;
}

export interface Condition {
  /** `StringLike`, `ForAllValues:StringEqualsIfExists` */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** What is wrong with a policy, in a sentence. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** Reads the JSON of a policy. Throws a PolicyError. */
export function parsePolicy(text: string): Policy {
  const document = parseJson(text);
  requireKeys(document, 'the policy', ['Version', 'Id', 'Statement']);
  if (document.Version !== undefined && !['2012-10-17', '2008-10-17'].includes(String(document.Version)))
    throw new PolicyError(`Version is "${document.Version}", not "2012-10-17"`);
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  return { statements: statements.map((statement, index) => parseStatement(statement, `statement ${index + 1}`)) };
}

type Json = Readonly<Record<string, unknown>>;

function parseJson(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PolicyError(`it is not JSON: ${(error as Error).message}`);
  }
  if (!isRecord(value)) throw new PolicyError('it is not a JSON object');
  return value;
}

const statementKeys = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

function parseStatement(statement: unknown, where: string): Statement {
  if (!isRecord(statement)) throw new PolicyError(`${where} is not an object`);
  requireKeys(statement, where, statementKeys);
  const { Effect } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new PolicyError(`${where}: Effect is neither "Allow" nor "Deny"`);
  return {
    effect: Effect,
    actions: parseSelection(statement, 'Action', where),
    resources: parseSelection(statement, 'Resource', where),
    conditions: parseConditions(statement.Condition ?? {}, where),
  };
}

/** An identity policy names no principal: it hangs on one. */
function requireKeys(value: Json, where: string, known: readonly string[]): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new PolicyError(`${where}: "${unknown}" has no place there`);
}

function parseSelection(statement: Json, name: 'Action' | 'Resource', where: string): Selection {
  const [named, except] = [statement[name], statement[`Not${name}`]];
  if ((named === undefined) === (except === undefined))
    throw new PolicyError(`${where}: it takes either ${name} or Not${name}`);
  const patterns = toTexts(named ?? except, `${where}: ${name}`);
  const bad = name === 'Action' ? patterns.find((pattern) => !/^(?:\*|[\w*?-]+:[\w*?-]+)$/.test(pattern)) : undefined;
  if (bad !== undefined) throw new PolicyError(`${where}: "${bad}" is no action, as "lambda:GetFunction" is`);
  return { patterns, except: except !== undefined };
}

function parseConditions(block: unknown, where: string): Condition[] {
  if (!isRecord(block)) throw new PolicyError(`${where}: Condition is not an object`);
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (operatorOf(operator) === null) throw new PolicyError(`${where}: "${operator}" is no operator of a condition`);
    if (!isRecord(keys)) throw new PolicyError(`${where}: ${operator} is not an object`);
    return Object.entries(keys).map(([key, values]) => ({
      operator,
      key,
      values: toTexts(values, `${where}: ${operator} of ${key}`),
    }));
  });
}

function toTexts(value: unknown, what: string): string[] {
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new PolicyError(`${what} is empty`);
  return values.map((one) => {
    if (typeof one === 'string') return one;
    // IAM takes them without quotes, too.
    if (typeof one === 'boolean' || typeof one === 'number') return String(one);
    throw new PolicyError(`${what} is not text`);
  });
}
