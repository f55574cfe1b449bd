/** Who gets the messages of a topic. Mail addresses and web servers have to say yes first; functions and numbers need not. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Subscription, Topic } from '../../model.ts';
import { subscriptionArn } from '../../topics/message.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { accountId, toTopicArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { parseName } from '../lambda/names.ts';
import { byName, toPage } from '../pages.ts';
import { type FoundSubscription, invalid, read, readSubscription, readTopic } from './find.ts';

const pageSize = 100;
const pending = 'PendingConfirmation';

/** One address, without a name, at a domain of two labels or more. */
const address = /^[^\s@<>()[\]\\,;:"]+@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:xn--[a-z0-9-]+|[a-z]{2,})$/i;

/** Of each protocol, what an endpoint looks like. https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const endpoints: Readonly<Record<Subscription['Protocol'], RegExp>> = {
  http: /^http:\/\/[^\s/]+(?:\/\S*)?$/,
  https: /^https:\/\/[^\s/]+(?:\/\S*)?$/,
  email: address,
  'email-json': address,
  sms: /^\+?[0-9]{7,15}$/,
  lambda: /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:/,
};

/** An existing subscription is not made twice; one that was not confirmed is asked again. */
export function subscribe({ store, publisher, endpoint: base }: Call, input: Input): Output {
  const topic = readTopic(store.state, input);
  const Protocol = readProtocol(input);
  const Endpoint = readEndpoint(input, Protocol);
  const found = Object.entries(topic.subscriptions).find(
    ([, one]) => one.Protocol === Protocol && one.Endpoint === Endpoint,
  );
  const id = found?.[0] ?? randomUUID();
  const subscription = found?.[1] ?? create(Protocol, Endpoint);
  for (const [name, value] of Object.entries(read.map(input, 'Attributes') ?? {})) change(subscription, name, value);
  topic.subscriptions[id] = subscription;
  if (subscription.token !== undefined) publisher.confirm(topic, id, base);
  const isShown = subscription.token === undefined || read.flag(input, 'ReturnSubscriptionArn') === true;
  return { SubscriptionArn: isShown ? subscriptionArn(topic.Name, id) : 'pending confirmation' };
}

function create(Protocol: Subscription['Protocol'], Endpoint: string): Subscription {
  const waits = Protocol !== 'lambda' && Protocol !== 'sms';
  return { Protocol, Endpoint, ...(waits && { token: randomBytes(32).toString('hex') }), RawMessageDelivery: false };
}

function readProtocol(input: Input): Subscription['Protocol'] {
  const text = read.needText(input, 'Protocol');
  const known = Object.keys(endpoints).find((name) => name === text);
  // `as`: the keys of the table are the protocols.
  if (known !== undefined) return known as Subscription['Protocol'];
  throw invalid('Protocol', `${text} is not implemented by the local platform`);
}

function readEndpoint(input: Input, protocol: Subscription['Protocol']): string {
  const text = read.text(input, 'Endpoint') ?? '';
  if (!endpoints[protocol].test(text)) throw invalid('Endpoint', `not a valid endpoint of ${protocol}`);
  if (protocol === 'lambda') parseName(text);
  return text;
}

export function confirmSubscription({ store }: Call, input: Input): Output {
  const topic = readTopic(store.state, input);
  const token = read.needText(input, 'Token');
  const found = Object.entries(topic.subscriptions).find(([, one]) => one.token === token);
  if (!found) throw invalid('Token', 'no subscription waits for it');
  delete found[1].token;
  return { SubscriptionArn: subscriptionArn(topic.Name, found[0]) };
}

export function unsubscribe({ store }: Call, input: Input): Output {
  const { topic, id } = readSubscription(store.state, input);
  delete topic.subscriptions[id];
  return undefined;
}

export function listSubscriptions({ store }: Call, input: Input): Output {
  return showPage(Object.values(store.state.topics).flatMap(subscriptionsOf), input);
}

export function listSubscriptionsByTopic({ store }: Call, input: Input): Output {
  return showPage(subscriptionsOf(readTopic(store.state, input)), input);
}

function subscriptionsOf(topic: Topic): FoundSubscription[] {
  return Object.entries(topic.subscriptions).map(([id, subscription]) => ({ topic, id, subscription }));
}

function showPage(all: readonly FoundSubscription[], input: Input): Output {
  const nameOf = ({ topic, id }: FoundSubscription) => `${topic.Name}:${id}`;
  const page = toPage(byName(all, nameOf), nameOf, {
    marker: read.text(input, 'NextToken'),
    size: pageSize,
    code: 'InvalidParameter',
  });
  return { Subscriptions: page.items.map(show), NextToken: page.next };
}

function show({ topic, id, subscription: { Protocol, Endpoint, token } }: FoundSubscription) {
  const SubscriptionArn = token === undefined ? subscriptionArn(topic.Name, id) : pending;
  return { SubscriptionArn, Owner: accountId, Protocol, Endpoint, TopicArn: toTopicArn(topic.Name) };
}

export function getSubscriptionAttributes({ store }: Call, input: Input): Output {
  const found = readSubscription(store.state, input);
  const { token, RawMessageDelivery } = found.subscription;
  const shown = {
    ...show(found),
    SubscriptionArn: subscriptionArn(found.topic.Name, found.id),
    PendingConfirmation: String(token !== undefined),
    RawMessageDelivery: String(RawMessageDelivery),
    ConfirmationWasAuthenticated: 'false',
  };
  return { Attributes: new Map(Object.entries(shown)) };
}

export function setSubscriptionAttributes({ store }: Call, input: Input): Output {
  const { subscription } = readSubscription(store.state, input);
  change(subscription, read.needText(input, 'AttributeName'), read.text(input, 'AttributeValue') ?? '');
  return undefined;
}

/** Filters and retries of one's own would change what is delivered: they are refused, not pretended. */
function change(subscription: Subscription, name: string, value: string): void {
  if (name !== 'RawMessageDelivery')
    throw new AwsError(
      'InvalidParameter',
      `Invalid parameter: AttributeName Reason: ${name} is not implemented by the local platform`,
    );
  const isWeb = subscription.Protocol === 'http' || subscription.Protocol === 'https';
  if (value !== 'true' && value !== 'false')
    throw invalid('Attributes', `RawMessageDelivery is true or false, not ${value}`);
  if (value === 'true' && !isWeb)
    throw invalid('Attributes', `Delivery protocol [${subscription.Protocol}] does not support raw message delivery.`);
  subscription.RawMessageDelivery = value === 'true';
}
