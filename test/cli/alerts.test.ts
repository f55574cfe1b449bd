/** What `up alerts` says, and which alarms `up alerts test` sets off. */
import { describe, expect, test } from 'vitest';
import { chooseAlerts } from '../../cli/alerts/choose.ts';
import { renderAlerts } from '../../cli/alerts/render.ts';
import type { AlertStatus, AlertsStatus } from '../../cli/alerts/status.ts';
import { alertSpec, conditionOf } from '../../cli/aws/alerts/spec.ts';
import type { UpError } from '../../cli/errors.ts';
import { parseConfig, resolveStage } from '../../config/index.ts';

const identity = { account: '123456789012', region: 'eu-central-1' };

function specOf(upJson: object) {
  const { config } = parseConfig(JSON.stringify({ name: 'shop', ...upJson }), { file: 'up.json' });
  return alertSpec(resolveStage(config, 'staging'), identity);
}

describe('an alert is a sentence', () => {
  test.each<[object, string]>([
    [{ metric: 'http.5xx', threshold: 5 }, 'sum of http.5xx > 5 in 1 min'],
    [{ metric: 'http.latency', threshold: 900, period: '5m' }, 'avg of http.latency > 900 ms in 5 min'],
    [
      { metric: 'http.latency', statistic: 'p95', operator: '>=', threshold: 900, period: '1h', evaluation_periods: 3 },
      'p95 of http.latency >= 900 ms, 3 times in 1 h',
    ],
    [{ metric: 'http.latency', statistic: 'count', threshold: 9 }, 'count of http.latency > 9 in 1 min'],
    [{ metric: 'Orders', namespace: 'Shop', operator: '<', threshold: 1 }, 'sum of Orders < 1 in 1 min'],
  ])('%j', (alert, sentence) => {
    expect(specOf({ alerts: [alert] })?.alarms.map((alarm) => conditionOf(alarm.alert))).toEqual([sentence]);
  });
});

test('an action that no alarm has a use for has no topic', () => {
  const actions = ['a', 'b'].map((name) => ({ name, type: 'sms', numbers: ['+12505550123'] }));
  const spec = specOf({ alerts: [{ metric: 'http.5xx', threshold: 5, action: 'b' }], actions });
  expect(spec?.topics.map(({ name }) => name)).toEqual(['up-shop-staging-b']);
});

function alert(name: string, changes: Partial<AlertStatus> = {}): AlertStatus {
  const condition = `sum of ${name} > 5 in 1 min`;
  return { name, alarm: `up-shop-staging-${name}`, state: 'OK', condition, actions: ['a'], ...changes };
}

describe('up alerts', () => {
  const status: AlertsStatus = {
    alerts: [
      alert('http.5xx', { state: 'ALARM' }),
      alert('http.latency', { state: 'INSUFFICIENT_DATA' }),
      alert('new', { state: 'missing' }),
      alert('old', { state: 'unwanted' }),
    ],
    actions: [
      {
        ...{ name: 'email.team', type: 'email', topic: 'arn' },
        endpoints: [
          { protocol: 'email', endpoint: 'ada@example.com', state: 'ready' },
          { protocol: 'email', endpoint: 'bob@example.com', state: 'pending' },
        ],
      },
      {
        ...{ name: 'slack.ops', type: 'slack', topic: 'arn' },
        endpoints: [{ protocol: 'lambda', endpoint: 'arn', state: 'missing' }],
      },
    ],
  };

  const place = { chdir: '.', local: false, region: undefined, profile: undefined };

  test('proposes a deploy to where it was asked', () => {
    const shown = renderAlerts('production', status, { ...place, local: true });
    expect(shown).toContain('a deploy makes it: up production --local\n');
    expect(shown).toMatch(/missing: up production --local$/);
  });

  test('tells the state of each, and whom they tell', () => {
    expect(`\n${renderAlerts('production', status, place)}`).toMatchInlineSnapshot(`
      "
        http.5xx      ALARM    sum of http.5xx > 5 in 1 min
        http.latency  no data  sum of http.latency > 5 in 1 min
        new           missing  a deploy makes it: up production
        old           not in up.json any more: up production

        email.team    email    ada@example.com
                      email    bob@example.com  waits for the link in its mail
        slack.ops     slack    posted by the function  missing: up production"
    `);
  });

  test('tells what is missing', () => {
    expect(renderAlerts('staging', { alerts: [alert('a')], actions: [] }, place)).toContain(
      'They tell nobody: add "actions"',
    );
    expect(renderAlerts('staging', { alerts: [], actions: [] }, place)).toBe(
      'staging has no alerts: set "alerts": "default" in up.json',
    );
  });
});

describe('up alerts test', () => {
  const choose = (alerts: AlertStatus[], name: string | null = null) =>
    chooseAlerts({ alerts, actions: [] }, 'staging', name).map((one) => one.name);

  test.each<[string, AlertStatus[], string[]]>([
    ['the first, where all tell the same', [alert('one'), alert('two')], ['one']],
    ['as many as there are actions', [alert('one'), alert('two', { actions: ['a', 'b'] })], ['one', 'two']],
    ['none that is in alarm', [alert('one', { state: 'ALARM' }), alert('two')], ['two']],
    ['none that tells nobody', [alert('one', { actions: [] }), alert('two')], ['two']],
    ['none that is not there', [alert('one', { state: 'missing' }), alert('two', { state: 'OK' })], ['two']],
  ])('sets off %s', (_, alerts, chosen) => {
    expect(choose(alerts)).toEqual(chosen);
  });

  test('sets off the one that is named', () => {
    expect(choose([alert('one'), alert('two')], 'two')).toEqual(['two']);
  });

  function refusalOf(alerts: AlertStatus[], name: string | null): string {
    try {
      return choose(alerts, name).join();
    } catch (error) {
      const { code, message } = error as UpError;
      return `${code} ${message}`;
    }
  }

  test.each<[string, AlertStatus[], string | null, string]>([
    ['without any', [], null, 'UP_ALERT_NOT_FOUND staging has no alert that tells anybody'],
    ['by another name', [alert('one')], 'two', 'UP_ALERT_NOT_FOUND staging has no alert "two": there are one'],
    [
      'before it is deployed',
      [alert('one', { state: 'missing' })],
      'one',
      'UP_ALERT_NOT_FOUND The alert "one" is not deployed to staging',
    ],
    [
      'of one that tells nobody',
      [alert('one', { actions: [] })],
      'one',
      'UP_ALERT_NOT_FOUND The alert "one" tells nobody',
    ],
    [
      'of one that is in alarm',
      [alert('one', { state: 'ALARM' })],
      null,
      'UP_ALERT_ACTIVE The alert "one" is already in alarm: its recipients were told when that began',
    ],
  ])('is refused %s', (_, alerts, name, message) => {
    expect(refusalOf(alerts, name)).toBe(message);
  });
});
