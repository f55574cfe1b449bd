/** The log group of the function, made before its first invocation so that retention holds from the first line. */
import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveLogGroup } from '../model.ts';
import { appTags } from '../names.ts';
import type { Spec } from '../spec.ts';

export async function readLogGroup({ logs }: Clients, { logGroup }: Spec): Promise<LiveLogGroup | null> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroup.name }));
  const found = logGroups.find(({ logGroupName }) => logGroupName === logGroup.name);
  return found ? { retentionInDays: found.retentionInDays } : null;
}

/** A retention somebody chose is theirs; only the default of "for ever" is ours to change. */
export function diffLogGroup({ logGroup }: Spec, { retentionInDays }: LiveLogGroup): Change[] {
  if (retentionInDays !== undefined) return [];
  return [{ field: 'retentionInDays', from: undefined, to: logGroup.retentionInDays }];
}

export async function createLogGroup(context: Context): Promise<void> {
  const { clients, spec } = context;
  try {
    await clients.logs.send(
      new CreateLogGroupCommand({ logGroupName: spec.logGroup.name, tags: { ...appTags(spec.app) } }),
    );
  } catch (error) {
    // The answer to an earlier try was lost, or a first invocation came before us.
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
  }
  await updateLogGroup(context);
}

export async function updateLogGroup({ clients, spec: { logGroup } }: Context): Promise<void> {
  await clients.logs.send(
    new PutRetentionPolicyCommand({ logGroupName: logGroup.name, retentionInDays: logGroup.retentionInDays }),
  );
}
