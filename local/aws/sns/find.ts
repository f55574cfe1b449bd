/** Topics and subscriptions by their ARNs. */
import type { State, Subscription, Topic } from '../../model.ts';
import { AwsError } from '../error.ts';
import { accountId, region } from '../identity.ts';
import { createReader, type Input, type Reader } from '../input.ts';

export const read: Reader = createReader('InvalidParameter');

export function invalid(member: string, reason: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${member} Reason: ${reason}`);
}

const prefix = `arn:aws:sns:${region}:${accountId}:`;

/** Of a request that names it as `TopicArn`. */
export function readTopic(state: State, input: Input): Topic {
  const topic = findTopic(state, read.needText(input, 'TopicArn'));
  if (topic) return topic;
  throw new AwsError('NotFound', 'Topic does not exist');
}

export function findTopic(state: State, arn: string): Topic | undefined {
  if (!/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/.test(arn))
    throw invalid('TopicArn', `An ARN must have at least 6 elements, not ${arn.split(':').length}`);
  return arn.startsWith(prefix) ? state.topics[arn.slice(prefix.length)] : undefined;
}

export interface FoundSubscription {
  readonly topic: Topic;
  readonly id: string;
  readonly subscription: Subscription;
}

export function readSubscription(state: State, input: Input): FoundSubscription {
  const arn = read.needText(input, 'SubscriptionArn');
  const [, name = '', id = ''] = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:([\w-]+):([0-9a-f-]+)$/.exec(arn) ?? [];
  if (name === '') throw invalid('SubscriptionArn', 'An ARN must have at least 6 elements');
  const topic = state.topics[name];
  const subscription = topic?.subscriptions[id];
  if (topic && subscription) return { topic, id, subscription };
  throw new AwsError('NotFound', 'Subscription does not exist');
}
