/** What becomes of a message at each kind of subscription. */
import { describe, expect, test } from 'vitest';
import type { Subscription, Topic } from '../../local/model.ts';
import { confirmationOf, deliveriesOf } from '../../local/topics/delivery.ts';

const topicArn = 'arn:aws:sns:us-east-1:000000000000:news';
const common = { messageId: 'm-1', time: 0 };

function subscription(Protocol: string, Endpoint: string, more: Partial<Subscription> = {}): Subscription {
  // `as`: nothing else of it is looked at.
  return { Protocol, Endpoint, RawMessageDelivery: false, ...more } as Subscription;
}

function deliver(one: Subscription, publication: Parameters<typeof deliveriesOf>[1] = { message: 'it burns' }) {
  const topic = { Name: 'news', subscriptions: { s1: one } } as unknown as Topic;
  return deliveriesOf(topic, publication, common);
}

describe('a message goes', () => {
  test('to a function as an event of SNS', () => {
    const event = { Records: [{ EventSource: 'aws:sns', Sns: { Message: 'it burns', Subject: null } }] };
    const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:alert';
    expect(deliver(subscription('lambda', functionArn))).toMatchObject([
      { kind: 'invoke', functionArn, topicArn, event },
    ]);
  });

  test('to a server in the envelope of SNS, or as it is', () => {
    const posted = deliver(subscription('https', 'https://x.example'));
    expect(posted).toMatchObject([{ kind: 'post', url: 'https://x.example' }]);
    expect(posted[0]).toHaveProperty('body', expect.stringContaining('"Message":"it burns"'));
    const raw = deliver(subscription('https', 'https://x.example', { RawMessageDelivery: true }));
    expect(raw).toMatchObject([{ body: 'it burns', headers: { 'x-amz-sns-rawdelivery': 'true' } }]);
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
  expect(confirmationOf(subscription('http', 'http://x.example'), asked)).toMatchObject({
    kind: 'post',
    headers: { 'x-amz-sns-message-type': 'SubscriptionConfirmation' },
  });
  expect(confirmationOf(subscription('email', 'ada'), asked)).toMatchObject({
    kind: 'keep',
    message: { to: 'ada', text: expect.stringContaining(asked.link) },
  });
});
