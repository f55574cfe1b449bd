/**
 * Who may call SNS. To subscribe takes a permission on the topic, to unsubscribe one on nothing in particular.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
 */
import { toTopicArn } from '../identity.ts';
import type { sns } from '../sns.ts';
import { making, type Needs, type NeedsOf, onNothingOf, tagContext, text, toTags } from './need.ts';

const onTopic =
  (name: string): Needs =>
  (input) => [{ action: `sns:${name}`, resource: text(input, 'TopicArn') }];

/** The ARN of a subscription is that of its topic and an id. */
const onSubscription =
  (name: string): Needs =>
  (input) => [{ action: `sns:${name}`, resource: text(input, 'SubscriptionArn').replace(/:[0-9a-f-]{36}$/, '') }];

const onTagged =
  (name: string): Needs =>
  (input) => [{ action: `sns:${name}`, resource: text(input, 'ResourceArn'), context: tagContext(toTags(input.Tags)) }];

const onNothing = onNothingOf('sns');

export const snsNeeds: NeedsOf<typeof sns> = {
  CreateTopic: (input) =>
    making(
      { action: 'sns:CreateTopic', resource: toTopicArn(text(input, 'Name')) },
      'sns:TagResource',
      toTags(input.Tags),
    ),
  DeleteTopic: onTopic('DeleteTopic'),
  GetTopicAttributes: onTopic('GetTopicAttributes'),
  SetTopicAttributes: onTopic('SetTopicAttributes'),
  ListTopics: onNothing('ListTopics'),
  Subscribe: onTopic('Subscribe'),
  ConfirmSubscription: onTopic('ConfirmSubscription'),
  Unsubscribe: onSubscription('Unsubscribe'),
  ListSubscriptions: onNothing('ListSubscriptions'),
  ListSubscriptionsByTopic: onTopic('ListSubscriptionsByTopic'),
  GetSubscriptionAttributes: onSubscription('GetSubscriptionAttributes'),
  SetSubscriptionAttributes: onSubscription('SetSubscriptionAttributes'),
  Publish: (input) => [{ action: 'sns:Publish', resource: text(input, 'TopicArn') || text(input, 'TargetArn') || '*' }],
  TagResource: onTagged('TagResource'),
  UntagResource: onTagged('UntagResource'),
  ListTagsForResource: onTagged('ListTagsForResource'),
};
