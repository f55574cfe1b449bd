/** What becomes of a message at each subscription: a POST, an invocation, or a message that is kept. Pure. */
import { toTopicArn } from '../aws/identity.ts';
import type { Message, Subscription, Topic } from '../model.ts';
import {
  type Attributes,
  type Confirmation,
  confirmation,
  type Notification,
  notification,
  snsEvent,
  subscriptionArn,
} from './message.ts';

export interface Publication {
  readonly subject?: string;
  readonly message: string;
  /** What some protocols get in its place. */
  readonly perProtocol?: Readonly<Record<string, string>>;
  readonly attributes?: Attributes;
}

export type Delivery =
  | { readonly kind: 'invoke'; readonly functionArn: string; readonly topicArn: string; readonly event: object }
  | { readonly kind: 'keep'; readonly message: Omit<Message, 'time'> }
  | ({ readonly kind: 'post' } & Post);

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** To all subscriptions that are confirmed. `time`: epoch milliseconds. */
export function deliveriesOf(
  { Name: name, subscriptions }: Pick<Topic, 'Name' | 'subscriptions'>,
  { perProtocol, ...publication }: Publication,
  common: Pick<Notification, 'messageId' | 'time'>,
): Delivery[] {
  return Object.entries(subscriptions).flatMap(([id, subscription]) => {
    if (subscription.token !== undefined) return [];
    const message = perProtocol?.[subscription.Protocol] ?? publication.message;
    const arns = { topicArn: toTopicArn(name), subscriptionArn: subscriptionArn(name, id) };
    return [deliveryOf(subscription, { ...publication, ...common, ...arns, message })];
  });
}

function deliveryOf(subscription: Subscription, sent: Notification): Delivery {
  const { Protocol, Endpoint, RawMessageDelivery } = subscription;
  const subject = sent.subject ?? 'AWS Notification Message';
  const { headers, body } = notification(sent, RawMessageDelivery);
  switch (Protocol) {
    case 'lambda':
      return { kind: 'invoke', functionArn: Endpoint, topicArn: sent.topicArn, event: snsEvent(sent) };
    case 'sms':
      return { kind: 'keep', message: text(Endpoint, sent.message) };
    case 'email':
      return { kind: 'keep', message: mail(subscription, subject, sent.message) };
    case 'email-json':
      return { kind: 'keep', message: mail(subscription, subject, body) };
    default:
      return { kind: 'post', url: Endpoint, headers, body };
  }
}

/** Asks an endpoint whether it wants what it was subscribed to. */
export function confirmationOf(subscription: Subscription, asked: Confirmation): Delivery {
  const { Protocol, Endpoint: url } = subscription;
  const { headers, body, text } = confirmation(asked);
  if (Protocol.startsWith('http')) return { kind: 'post', url, headers, body };
  const subject = 'AWS Notification - Subscription Confirmation';
  return { kind: 'keep', message: mail(subscription, subject, Protocol === 'email' ? text : body) };
}

/** A text message to a number. */
export function text(number: string, message: string): Omit<Message, 'time'> {
  return { protocol: 'sms', to: number, subject: '', text: message };
}

function mail({ Protocol, Endpoint }: Subscription, subject: string, body: string): Omit<Message, 'time'> {
  return { protocol: Protocol, to: Endpoint, subject, text: body };
}
