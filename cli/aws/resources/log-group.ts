/** The log group of the function, made before its first invocation so that retention holds from the first line. */
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  type LogGroup,
  PutRetentionPolicyCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveLogGroup } from '../model.ts';
import type { Spec } from '../spec.ts';
import { appTags, isOurs } from '../tags.ts';

export async function readLogGroup(clients: Clients, { app, logGroup }: Spec): Promise<LiveLogGroup | null> {
  const found = await findLogGroup(clients, logGroup.name);
  if (!found) return null;
  const { retentionInDays } = found;
  return { retentionInDays, ours: retentionInDays !== undefined || (await isOurGroup(clients, app, found)) };
}

export async function findLogGroup({ logs }: Pick<Clients, 'logs'>, name: string): Promise<LogGroup | null> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  return logGroups.find(({ logGroupName }) => logGroupName === name) ?? null;
}

/** What calls about tags take: the ARN without the `:*` at its end. */
export function taggedArn({ arn = '' }: LogGroup): string {
  return arn.replace(/:\*$/, '');
}

/** Tags of log groups come by a call of their own. */
export async function isOurGroup({ logs }: Pick<Clients, 'logs'>, app: string, group: LogGroup): Promise<boolean> {
  const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: taggedArn(group) }));
  return isOurs(tags, app);
}

/**
 * A retention that somebody has chosen stays, as does a group that we did not make; only "never expire" is ours to
 * change.
 */
export function diffLogGroup({ logGroup }: Spec, { retentionInDays, ours }: LiveLogGroup): Change[] {
  if (retentionInDays !== undefined || !ours) return [];
  return [{ field: 'retentionInDays', from: undefined, to: logGroup.retentionInDays }];
}

export async function createLogGroup(context: Context): Promise<void> {
  const { clients, spec } = context;
  try {
    await clients.logs.send(
      new CreateLogGroupCommand({ logGroupName: spec.logGroup.name, tags: { ...spec.ownTags, ...appTags(spec.app) } }),
    );
  } catch (error) {
    // The answer to an earlier try was lost, or a first invocation came before us: then it is not ours to change.
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
    const live = await readLogGroup(clients, spec);
    if (live === null || diffLogGroup(spec, live).length === 0) return;
  }
  await updateLogGroup(context);
}

export async function updateLogGroup({ clients, spec: { logGroup } }: Context): Promise<void> {
  await clients.logs.send(
    new PutRetentionPolicyCommand({ logGroupName: logGroup.name, retentionInDays: logGroup.retentionInDays }),
  );
}

/** With everything the app has said. */
export async function removeLogGroup({ logs }: Pick<Clients, 'logs'>, logGroupName: string): Promise<void> {
  try {
    await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
