/**
 * The conditions of a statement: an operator, a key of the request, values.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { type Compare, comparisons, opposites } from './comparisons.ts';
import type { Condition } from './policy.ts';

/** What is known of a request, by condition key: `iam:PassedToService`, `aws:RequestTag/up:app`. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

export interface Operator {
  readonly compare: Compare;
  /** `NotEquals` and its like: no value may match, and a missing key is no match. */
  readonly negated: boolean;
  /** `ForAllValues`, `ForAnyValue` */
  readonly set: 'all' | 'any' | null;
  readonly ifExists: boolean;
  readonly isNull: boolean;
}

/** What an operator's name means; null for one that IAM does not know either. */
export function operatorOf(name: string): Operator | null {
  const [, prefix, base = '', suffix] = /^(?:For(AllValues|AnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const set = prefix === undefined ? null : prefix === 'AllValues' ? 'all' : 'any';
  const rest = { set, ifExists: suffix !== undefined } as const;
  if (base === 'Null') return rest.ifExists ? null : { compare: () => false, negated: false, ...rest, isNull: true };
  const opposite = Object.hasOwn(opposites, base) ? opposites[base] : undefined;
  const positive = opposite ?? base;
  const compare = Object.hasOwn(comparisons, positive) ? comparisons[positive] : undefined;
  return compare ? { compare, negated: opposite !== undefined, ...rest, isNull: false } : null;
}

/** Whether all conditions hold. */
export function holds(conditions: readonly Condition[], context: RequestContext): boolean {
  return conditions.every((condition) => holdsOne(condition, valuesOf(context, condition.key), context));
}

function holdsOne({ operator: name, values }: Condition, found: readonly string[], context: RequestContext): boolean {
  const operator = operatorOf(name);
  if (operator === null) return false;
  if (operator.isNull) return values.some((value) => (value.toLowerCase() === 'true') === (found.length === 0));
  if (found.length === 0) return holdsWithout(operator);
  const wanted = values.flatMap((value) => fill(value, context) ?? []);
  const { compare, negated, set } = operator;
  const fits = (one: string) => wanted.some((value) => compare(one, value)) !== negated;
  if (set === 'all') return found.every(fits);
  if (set === 'any' || !negated) return found.some(fits);
  return found.every(fits);
}

/** A request without the key. */
function holdsWithout({ set, ifExists, negated }: Operator): boolean {
  if (set === 'any') return ifExists;
  return set === 'all' || ifExists || negated;
}

/** Keys are compared without regard to case, but for what comes after the slash, which is the name of a tag. */
function valuesOf(context: RequestContext, key: string): readonly string[] {
  const found = Object.entries(context).find(([name]) => toKey(name) === toKey(key))?.[1];
  return found === undefined ? [] : typeof found === 'string' ? [found] : found;
}

function toKey(name: string): string {
  const slash = name.indexOf('/');
  return slash < 0 ? name.toLowerCase() : name.slice(0, slash).toLowerCase() + name.slice(slash);
}

/**
 * The text with its policy variables replaced, `${aws:PrincipalAccount}`; null when one of them has no value, and then
 * nothing matches.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function fill(text: string, context: RequestContext): string | null {
  let missing = false;
  const filled = text.replaceAll(/\$\{([^}]*)\}/g, (_whole, name: string) => {
    const [value] = valuesOf(context, name);
    missing ||= value === undefined;
    return value ?? '';
  });
  return missing ? null : filled;
}
