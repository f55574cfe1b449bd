/** Who gets the messages of a topic: addresses, numbers, or the stage itself, which posts them on to a webhook. */
import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import type { SubscriptionSpec } from '../alerts/spec.ts';
import { statementOf } from '../alerts/statement.ts';
import type { Context, Step } from '../model.ts';
import { topicStatementId } from '../names.ts';
import type { Spec } from '../spec.ts';
import { addStatement, findStatement, permits, removeStatement } from './permission.ts';

export async function createSubscription(context: Context, step: Step): Promise<void> {
  const wanted = findSubscription(context.spec, step);
  if (!wanted) return;
  await letIn(context, wanted);
  const { sns } = await context.clients.alerts();
  const { topicArn: TopicArn, protocol: Protocol, endpoint: Endpoint } = wanted;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
}

export async function updateSubscription(context: Context, step: Step): Promise<void> {
  const wanted = findSubscription(context.spec, step);
  if (wanted) await letIn(context, wanted);
}

function findSubscription({ alerts }: Spec, { name }: Step): SubscriptionSpec | undefined {
  return alerts?.topics.flatMap(({ subscriptions }) => subscriptions).find((one) => one.name === name);
}

async function letIn({ clients, spec, world }: Context, wanted: SubscriptionSpec): Promise<void> {
  const statement = statementOf(spec, wanted);
  if (!statement) return;
  const found = findStatement(world.permission, statement);
  if (found && permits(found, statement)) return;
  if (found) await removeStatement(clients, spec, found.Sid);
  await addStatement(clients, statement);
}

/** Before it goes the statement of the function, which only it tells of. Gone is done. `name` of the step is the ARN. */
export async function removeSubscription({ clients, spec }: Context, step: Step): Promise<void> {
  const SubscriptionArn = step.name ?? '';
  const isFunction = /^arn:aws[a-z-]*:lambda:/.test(String(step.changes[0]?.from));
  const topic = SubscriptionArn.split(':').at(-2) ?? '';
  if (isFunction) await removeStatement(clients, spec, topicStatementId(spec.stage, topic));
  const { sns } = await clients.alerts();
  try {
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  } catch (error) {
    if (!(error instanceof Error && /^NotFound(?:Exception)?$/.test(error.name))) throw error;
  }
}
