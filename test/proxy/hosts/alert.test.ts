/** Alarms on their way to a webhook: which events they are, what is posted, and what becomes of one that is not taken. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Webhook } from '../../../config/types.ts';
import type { Fields, Level, Log } from '../../../http/log.ts';
import { readAlarms } from '../../../proxy/events/alarm.ts';
import { isNews, toAlarm, toBody } from '../../../proxy/hosts/alarm-message.ts';
import { alert } from '../../../proxy/hosts/alert.ts';

const place = { app: 'shop', stage: 'production' };
const topic = 'up-shop-production-slack-ops';
const slack: Webhook = { action: 'slack.ops', type: 'slack', url: 'https://hooks.example.com/x', channel: 'ops' };

const alarm = {
  AlarmName: 'up-shop-production-http.5xx',
  AlarmDescription: 'Errors <b>',
  AWSAccountId: '123456789012',
  NewStateValue: 'ALARM',
  NewStateReason: 'Threshold Crossed: 1 datapoint (6.0) was greater than the threshold (5.0).',
  StateChangeTime: '2026-11-26T12:00:00.000+0000',
  AlarmArn: 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:up-shop-production-http.5xx',
  OldStateValue: 'OK',
};

/** As Lambda gets it of SNS. */
function event(message: unknown = alarm, name = topic, Subject: string | null = 'ALARM') {
  const Message = typeof message === 'string' ? message : JSON.stringify(message);
  const Sns = { Type: 'Notification', TopicArn: `arn:aws:sns:eu-central-1:123456789012:${name}`, Subject, Message };
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', Sns }] };
}

describe('an alarm is told from other events', () => {
  test.each<[string, unknown, boolean]>([
    ['by its topic', event(), true],
    ['and not for the topics of the app', event(alarm, 'orders'), false],
    ['and not by a name that every object has', event(alarm, 'constructor'), false],
    ['and not for a queue', { Records: [{ ...event().Records[0], EventSource: 'aws:sqs' }] }, false],
    ['and not among others', { Records: [...event().Records, ...event(alarm, 'orders').Records] }, false],
    ['and not for a request', { version: '2.0', requestContext: { http: {} } }, false],
    ['and not for nothing', null, false],
    ['and not for an empty list', { Records: [] }, false],
  ])('%s', (_, given, expected) => {
    expect(readAlarms(given, { [topic]: slack }) !== null).toBe(expected);
  });

  test('and never where no webhook is configured', () => {
    expect(readAlarms(event(), undefined)).toBeNull();
  });
});

describe('what is said of an alarm', () => {
  const said = (changes: object) => toAlarm(place, 'ALARM', JSON.stringify({ ...alarm, ...changes }));
  const nothing = { before: '', description: '', time: '', alarm: '', region: '', account: '' };

  test('calls it as up.json does, and one of somebody else by its own name', () => {
    expect(said({}).alert).toBe('http.5xx');
    expect(said({ AlarmName: 'up-shop-staging-http.5xx' }).alert).toBe('up-shop-staging-http.5xx');
  });

  test('is nothing where CloudWatch says nothing that can be read', () => {
    const unsaid = { AlarmDescription: null, NewStateReason: 5, StateChangeTime: undefined, AlarmArn: 'arn:aws' };
    expect(said({ ...unsaid, OldStateValue: {}, AWSAccountId: [] })).toEqual({
      ...nothing,
      ...{ alert: 'http.5xx', state: 'ALARM', reason: '', alarm: alarm.AlarmName },
    });
  });

  test.each([
    'it works',
    '{"hello":1}',
    '{"AlarmName":""}',
    'null',
    '[]',
    '"up"',
  ])('is no more than a message: %s', (text) => {
    expect(toAlarm(place, 'Test', text)).toEqual({ ...nothing, alert: 'Test', state: 'MESSAGE', reason: text });
    expect(toAlarm(place, '', text).alert).toBe('message');
  });

  test.each([
    ['ALARM', 'danger', ' is in alarm'],
    ['OK', 'good', ' is fine again'],
    ['INSUFFICIENT_DATA', 'warning', ' has no data'],
    ['MESSAGE', 'warning', ''],
  ])('has a colour in Slack: %s', (state, color, words) => {
    expect(toBody(slack, place, said({ NewStateValue: state }))).toMatchObject({
      text: `shop production: http.5xx${words}`,
      attachments: [{ color }],
    });
  });

  test.each([
    ['ALARM', 'INSUFFICIENT_DATA', true],
    ['OK', 'ALARM', true],
    ['OK', 'INSUFFICIENT_DATA', false],
    ['INSUFFICIENT_DATA', 'OK', true],
  ])('that is %s after %s is news: %s', (NewStateValue, OldStateValue, expected) => {
    expect(isNews(said({ NewStateValue, OldStateValue }))).toBe(expected);
  });

  test('goes to the channel that is named, with its sign or without, or to that of the webhook', () => {
    const channelOf = (webhook: Webhook) => (toBody(webhook, place, said({})) as { channel?: string }).channel;
    const { channel: _, ...unnamed } = slack;
    expect([slack, { ...slack, channel: '#ops' }, unnamed].map(channelOf)).toEqual(['#ops', '#ops', undefined]);
  });

  test('has only the lines there are, in which nothing is a sign of Slack', () => {
    const detail = (changes: object) => toBody(slack, place, said(changes));
    expect(detail({ AlarmDescription: '<!here> & now', NewStateReason: '' })).toMatchObject({
      attachments: [{ text: '&lt;!here&gt; &amp; now' }],
    });
    expect(detail({ AlarmDescription: '', NewStateReason: 'why' })).toMatchObject({ attachments: [{ text: 'why' }] });
  });
});

