import { describe, expect, test } from 'vitest';
import { proxyConfig, resolveStage } from '../../config/index.ts';
import { messagesOf, parse } from './parse.ts';

const email = { name: 'email.team', type: 'email', emails: ['team@example.com'] };
const slack = { name: 'slack.ops', type: 'slack', url: 'https://hooks.slack.com/services/T/B/x', channel: 'ops' };
const slow = { metric: 'http.latency', statistic: 'p95', threshold: 1000, period: '5m' };

const alertsOf = (input: unknown, stage = 'production') => resolveStage(parse(input).config, stage).alerts;
const namesOf = (input: unknown, stage?: string) => alertsOf(input, stage).map(({ name }) => name);

describe('"default" is four alarms', () => {
  const names = ['http.5xx', 'http.latency', 'lambda.errors', 'lambda.throttles'];

  test.each<[string, object, string[]]>([
    ['by one word', { alerts: 'default' }, names],
    ['in a list', { alerts: ['default', { ...slow, name: 'slow' }] }, [...names, 'slow']],
    ['in one stage', { stages: { production: { alerts: 'default' } } }, names],
    ['in all stages but one', { alerts: 'default', stages: { production: { alerts: [] } } }, []],
    ['put back to none', { alerts: 'default', stages: { production: { alerts: null } } }, []],
    ['left out', {}, []],
  ])('%s', (_, input, expected) => {
    expect(namesOf(input)).toEqual(expected);
  });

  test('an answer is slow at 80 % of the time it may take', () => {
    const slowOf = (timeout: number) =>
      alertsOf({ alerts: 'default', lambda: { timeout } }).find(({ metric }) => metric === 'http.latency')?.threshold;
    expect([slowOf(10), slowOf(30), slowOf(900)]).toEqual([8000, 24_000, 24_000]);
  });

  test('none of them in a preview or on the laptop', () => {
    expect(namesOf({ alerts: 'default' }, 'preview-x')).toEqual([]);
    expect(namesOf({ alerts: 'default' }, 'development')).toEqual([]);
  });
});

describe('an alert', () => {
  test('says no more than it must: the rest has defaults', () => {
    expect(alertsOf({ alerts: [{ metric: 'http.5xx', threshold: 5 }], actions: [email, slack] })).toEqual([
      {
        name: 'http.5xx',
        metric: 'http.5xx',
        namespace: null,
        dimensions: {},
        statistic: 'sum',
        threshold: 5,
        operator: '>',
        period: 60,
        evaluation_periods: 1,
        missing: 'notBreaching',
        description: '',
        actions: ['email.team', 'slack.ops'],
      },
    ]);
  });

  test.each<[string, object, object]>([
    ['compares the average of a time', { metric: 'http.latency', threshold: 1 }, { statistic: 'avg' }],
    ['tells one', { ...slow, action: 'email.team' }, { actions: ['email.team'] }],
    ['tells two', { ...slow, action: ['email.team', 'slack.ops'] }, { actions: ['email.team', 'slack.ops'] }],
    ['takes seconds', { ...slow, period: 300 }, { period: 300 }],
    ['takes any metric of CloudWatch', { metric: 'Orders', namespace: 'Shop', threshold: 1 }, { namespace: 'Shop' }],
  ])('%s', (_, alert, expected) => {
    expect(alertsOf({ alerts: [alert], actions: [email, slack] })).toMatchObject([expected]);
  });

  test('has a name of its own, also where two watch one metric', () => {
    expect(namesOf({ alerts: [slow, slow, { ...slow, name: 'slow' }] })).toEqual([
      'http.latency',
      'http.latency-2',
      'slow',
    ]);
  });

  test('is for one stage, or switched off', () => {
    const input = {
      alerts: [
        { ...slow, stage: 'staging' },
        { ...slow, name: 'off', disable: true },
      ],
    };
    expect(namesOf(input, 'production')).toEqual([]);
    expect(namesOf(input, 'staging')).toEqual(['http.latency']);
  });
});

