/**
 * The messages of SNS as endpoints get them. They are not signed: the certificate would have to be AWS's.
 *
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
import { toTopicArn } from '../aws/identity.ts';

export interface Attribute {
  readonly Type: string;
  readonly Value: string;
}

export type Attributes = Readonly<Record<string, Attribute>>;

export interface Notification {
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly messageId: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes?: Attributes;
  /** Epoch milliseconds. */
  readonly time: number;
}

export function subscriptionArn(topic: string, id: string): string {
  return `${toTopicArn(topic)}:${id}`;
}

interface Posted {
  readonly headers: Record<string, string>;
  readonly body: string;
}

export function notification(sent: Notification, raw: boolean): Posted {
  const { messageId, topicArn } = sent;
  const headers = {
    ...headersOf('Notification', messageId, topicArn),
    'x-amz-sns-subscription-arn': sent.subscriptionArn,
    ...(raw && { 'x-amz-sns-rawdelivery': 'true' }),
  };
  return { headers, body: raw ? sent.message : JSON.stringify(bodyOf(sent)) };
}

function bodyOf({ messageId, topicArn, subject, message, time, attributes }: Notification): Record<string, unknown> {
  return {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    Timestamp: new Date(time).toISOString(),
    ...(attributes && Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export function snsEvent(sent: Notification): object {
  const Sns = { ...bodyOf(sent), Subject: sent.subject ?? null, MessageAttributes: sent.attributes ?? {} };
  const record = { EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: sent.subscriptionArn, Sns };
  return { Records: [record] };
}

export interface Confirmation {
  readonly topicArn: string;
  readonly token: string;
  readonly link: string;
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

export function confirmation({ topicArn, token, link, messageId, time }: Confirmation): Posted & { text: string } {
  const Message = `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`;
  const body = {
    Type: 'SubscriptionConfirmation',
    MessageId: messageId,
    Token: token,
    TopicArn: topicArn,
    Message,
    SubscribeURL: link,
    Timestamp: new Date(time).toISOString(),
  };
  return {
    headers: headersOf('SubscriptionConfirmation', messageId, topicArn),
    body: JSON.stringify(body),
    text: `You have chosen to subscribe to the topic:\n${topicArn}\n\nTo confirm this subscription, visit the link:\n${link}`,
  };
}

function headersOf(type: string, messageId: string, topicArn: string): Record<string, string> {
  return {
    'content-type': 'text/plain; charset=UTF-8',
    'user-agent': 'Amazon Simple Notification Service Agent',
    'x-amz-sns-message-type': type,
    'x-amz-sns-message-id': messageId,
    'x-amz-sns-topic-arn': topicArn,
  };
}
