/**
 * SimulatePrincipalPolicy: whether the policies of a user or role allow actions, without carrying them out.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
import type { RequestContext } from '../../access/conditions.ts';
import { evaluate, type Verdict } from '../../access/evaluate.ts';
import { type Policy, parsePolicy } from '../../access/policy.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { callerArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { toPage } from '../pages.ts';
import { read, readMaxItems } from './roles.ts';

const decisions: Readonly<Record<Verdict, string>> = {
  allowed: 'allowed',
  'implicitly denied': 'implicitDeny',
  'explicitly denied': 'explicitDeny',
};

export async function simulatePrincipalPolicy(call: Call, input: Input): Promise<Output> {
  const policies = await policiesOf(call, read.needText(input, 'PolicySourceArn'));
  // The protocol sends an empty list as an empty text.
  const actions = (read.texts(input, 'ActionNames') ?? []).filter(Boolean);
  if (actions.length === 0) throw new AwsError('ValidationError', 'ActionNames must not be empty');
  const context = contextOf(input);
  const results = actions.flatMap((EvalActionName) =>
    (read.texts(input, 'ResourceArns') ?? ['*']).map((EvalResourceName) => {
      const request = { action: EvalActionName, resource: EvalResourceName, context };
      const verdict = policies === null ? 'allowed' : evaluate(policies, request);
      return { EvalActionName, EvalResourceName, EvalDecision: decisions[verdict] };
    }),
  );
  const size = readMaxItems(input);
  const name = (result: (typeof results)[number]) => String(results.indexOf(result)).padStart(6, '0');
  const page = toPage(results, name, { marker: read.text(input, 'Marker'), size, code: 'ValidationError' });
  return { EvaluationResults: page.items, IsTruncated: page.next !== undefined, Marker: page.next };
}

/** Null where everything is allowed. */
async function policiesOf({ store: { state }, policy }: Call, arn: string): Promise<readonly Policy[] | null> {
  if (arn === callerArn) return policy ? [await policy(), ...Object.values(state.userPolicies).map(parsePolicy)] : null;
  const role = Object.values(state.roles).find(({ Arn }) => Arn === arn);
  if (!role) throw new AwsError('NoSuchEntity', `The entity ${arn} cannot be found.`);
  return Object.values(role.policies).map(parsePolicy);
}

function contextOf(input: Input): RequestContext {
  const entries = read.objects(input, 'ContextEntries') ?? [];
  return Object.fromEntries(
    entries.map((entry) => [read.needText(entry, 'ContextKeyName'), read.texts(entry, 'ContextKeyValues') ?? []]),
  );
}
