/** The role in whose name the schedule of a stage calls the stage's alias. It may do nothing else. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  EntityAlreadyExistsException,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveRole, Step } from '../model.ts';
import { aliasArn, policyName, scheduleRoleName } from '../names.ts';
import { orNull } from '../or-null.ts';
import { requireOurs } from '../ownership.ts';
import type { Spec } from '../spec.ts';
import { isOurs, marks, stageTags } from '../tags.ts';
import { waitUntil } from '../wait.ts';
import { removeMark } from './mark.ts';

type Name = Pick<Spec, 'app' | 'stage' | 'identity'>;

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html */
function trust({ identity: { account } }: Name): string {
  const Condition = { StringEquals: { 'aws:SourceAccount': account } };
  const who = { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...who, Condition }] });
}

function policy({ app, stage, identity }: Name): string {
  const Resource = aliasArn(identity, app, stage);
  const Statement = [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

export async function readScheduleRole({ iam }: Pick<Clients, 'iam'>, spec: Name): Promise<LiveRole | null> {
  const RoleName = scheduleRoleName(spec.app, spec.stage);
  const [found, inline] = await Promise.all([
    orNull(iam.send(new GetRoleCommand({ RoleName }))),
    orNull(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: policyName }))),
  ]);
  if (!found?.Role?.Arn) return null;
  requireOurs(tagsOf(found.Role.Tags), `role "${RoleName}"`, spec.app);
  return {
    arn: found.Role.Arn,
    policy: inline?.PolicyDocument ? decodeURIComponent(inline.PolicyDocument) : null,
    trust: decodeURIComponent(found.Role.AssumeRolePolicyDocument ?? ''),
  };
}

export function diffScheduleRole(spec: Name, live: LiveRole): Change[] {
  const [to, trusted] = [policy(spec), trust(spec)];
  const changes: Change[] = [];
  if (live.policy !== to) changes.push({ field: 'policy', from: live.policy, to });
  if (live.trust !== trusted) changes.push({ field: 'trust', from: live.trust, to: trusted });
  return changes;
}

const visibleTimeoutMs = 20_000;

export async function createScheduleRole({ clients, spec }: Context): Promise<void> {
  const RoleName = scheduleRoleName(spec.app, spec.stage);
  const Tags = Object.entries(stageTags(spec.app, spec.stage)).map(([Key, Value]) => ({ Key, Value }));
  const Description = `Keeps ${spec.app} warm in ${spec.stage}`;
  try {
    await clients.iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(spec), Description, Tags }),
    );
  } catch (error) {
    // The answer to an earlier try was lost: it is ours, or readScheduleRole says whose it is. IAM shows it late.
    if (!(error instanceof EntityAlreadyExistsException)) throw error;
    const wait = { timeout: visibleTimeoutMs, for: `the role "${RoleName}" to be seen` };
    await waitUntil(() => readScheduleRole(clients, spec), wait);
  }
  await putPolicy(clients, spec);
}

export async function updateScheduleRole({ clients, spec }: Context, { changes }: Step): Promise<void> {
  const RoleName = scheduleRoleName(spec.app, spec.stage);
  for (const { field } of changes) {
    if (field === 'policy') await putPolicy(clients, spec);
    else await clients.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust(spec) }));
  }
}

async function putPolicy({ iam }: Pick<Clients, 'iam'>, spec: Name): Promise<void> {
  const RoleName = scheduleRoleName(spec.app, spec.stage);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: policyName, PolicyDocument: policy(spec) }));
}

/** Gone is done. Of a role that is not ours nothing is touched. */
export async function removeScheduleRole(clients: Pick<Clients, 'iam' | 'lambda'>, spec: Name): Promise<void> {
  const RoleName = scheduleRoleName(spec.app, spec.stage);
  const found = await orNull(clients.iam.send(new GetRoleCommand({ RoleName })));
  if (found && isOurs(tagsOf(found.Role?.Tags), spec.app)) {
    await orNull(clients.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: policyName })));
    await orNull(clients.iam.send(new DeleteRoleCommand({ RoleName })));
  }
  await removeMark(clients, spec, marks.warm(spec.stage));
}

function tagsOf(tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = []) {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
