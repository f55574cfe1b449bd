/** SNS: topics, who subscribes to them, and messages. */
import { changing, type Operations, open, reading } from './call.ts';
import { publish } from './sns/publish.ts';
import {
  confirmSubscription,
  getSubscriptionAttributes,
  listSubscriptions,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from './sns/subscriptions.ts';
import { listTagsForResource, tagResource, untagResource } from './sns/tags.ts';
import { createTopic, deleteTopic, getTopicAttributes, listTopics, setTopicAttributes } from './sns/topics.ts';

/** ARNs of subscriptions begin with that of their topic. */
const changingTopic = changing((input) => {
  const arn = input.TopicArn ?? input.SubscriptionArn ?? input.ResourceArn;
  return String(input.Name ?? String(arn).split(':')[5]);
});

export const sns = {
  CreateTopic: changingTopic(createTopic),
  DeleteTopic: changingTopic(deleteTopic),
  GetTopicAttributes: reading(getTopicAttributes),
  SetTopicAttributes: changingTopic(setTopicAttributes),
  ListTopics: reading(listTopics),
  Subscribe: changingTopic(subscribe),
  ConfirmSubscription: open(changingTopic(confirmSubscription)),
  Unsubscribe: changingTopic(unsubscribe),
  ListSubscriptions: reading(listSubscriptions),
  ListSubscriptionsByTopic: reading(listSubscriptionsByTopic),
  GetSubscriptionAttributes: reading(getSubscriptionAttributes),
  SetSubscriptionAttributes: changingTopic(setSubscriptionAttributes),
  Publish: reading(publish),
  TagResource: changingTopic(tagResource),
  UntagResource: changingTopic(untagResource),
  ListTagsForResource: reading(listTagsForResource),
} satisfies Operations;
