/** The execution role of the function, with one inline policy. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  EntityAlreadyExistsException,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  type Role,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { UpError } from '../../errors.ts';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveRole, Step } from '../model.ts';
import { policyName } from '../names.ts';
import { orNull } from '../or-null.ts';
import { requireOurs } from '../ownership.ts';
import { wantedPolicy } from '../role-policy.ts';
import type { RoleSpec, Spec } from '../spec.ts';
import { appTags, type Tags } from '../tags.ts';
import { type WaitOptions, waitUntil } from '../wait.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

export async function readRole({ iam }: Clients, { app, role }: Spec): Promise<LiveRole | null> {
  const [found, policy] = await Promise.all([
    orNull(iam.send(new GetRoleCommand({ RoleName: role.name }))),
    orNull(iam.send(new GetRolePolicyCommand({ RoleName: role.name, PolicyName: policyName }))),
  ]);
  if (!found?.Role?.Arn) return null;
  requireOurs(tagsOf(found.Role), `role "${role.name}"`, app);
  return {
    arn: found.Role.Arn,
    policy: policy?.PolicyDocument ? decodeURIComponent(policy.PolicyDocument) : null,
    trust: decodeURIComponent(found.Role.AssumeRolePolicyDocument ?? ''),
  };
}

/** Of the app, also when it is not ours: whoever asks sees by the tags. */
export async function findRole({ iam }: Pick<Clients, 'iam'>, name: string): Promise<FoundRole | null> {
  const found = await orNull(iam.send(new GetRoleCommand({ RoleName: name })));
  return found?.Role?.Arn ? { arn: found.Role.Arn, tags: tagsOf(found.Role) } : null;
}

export interface FoundRole {
  readonly arn: string;
  readonly tags: Tags;
}

function tagsOf({ Tags: list = [] }: Pick<Role, 'Tags'>): Tags {
  return Object.fromEntries(list.map(({ Key = '', Value = '' }) => [Key, Value]));
}

export function diffRole({ role }: Spec, live: LiveRole): Change[] {
  const changes: Change[] = [];
  const policy = wantedPolicy(role.rights, live.policy);
  if (live.policy !== policy) changes.push({ field: 'policy', from: live.policy, to: policy });
  if (live.trust !== trust) changes.push({ field: 'trust', from: live.trust, to: trust });
  return changes;
}

export async function createRole(context: Context): Promise<void> {
  context.outputs.roleArn = await createOrFind(context);
  await putPolicy(context);
}

const visibleTimeoutMs = 20_000;

async function createOrFind({ clients, spec }: Context): Promise<string> {
  try {
    return await create(clients, spec);
  } catch (error) {
    // Another first deploy came before us, or the answer to an earlier try was lost.
    if (!(error instanceof EntityAlreadyExistsException)) throw error;
    // IAM shows a new role some seconds late.
    const wait = { timeout: visibleTimeoutMs, for: `the role "${spec.role.name}" to be seen` };
    return (await waitUntil(() => readRole(clients, spec), wait)).arn;
  }
}

async function create({ iam }: Clients, spec: Spec): Promise<string> {
  const Tags = Object.entries({ ...spec.ownTags, ...appTags(spec.app) }).map(([Key, Value]) => ({ Key, Value }));
  const created = await iam.send(
    new CreateRoleCommand({
      RoleName: spec.role.name,
      AssumeRolePolicyDocument: trust,
      Description: `Runs ${spec.app}`,
      Tags,
    }),
  );
  return created.Role?.Arn ?? '';
}

export async function updateRole(context: Context, { changes }: Step): Promise<void> {
  const { clients, spec } = context;
  const RoleName = spec.role.name;
  for (const { field } of changes) {
    if (field === 'policy') await putPolicy(context);
    else await clients.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }));
  }
}

async function putPolicy({ clients, spec: { role }, world }: Context): Promise<void> {
  const PolicyDocument = wantedPolicy(role.rights, world.role?.policy ?? null);
  await clients.iam.send(new PutRolePolicyCommand({ RoleName: role.name, PolicyName: policyName, PolicyDocument }));
}

/** A role can only be deleted without policies; those that somebody attached by hand are detached too. */
export async function removeRole({ iam }: Pick<Clients, 'iam'>, RoleName: string): Promise<void> {
  const [attached, inline] = await Promise.all([
    orNull(iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))),
    orNull(iam.send(new ListRolePoliciesCommand({ RoleName }))),
  ]);
  for (const { PolicyArn } of attached?.AttachedPolicies ?? [])
    await orNull(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
  for (const PolicyName of inline?.PolicyNames ?? [])
    await orNull(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
  await orNull(iam.send(new DeleteRoleCommand({ RoleName })));
}

/**
 * Repeats a change of the function for as long as Lambda cannot use the role for it: a role that exists cannot be assumed
 * for some seconds, and what it may do in a VPC is seen as late (https://github.com/aws/aws-sdk-js/issues/3498,
 * https://github.com/hashicorp/terraform/pull/15067). One that up.json names is hardly that new.
 */
export async function untilUsable<T>(
  { given }: Pick<RoleSpec, 'given'>,
  change: () => Promise<T>,
  onSlow: () => void,
): Promise<T> {
  let refusal = '';
  const attempt = async (): Promise<{ readonly result: T } | null> => {
    try {
      return { result: await change() };
    } catch (error) {
      if (!isNotUsable(error)) throw error;
      refusal = error.message;
      return null;
    }
  };
  return (await waitUntil(attempt, { ...roleWait({ given }, () => refusal), onSlow })).result;
}

/** `refusal`: what Lambda said last. */
export function roleWait({ given }: Pick<RoleSpec, 'given'>, refusal: () => string): WaitOptions {
  if (given === undefined) return { timeout: 60_000, for: 'IAM to let Lambda use the new role' };
  return {
    timeout: 15_000,
    for: 'IAM to let Lambda use the role of up.json',
    inVain: () => notUsable(given, refusal()),
  };
}

function isNotUsable(error: unknown): error is Error {
  return error instanceof Error && /cannot be assumed|CreateNetworkInterface/.test(error.message);
}

function notUsable(role: string, refusal: string): UpError {
  if (/CreateNetworkInterface/.test(refusal))
    return new UpError('UP_AWS_DENIED', `The role ${role} may not make network interfaces`, {
      evidence: `AWS said   ${refusal.split('\n')[0]}`,
      hint: 'attach the policy AWSLambdaVPCAccessExecutionRole to it, or leave "lambda.role" out of up.json',
    });
  return new UpError('UP_AWS_NOT_FOUND', `Lambda cannot assume the role ${role}`, {
    evidence: 'It does not exist, or its trust policy does not name lambda.amazonaws.com',
    hint: 'fix the role, or "lambda.role" in up.json; without one a role is made',
  });
}
