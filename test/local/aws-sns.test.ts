/** SNS on the local platform: its shapes, its errors, and messages that really arrive. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Message } from '../../local/model.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';
import { createFunction, createRole } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { until } from '../support/until.ts';

const begin = Date.parse('2026-11-26T12:00:00Z');
const TopicArn = 'arn:aws:sns:us-east-1:000000000000:news';
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:app';

let platform: Platform;
let clock: FakeClock;
beforeEach(async () => {
  clock = createFakeClock(begin);
  platform = await startPlatform({ clock: () => clock.now(), time: clock });
  await platform.sns.send(new CreateTopicCommand({ Name: 'news', Tags: [{ Key: 'a', Value: 'b' }] }));
});
afterEach(() => platform.stop());

const subscribe = (Protocol: string, Endpoint: string) =>
  platform.sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true }));
const publish = (Message: string, Subject?: string) =>
  platform.sns.send(new PublishCommand({ TopicArn, Message, Subject }));

async function messages(): Promise<Message[]> {
  const response = await fetch(`${platform.url}/_local/messages`);
  return ((await response.json()) as { messages: Message[] }).messages;
}

describe('a topic', () => {
  test('is made once, shown, tagged, listed and removed', async () => {
    const again = await platform.sns.send(new CreateTopicCommand({ Name: 'news', Tags: [{ Key: 'a', Value: 'b' }] }));
    expect(again.TopicArn).toBe(TopicArn);
    await platform.sns.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: 'DisplayName', AttributeValue: 'N' }),
    );
    const { Attributes } = await platform.sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({ TopicArn, DisplayName: 'N', Owner: '000000000000', SubscriptionsPending: '0' });
    await platform.sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: [{ Key: 'c', Value: 'd <&>' }] }));
    await platform.sns.send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys: ['a'] }));
    const { Tags } = await platform.sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }));
    expect(Tags).toEqual([{ Key: 'c', Value: 'd <&>' }]);
    expect((await platform.sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
    await platform.sns.send(new DeleteTopicCommand({ TopicArn }));
    await platform.sns.send(new DeleteTopicCommand({ TopicArn }));
    await expect(platform.sns.send(new GetTopicAttributesCommand({ TopicArn }))).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Topic does not exist',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'other tags than it has',
      () => platform.sns.send(new CreateTopicCommand({ Name: 'news', Tags: [] })),
      /different tags/,
    ],
    ['a name that is none', () => platform.sns.send(new CreateTopicCommand({ Name: 'no news' })), /Topic Name/],
    ['a queue', () => subscribe('sqs', 'arn:aws:sqs:us-east-1:000000000000:q'), /sqs is not implemented/],
    ...['team@example', 'team@-a.test', 'team@a..test', 'Ada <ada@a.test>', 'a@a.test,b@a.test'].map(
      (text): [string, () => Promise<unknown>, RegExp] => [
        `${text} for a mail address`,
        () => subscribe('email', text),
        /not a valid endpoint of email/,
      ],
    ),
    ['an address with a space', () => subscribe('https', 'https://a b/'), /not a valid endpoint of https/],
    [
      'bare messages by mail',
      () =>
        platform.sns.send(
          new SubscribeCommand({
            TopicArn,
            Protocol: 'email',
            Endpoint: 'a@a.test',
            Attributes: { RawMessageDelivery: 'true' },
          }),
        ),
      /\[email\] does not support raw message delivery/,
    ],
    [
      'a policy that is none',
      () =>
        platform.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: 'x' })),
      /Invalid parameter: Policy/,
    ],
    [
      'a text to no number',
      () => platform.sns.send(new PublishCommand({ PhoneNumber: 'abc', Message: 'x' })),
      /PhoneNumber/,
    ],
    ['a mail address that is none', () => subscribe('email', 'nobody'), /not a valid endpoint of email/],
  ])('is refused %s', async (_, call, message) => {
    await expect(call()).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(message),
    });
  });

  test('is still there after a restart, and with it who subscribes', async () => {
    await subscribe('sms', '+12505550123');
    platform = await platform.restart();
    const { Subscriptions } = await platform.sns.send(new ListSubscriptionsCommand({}));
    expect(Subscriptions).toMatchObject([{ TopicArn, Protocol: 'sms', Endpoint: '+12505550123' }]);
  });
});

describe('a subscription', () => {
  test('of a number holds at once, and its messages are listed', async () => {
    const { SubscriptionArn } = await subscribe('sms', '+12505550123');
    await publish('it burns');
    expect(await messages()).toEqual([
      { time: '2026-11-26T12:00:00.000Z', protocol: 'sms', to: '+12505550123', subject: '', text: 'it burns' },
    ]);
    await platform.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    await publish('it burns still');
    expect(await messages()).toHaveLength(1);
  });

  test('of a mail address waits until the link in a mail was followed', async () => {
    await subscribe('email', 'ada@example.com');
    const listed = () => platform.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect((await listed()).Subscriptions).toMatchObject([{ SubscriptionArn: 'PendingConfirmation' }]);
    await publish('unheard');
    const [mail, ...others] = await messages();
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ to: 'ada@example.com', subject: 'AWS Notification - Subscription Confirmation' });
    const link = mail?.text.split('\n').at(-1) ?? '';
    expect((await fetch(link)).status).toBe(200);
    expect((await listed()).Subscriptions?.[0]?.SubscriptionArn).toMatch(/^arn:aws:sns:.*:news:/);
    await publish('heard', 'News');
    expect((await messages()).slice(1)).toMatchObject([{ protocol: 'email', subject: 'News', text: 'heard' }]);
  });

  test('is not confirmed by a guess, and nothing else goes without credentials', async () => {
    await subscribe('email', 'ada@example.com');
    const ask = async (query: object) => {
      const response = await fetch(`${platform.url}/?${new URLSearchParams({ TopicArn, ...query })}`);
      return [response.status, /<Code>(\w+)/.exec(await response.text())?.[1]];
    };
    expect(await ask({ Action: 'ConfirmSubscription', Token: 'guess' })).toEqual([400, 'InvalidParameter']);
    expect(await ask({ Action: 'DeleteTopic', Version: '2010-03-31' })).toEqual([403, 'MissingAuthenticationToken']);
  });

  test('of a function is an event, once the function lets the topic in', async () => {
    await createRole(platform);
    await createFunction(platform);
    await subscribe('lambda', functionArn);
    await publish('refused');
    const statement = { FunctionName: 'app', StatementId: 'news', Action: 'lambda:InvokeFunction' };
    const SourceArn = TopicArn.replace('news', 'n*');
    await platform.lambda.send(new AddPermissionCommand({ ...statement, Principal: 'sns.amazonaws.com', SourceArn }));
    await publish('taken', 'News');
    const events = platform.engine.invoked.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()));
    expect(events).toMatchObject([
      {
        Records: [
          { EventSource: 'aws:sns', EventVersion: '1.0', Sns: { TopicArn, Subject: 'News', Message: 'taken' } },
        ],
      },
    ]);
    expect(await messages()).toEqual([]);
  });
});

describe('a web server', () => {
  interface Received {
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }
  let server: Server;
  let received: Received[];
  let statuses: number[];
  beforeEach(async () => {
    received = [];
    statuses = [];
    server = createServer(async (req, res) => {
      received.push({ headers: req.headers, body: await text(req) });
      res.writeHead(statuses.shift() ?? 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const arrived = (count: number) => until(`${count} posts`, () => received.length >= count);

  async function confirmed(): Promise<string> {
    const { SubscriptionArn = '' } = await subscribe('http', url());
    await arrived(1);
    const { Type, SubscribeURL } = JSON.parse(received[0]?.body ?? '');
    expect(Type).toBe('SubscriptionConfirmation');
    await fetch(SubscribeURL);
    return SubscriptionArn;
  }

  test('is asked, and then posted to', async () => {
    await confirmed();
    await publish('it burns', 'Fire');
    await arrived(2);
    expect(received[1]?.headers).toMatchObject({
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-topic-arn': TopicArn,
      'content-type': 'text/plain; charset=UTF-8',
    });
    expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({
      ...{ Type: 'Notification', TopicArn, Subject: 'Fire', Message: 'it burns' },
      Timestamp: '2026-11-26T12:00:00.000Z',
    });
  });

  test('gets the bare message when it wants that', async () => {
    const SubscriptionArn = await confirmed();
    const wish = { AttributeName: 'RawMessageDelivery', AttributeValue: 'true' };
    await platform.sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, ...wish }));
    const { Attributes } = await platform.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).toMatchObject({ RawMessageDelivery: 'true', PendingConfirmation: 'false', Protocol: 'http' });
    await publish('it burns');
    await arrived(2);
    expect(received[1]?.body).toBe('it burns');
  });

  test('that fails is tried again after 20 seconds, one that refuses is not', async () => {
    await confirmed();
    statuses = [503, 400, 200];
    await publish('first');
    await arrived(2);
    // The answer is read before the next try is planned.
    await until('the next try', () => {
      clock.advance(20_000);
      return received.length >= 3;
    });
    await publish('second');
    await arrived(4);
    clock.advance(100_000);
    expect(received.slice(1).map(({ body }) => JSON.parse(body).Message)).toEqual(['first', 'first', 'second']);
  });
});

test('a message may differ by protocol, and may go to a number that subscribes to nothing', async () => {
  await subscribe('sms', '+12505550123');
  const Message = JSON.stringify({ default: 'long', sms: 'short' });
  await platform.sns.send(new PublishCommand({ TopicArn, Message, MessageStructure: 'json' }));
  await platform.sns.send(new PublishCommand({ PhoneNumber: '+12505550199', Message: 'direct' }));
  expect(await messages()).toMatchObject([
    { to: '+12505550123', text: 'short' },
    { to: '+12505550199', text: 'direct' },
  ]);
});