describe('a webhook', () => {
  let server: Server;
  const [hangsUp, isSilent] = [0, -1];
  let bodies: unknown[];
  let asked: string[];
  let statuses: number[];
  let logged: [Level, string, Fields | undefined][];
  beforeEach(async () => {
    [bodies, asked, statuses, logged] = [[], [], [], []];
    server = createServer(async (req, res) => {
      bodies.push(JSON.parse(await text(req)));
      asked.push(`${req.method} ${req.headers['content-type']}`);
      const status = statuses.shift() ?? 200;
      if (status === hangsUp) req.socket.destroy();
      else if (status !== isSilent) res.writeHead(status).end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const note = (level: Level) => (message: string, fields?: Fields) => void logged.push([level, message, fields]);
  const log: Log = {
    ...{ debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error'), fatal: note('fatal') },
  };
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?secret=1`;

  async function tell(
    given: object,
    webhook: Partial<Webhook> = {},
    environment: NodeJS.ProcessEnv = {},
    left = 10_000,
  ) {
    const deliveries = readAlarms(given, { [topic]: { ...slack, url: url(), ...webhook } }) ?? [];
    const deadline = Date.now() + left;
    return alert(deliveries, { place, environment, requestId: 'r1', deadline, log, pauses: [1, 1] });
  }

  const taken = { alert: 'http.5xx', state: 'ALARM', action: 'slack.ops', delivered: true };

  test('of Slack gets what Slack shows', async () => {
    expect(await tell(event())).toEqual([taken]);
    expect(asked).toEqual(['POST application/json']);
    const detail = `Errors &lt;b&gt;\n${alarm.NewStateReason}`;
    expect(bodies).toEqual([
      {
        channel: '#ops',
        text: 'shop production: http.5xx is in alarm',
        attachments: [{ color: 'danger', text: detail, fallback: detail }],
      },
    ]);
    expect(logged).toEqual([['info', 'alert', { request_id: 'r1', ...taken, reason: alarm.NewStateReason }]]);
    await tell(event({ ...alarm, NewStateReason: '' }));
    expect(logged[1]).toEqual(['info', 'alert', { request_id: 'r1', ...taken }]);
  });

  test('of anybody else gets all that is known', async () => {
    await tell(event({ ...alarm, NewStateValue: 'OK', OldStateValue: 'ALARM' }), { type: 'webhook' });
    expect(bodies).toEqual([
      {
        ...{ app: 'shop', stage: 'production', alert: 'http.5xx', state: 'OK', before: 'ALARM' },
        ...{ description: 'Errors <b>', reason: alarm.NewStateReason, time: '2026-11-26T12:00:00.000Z' },
        ...{ alarm: alarm.AlarmName, region: 'eu-central-1', account: '123456789012' },
        text: 'shop production: http.5xx is fine again',
      },
    ]);
  });

  test('gets what somebody publishes by hand', async () => {
    await tell(event('it works', topic, 'Test'), { type: 'webhook' });
    expect(bodies).toMatchObject([
      { alert: 'Test', state: 'MESSAGE', reason: 'it works', text: 'shop production: Test' },
    ]);
  });

  test('is not told that a new alarm finds all well', async () => {
    const told = await tell(event({ ...alarm, NewStateValue: 'OK', OldStateValue: 'INSUFFICIENT_DATA' }));
    const why = 'all was well before anything was measured';
    expect(told).toEqual([{ ...taken, state: 'OK', delivered: false, why }]);
    expect([bodies, logged]).toEqual([[], []]);
  });

  test('may be what a variable holds', async () => {
    expect(await tell(event(), { url: '$SLACK_URL' }, { SLACK_URL: url() })).toEqual([taken]);
  });

  test('that stays silent is not asked again when the time is up', async () => {
    statuses = [isSilent];
    const started = performance.now();
    const why = 'the webhook did not answer: no answer in time';
    expect(await tell(event(), {}, {}, 600)).toEqual([{ ...taken, delivered: false, why }]);
    expect(asked.length).toBeLessThan(2);
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  const { delivered: _, ...unheard } = taken;
  test.each<[string, number[], Partial<Webhook>, number, string | undefined]>([
    ['that fails twice is asked a third time', [500, 429], {}, 3, undefined],
    ['that hangs up is asked again', [hangsUp], {}, 2, undefined],
    ['that fails three times is given up', [500, 500, 503], {}, 3, 'the webhook answered 503'],
    ['that refuses is asked once', [404], {}, 1, 'the webhook answered 404'],
    ['that leads elsewhere is not followed', [302], {}, 1, 'the webhook answered 302'],
    ['nobody listens at', [], { url: 'http://127.0.0.1:2/' }, 0, 'the webhook did not answer: ECONNREFUSED'],
    ['that is no URL', [], { url: '$BAD' }, 0, 'the URL of the webhook is none'],
    [
      'in a variable that is not set',
      [],
      { url: '$SLACK_URL' },
      0,
      'the variable SLACK_URL is not set: up env set SLACK_URL --secret',
    ],
  ])('%s', async (_title, answers, webhook, times, why) => {
    statuses = answers;
    const told = await tell(event(), webhook, { BAD: 'no url' });
    expect(told).toEqual([{ ...unheard, delivered: why === undefined, ...(why !== undefined && { why }) }]);
    expect(asked).toHaveLength(times);
    expect(logged.map(([level]) => level)).toEqual([why === undefined ? 'info' : 'error']);
    // It may be a secret.
    expect(JSON.stringify(logged)).not.toContain('secret=1');
  });
});
