/**
 * Judges calls by a policy, as IAM would: asked before an operation runs. The policy is that of everybody who calls from
 * outside; a function is judged by the inline policies of its role.
 */
import type { RequestContext } from '../../access/conditions.ts';
import { evaluate, type Verdict } from '../../access/evaluate.ts';
import { type Policy, parsePolicy } from '../../access/policy.ts';
import type { State } from '../../model.ts';
import { AwsError } from '../error.ts';
import { accountId, callerArn, parseFunctionToken } from '../identity.ts';
import type { Input } from '../input.ts';
import type { Need } from './need.ts';
import { needsOf } from './table.ts';
import { resourceTags } from './tags.ts';

export interface Attempt {
  /** As it signs. */
  readonly service: string;
  readonly operation: string;
  readonly input: Input;
  /** The region of the signature. */
  readonly region: string;
  /** The session token of the request, which only functions have; empty without one. */
  readonly token: string;
}

/** Throws an AwsError for a call that is not allowed. Gives the members that are left out of the answer. */
export type Access = (attempt: Attempt, state: State) => Promise<readonly string[]>;

/** `readPolicy` is called for every call, so that the policy can be edited while the platform runs. */
export function createAccess(readPolicy: () => Promise<Policy>): Access {
  return async function access(attempt, state) {
    const { service, operation, input } = attempt;
    const needs = needsOf(service, operation, input, state);
    if (needs === null) throw denied(service, `${service} ${operation} is an operation that no policy here can allow`);
    if (needs.length === 0) return [];
    const caller = callerOf(attempt);
    const policies = await policiesOf(caller, readPolicy, state).catch(unusable(service));
    const withheld: string[] = [];
    for (const need of needs) {
      const context = contextOf(need, attempt, caller, state);
      const verdict = evaluate(policies, { ...need, context });
      if (verdict === 'allowed') continue;
      if (need.member === undefined) throw denied(service, sentence(caller.arn, need, verdict, service));
      withheld.push(need.member);
    }
    return withheld;
  };
}

interface Caller {
  readonly arn: string;
  /** Of a function; null for everybody else. */
  readonly roleName: string | null;
}

function callerOf({ token }: Attempt): Caller {
  const { roleName, functionName } = parseFunctionToken(token) ?? {};
  if (roleName === undefined) return { arn: callerArn, roleName: null };
  return { arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${functionName}`, roleName };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function contextOf({ resource, context }: Need, { region }: Attempt, { arn }: Caller, state: State): RequestContext {
  return {
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalType': arn.includes(':user/') ? 'User' : 'AssumedRole',
    ...(arn.includes(':user/') && { 'aws:username': arn.split('/').at(-1) ?? '' }),
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': accountId,
    'aws:SecureTransport': 'false',
    'aws:SourceIp': '127.0.0.1',
    'aws:CurrentTime': new Date().toISOString(),
    'aws:EpochTime': String(Math.floor(Date.now() / 1000)),
    ...resourceTags(state, resource),
    ...context,
  };
}

async function policiesOf(
  { roleName }: Pick<Caller, 'roleName'>,
  readPolicy: () => Promise<Policy>,
  { roles, userPolicies }: State,
): Promise<Policy[]> {
  if (roleName === null) return [await readPolicy(), ...Object.values(userPolicies).map(parsePolicy)];
  return Object.values(roles[roleName]?.policies ?? {}).map(parsePolicy);
}

function unusable(service: string): (error: Error) => never {
  return ({ message }) => {
    throw denied(service, `The local platform cannot judge by its policy: ${message}`);
  };
}

/** AWS's own words: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function sentence(user: string, { action, resource }: Need, verdict: Verdict, service: string): string {
  const reason =
    verdict === 'explicitly denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  const on = service === 's3' ? `"${resource}"` : resource;
  return `User: ${user} is not authorized to perform: ${action} on resource: ${on} ${reason}`;
}

/** The services of the older protocols have names of their own for it. */
const codes: Readonly<Record<string, string>> = {
  iam: 'AccessDenied',
  sts: 'AccessDenied',
  s3: 'AccessDenied',
  route53: 'AccessDenied',
  monitoring: 'AccessDenied',
  sns: 'AuthorizationError',
};

function denied(service: string, message: string): AwsError {
  return new AwsError(codes[service] ?? 'AccessDeniedException', message);
}