describe('what cannot be is refused', () => {
  const one = (alert: object, actions: unknown[] = [email]) => ({ alerts: [{ ...slow, ...alert }], actions });

  test.each<[string, object, string]>([
    ['a word', { alerts: 'all' }, 'alerts must be "default", or a list of alerts, not "all"'],
    [
      'a metric nobody has',
      one({ metric: 'http.5x' }),
      'alerts[0].metric must be "http.count", "http.latency", "http.4xx", "http.5xx", "lambda.invocations", "lambda.errors", "lambda.throttles" or "lambda.duration", not "http.5x", did you mean "http.5xx"?',
    ],
    [
      'a statistic nobody has',
      one({ statistic: 'median' }),
      'alerts[0].statistic must be "sum", "avg", "min", "max" or "count", or a percentile such as "p95", not "median"',
    ],
    [
      'an action that is not there',
      one({ action: 'email.taem' }),
      'alerts[0].action must be one of "actions", not "email.taem", did you mean "email.team"?',
    ],
    [
      'an action that is like none',
      one({ action: ['email.team', 'x'] }, [email, slack]),
      'alerts[0].action must be one of "actions", not "x": they are "email.team" or "slack.ops"',
    ],
    [
      'an action that is not there, in a stage',
      { actions: [email], stages: { production: { alerts: [{ ...slow, action: 'x' }] } } },
      'stages.production.alerts[0].action must be one of "actions", not "x": they are "email.team"',
    ],
    ['any action, of none', one({ action: 'x' }, []), 'alerts[0].action is "x", and there are no "actions"'],
    [
      'a stage that is not there',
      one({ stage: 'prod' }),
      'alerts[0].stage must be a stage, not "prod", did you mean "production"?',
    ],
    [
      'a period of half a minute',
      one({ period: '30s' }),
      'alerts[0].period must be a time of whole minutes from "1m" to "24h", not "30s"',
    ],
    [
      'two days',
      one({ period: '5m', evaluation_periods: 600 }),
      'alerts[0] looks back further than a day, which alarms cannot',
    ],
    ['a key nobody knows', one({ treshold: 1 }), 'unknown key "treshold", did you mean "threshold"?'],
    [
      'dimensions of our own metrics',
      one({ dimensions: { A: 'b' } }),
      'alerts[0].dimensions go with a "namespace": metrics of the app have theirs',
    ],
    [
      'a mail to nobody',
      { actions: [{ name: 'a', type: 'email' }] },
      'actions[0] needs "emails", being of type "email"',
    ],
    ...['ada@example', 'ada@-example.com', 'ada@example.com,bob@example.com'].map((text): [string, object, string] => [
      `a mail to ${text}`,
      { actions: [{ ...email, emails: [text] }] },
      `actions[0].emails[0] must be an address such as "ada@example.com", not "${text}"`,
    ]),
    [
      'a mail with a number',
      { actions: [{ ...email, numbers: ['+12505550123'] }] },
      'actions[0] has "numbers", which an action of type "email" does not use',
    ],
    [
      'a number without a country',
      { actions: [{ name: 'a', type: 'sms', numbers: ['250555'] }] },
      'actions[0].numbers[0] must be a number such as "+12505550123", not "250555"',
    ],
    [
      'two actions of one topic',
      { actions: [email, { ...email, name: 'email-team' }] },
      'actions[1].name is "email-team", as another action is called: topics are named after them',
    ],
    [
      'a webhook that anybody could read',
      { actions: [{ name: 'a', type: 'webhook', url: 'http://example.com/secret' }] },
      'actions[0].url must be an "https://" URL, or the "$NAME" of a variable that holds one',
    ],
  ])('%s', (_, input, message) => {
    expect(messagesOf(input)).toEqual([message]);
  });
});

describe('the proxy is told what it has to post to', () => {
  const stagesOf = (input: object) => proxyConfig(parse({ name: 'shop', ...input }).config).stages;

  test('by the topic that brings it', () => {
    const { production, development } = stagesOf({ alerts: 'default', actions: [email, slack] });
    expect(production?.webhooks).toEqual({
      'up-shop-production-slack-ops': { action: 'slack.ops', type: 'slack', url: slack.url, channel: 'ops' },
    });
    expect(development).not.toHaveProperty('webhooks');
    expect(production).not.toHaveProperty('alerts');
    expect(production).not.toHaveProperty('actions');
  });

  test.each([
    ['without an alert', { actions: [slack] }],
    ['where AWS tells them itself', { alerts: 'default', actions: [email] }],
  ])('nothing %s', (_, input) => {
    expect(stagesOf(input).production).not.toHaveProperty('webhooks');
  });
});
