/** Topics: one for each action that an alarm of the stage has. Who subscribes to them is subscription.ts's. */
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import type { Clients } from '../clients.ts';
import type { Context, LiveSubscription, LiveTopic, Step } from '../model.ts';
import { alertPrefix, topicStatementId } from '../names.ts';
import { requireOurs } from '../ownership.ts';
import type { Spec } from '../spec.ts';
import { isOurs, marks, stageTags, type Tags } from '../tags.ts';
import { setMark } from './mark.ts';
import { removeStatement } from './permission.ts';

/** Those of an app, or of one stage of it. `wanted`: names under which nobody else's may stand. */
export async function readTopics(
  { sns }: { readonly sns: SNSClient },
  { app, stage }: { readonly app: string; readonly stage: string | null },
  wanted: ReadonlySet<string>,
): Promise<LiveTopic[]> {
  const topics: LiveTopic[] = [];
  for await (const arn of list(sns)) {
    const name = arn.split(':').at(-1) ?? '';
    if (!name.startsWith(alertPrefix(app, stage))) continue;
    const found = await readTopic(sns, arn);
    if (found === null) continue;
    if (wanted.has(name)) requireOurs(found.tags, `topic "${name}"`, app);
    const owner = found.tags['up:stage'];
    // Names of other apps may begin alike.
    if (!isOurs(found.tags, app) || owner === undefined || (stage !== null && owner !== stage)) continue;
    topics.push({ name, arn, stage: owner, subscriptions: found.subscriptions });
  }
  return topics;
}

async function* list(client: SNSClient): AsyncGenerator<string> {
  for (let NextToken: string | undefined; ; ) {
    const page = await client.send(new ListTopicsCommand({ NextToken }));
    for (const { TopicArn } of page.Topics ?? []) if (TopicArn) yield TopicArn;
    NextToken = page.NextToken;
    if (!NextToken) return;
  }
}

/** Null for one that went in between. */
async function readTopic(
  client: SNSClient,
  arn: string,
): Promise<(Pick<LiveTopic, 'subscriptions'> & { tags: Tags }) | null> {
  try {
    const [{ Tags: tags = [] }, subscriptions] = await Promise.all([
      client.send(new ListTagsForResourceCommand({ ResourceArn: arn })),
      readSubscriptions(client, arn),
    ]);
    return { tags: Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])), subscriptions };
  } catch (error) {
    if (error instanceof Error && /^(?:ResourceNotFound|NotFound)(?:Exception)?$/.test(error.name)) return null;
    throw error;
  }
}

async function readSubscriptions(client: SNSClient, TopicArn: string): Promise<LiveSubscription[]> {
  const found: LiveSubscription[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }));
    for (const { Protocol: protocol = '', Endpoint: endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? [])
      found.push({ protocol, endpoint, arn: SubscriptionArn.startsWith('arn:') ? SubscriptionArn : null });
    NextToken = page.NextToken;
    if (!NextToken) return found;
  }
}

/** One that is there already is taken: the answer to an earlier try was lost. */
export async function createTopic(context: Context, { name: Name }: Step): Promise<void> {
  const { clients, spec } = context;
  await setMark(context, marks.alerts(spec.stage));
  const { sns } = await clients.alerts();
  const Tags = Object.entries(stageTags(spec.app, spec.stage)).map(([Key, Value]) => ({ Key, Value }));
  await sns.send(new CreateTopicCommand({ Name, Tags }));
}

/**
 * With everybody who subscribes to it, and before it the statement that lets it invoke the stage, which only the topic
 * tells of. Gone is done.
 */
export async function removeTopic(
  { lambda, alerts }: Pick<Clients, 'lambda' | 'alerts'>,
  owner: Pick<Spec, 'app' | 'stage'>,
  TopicArn: string,
): Promise<void> {
  await removeStatement({ lambda }, owner, topicStatementId(owner.stage, TopicArn.split(':').at(-1) ?? ''));
  const { sns } = await alerts();
  await sns.send(new DeleteTopicCommand({ TopicArn }));
}
