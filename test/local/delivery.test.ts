/** What becomes of a message at each kind of subscription. */
import { describe, expect, test } from 'vitest';
import type { Subscription, Topic } from '../../local/model.ts';
import { confirmationOf, deliveriesOf } from '../../local/topics/delivery.ts';

const topicArn = 'arn:aws:sns:us-east-1:000000000000:news';
const common = { messageId: 'm-1', time: 0 };
const Timestamp = '1970-01-01T00:00:00.000Z';
const attributes = { color: { Type: 'String', Value: 'red' } };
const full = { subject: 'Fire', message: 'it burns', attributes };

function subscription(Protocol: string, Endpoint: string, more: Partial<Subscription> = {}): Subscription {
  // `as`: nothing else of it is looked at.
  return { Protocol, Endpoint, RawMessageDelivery: false, ...more } as Subscription;
}

function deliver(one: Subscription, publication: Parameters<typeof deliveriesOf>[1] = { message: 'it burns' }) {
  const topic = { Name: 'news', subscriptions: { s1: one } } as unknown as Topic;
  return deliveriesOf(topic, publication, common);
}

/** What one delivery posts. */
function bodyOf([delivery]: ReturnType<typeof deliveriesOf>): unknown {
  return delivery?.kind === 'post' ? JSON.parse(delivery.body) : undefined;
}

describe('a message goes', () => {
  const said = { Type: 'Notification', MessageId: 'm-1', TopicArn: topicArn, Message: 'it burns', Timestamp };

  test('to a function as an event of SNS', () => {
    const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:alert';
    const record = { EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: `${topicArn}:s1` };
    const event = { Records: [{ ...record, Sns: { ...said, Subject: null, MessageAttributes: {} } }] };
    expect(deliver(subscription('lambda', functionArn))).toEqual([{ kind: 'invoke', functionArn, topicArn, event }]);
    const Sns = { ...said, Subject: 'Fire', MessageAttributes: attributes };
    expect(deliver(subscription('lambda', functionArn), full)).toMatchObject([{ event: { Records: [{ Sns }] } }]);
  });

  test('to a server in the envelope of SNS, or as it is', () => {
    const url = 'https://x.example';
    const headers = {
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': 'm-1',
      'x-amz-sns-topic-arn': topicArn,
      'x-amz-sns-subscription-arn': `${topicArn}:s1`,
    };
    const posted = deliver(subscription('https', url));
    expect(posted).toEqual([{ kind: 'post', url, headers, body: expect.any(String) }]);
    expect(bodyOf(posted)).toEqual(said);
    expect(bodyOf(deliver(subscription('https', url), { message: 'it burns', attributes: {} }))).toEqual(said);
    expect(bodyOf(deliver(subscription('https', url), full))).toEqual({
      ...said,
      ...{ Subject: 'Fire', MessageAttributes: attributes },
    });
    const raw = { ...headers, 'x-amz-sns-rawdelivery': 'true' };
    expect(deliver(subscription('https', url, { RawMessageDelivery: true }))).toEqual([
      { kind: 'post', url, headers: raw, body: 'it burns' },
    ]);
  });

  test.each([
    ['sms', '', 'it burns'],
    ['email', 'AWS Notification Message', 'it burns'],
    ['email-json', 'AWS Notification Message', expect.stringContaining('"Message":"it burns"')],
  ])('by %s into the list of messages', (protocol, subject, text) => {
    const message = { protocol, to: 'ada', subject, text };
    expect(deliver(subscription(protocol, 'ada'))).toEqual([{ kind: 'keep', message }]);
  });

  test('with the subject and the words that were given for a protocol', () => {
    const publication = { subject: 'Fire', message: 'it burns', perProtocol: { email: 'Dear Ada, it burns' } };
    expect(deliver(subscription('email', 'ada'), publication)).toMatchObject([
      { message: { subject: 'Fire', text: 'Dear Ada, it burns' } },
    ]);
  });

  test('nowhere before a subscription is confirmed', () => {
    expect(deliver(subscription('email', 'ada', { token: 't' }))).toEqual([]);
  });
});

test('servers are asked by a POST whether they want it, others by a message', () => {
  const asked = { topicArn, token: 't', link: 'http://127.0.0.1/?Token=t', ...common };
  const posted = confirmationOf(subscription('https', 'https://x.example'), asked);
  expect(posted).toMatchObject({
    kind: 'post',
    headers: { 'x-amz-sns-message-type': 'SubscriptionConfirmation' },
  });
  const body = {
    ...{ Type: 'SubscriptionConfirmation', MessageId: 'm-1', Token: 't', TopicArn: topicArn, Timestamp },
    ...{ SubscribeURL: asked.link, Message: expect.stringContaining(topicArn) },
  };
  expect(bodyOf([posted])).toEqual(body);
  const subject = 'AWS Notification - Subscription Confirmation';
  expect(confirmationOf(subscription('email', 'ada'), asked)).toEqual({
    kind: 'keep',
    message: { protocol: 'email', to: 'ada', subject, text: expect.stringMatching(/^You .*\n.*\n\n.*\n.*Token=t$/) },
  });
  const json = confirmationOf(subscription('email-json', 'ada'), asked);
  expect(json).toMatchObject({ kind: 'keep', message: { to: 'ada', subject } });
  expect(json).toHaveProperty('message.text', expect.stringContaining('"Token":"t"'));
});
