/**
 * Whether policies allow a request: a statement that denies wins, without one that allows it is denied.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { fill, holds, type RequestContext } from './conditions.ts';
import { matchesAction, matchesArn } from './pattern.ts';
import type { Policy, Selection, Statement } from './policy.ts';

export interface AccessRequest {
  /** `lambda:GetFunction` */
  readonly action: string;
  /** An ARN, or `*` for what acts on no resource. */
  readonly resource: string;
  readonly context: RequestContext;
}

export type Verdict = 'allowed' | 'implicitly denied' | 'explicitly denied';

export function evaluate(policies: readonly Policy[], request: AccessRequest): Verdict {
  const applying = policies.flatMap(({ statements }) => statements).filter((statement) => applies(statement, request));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'explicitly denied';
  return applying.length > 0 ? 'allowed' : 'implicitly denied';
}

function applies({ actions, resources, conditions }: Statement, { action, resource, context }: AccessRequest): boolean {
  if (!selects(actions, (pattern) => matchesAction(pattern, action))) return false;
  const filled = fillAll(resources, context);
  return filled !== null && selects(filled, (pattern) => matchesArn(pattern, resource)) && holds(conditions, context);
}

function selects({ patterns, except }: Selection, matches: (pattern: string) => boolean): boolean {
  return patterns.some(matches) !== except;
}

/** Of a variable without a value nobody knows what it excepts: null, the statement does not apply. */
function fillAll({ patterns, except }: Selection, context: RequestContext): Selection | null {
  const filled = patterns.map((pattern) => fill(pattern, context));
  const known = filled.filter((pattern) => pattern !== null);
  return except && known.length < filled.length ? null : { patterns: known, except };
}
