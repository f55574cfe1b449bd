/** CloudWatch's alarms on the local platform: their shapes, their errors, and alarms that really look at their metric. */
import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { ConfirmSubscriptionCommand, CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countInvocation } from '../../local/metrics/invocations.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';
import { createFunction, createRole } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const noon = Date.parse('2026-11-26T12:00:00Z');
const minute = 60_000;
const TopicArn = 'arn:aws:sns:us-east-1:000000000000:oncall';
const AlarmArn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:failures';
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:app';

let platform: Platform;
let clock: FakeClock;
beforeEach(async () => {
  clock = createFakeClock(noon);
  platform = await startPlatform({ clock: () => clock.now(), time: clock });
  await platform.sns.send(new CreateTopicCommand({ Name: 'oncall' }));
  await platform.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sms', Endpoint: '+12505550123' }));
  await platform.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email-json', Endpoint: 'ada@example.com' }));
  const { Token } = JSON.parse(platform.store.state.messages[0]?.text ?? '');
  await platform.sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
});
afterEach(() => platform.stop());

const alarm: PutMetricAlarmCommandInput = {
  AlarmName: 'failures',
  Namespace: 'AWS/Lambda',
  MetricName: 'Errors',
  Dimensions: [{ Name: 'FunctionName', Value: 'app' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
  AlarmActions: [TopicArn],
  OKActions: [TopicArn],
};

const put = (changes: Partial<PutMetricAlarmCommandInput> = {}) =>
  platform.monitoring.send(new PutMetricAlarmCommand({ ...alarm, ...changes }));

async function described() {
  const { MetricAlarms = [] } = await platform.monitoring.send(new DescribeAlarmsCommand({ AlarmNames: ['failures'] }));
  return MetricAlarms[0];
}

function invoke(failed: boolean, duration?: number): void {
  const counted = { functionName: 'app', qualifier: 'staging', executedVersion: '7' };
  countInvocation(platform.metrics, counted, failed, duration);
}

/** What was told, as `OLD > NEW`. */
const told = () =>
  platform.store.state.messages.flatMap(({ protocol, text }) => {
    if (protocol !== 'email-json' || !text.includes('"Notification"')) return [];
    const { OldStateValue, NewStateValue } = JSON.parse(JSON.parse(text).Message);
    return [`${OldStateValue} > ${NewStateValue}`];
  });

describe('an alarm', () => {
  test('is made, shown, changed, tagged and removed', async () => {
    await put({ Tags: [{ Key: 'a', Value: 'b' }], AlarmDescription: 'It fails' });
    const { AlarmName, AlarmActions, OKActions, ...settings } = alarm;
    expect(await described()).toMatchObject({
      ...settings,
      ...{ AlarmName, AlarmArn, AlarmActions, OKActions, ActionsEnabled: true, AlarmDescription: 'It fails' },
      ...{ StateValue: 'INSUFFICIENT_DATA', StateReason: 'Unchecked: Initial alarm creation' },
      StateUpdatedTimestamp: new Date(noon),
    });
    // The whole is replaced, but not the tags.
    await put({ Statistic: undefined, ExtendedStatistic: 'p95', Tags: [{ Key: 'a', Value: 'c' }] });
    const changed = await described();
    expect(changed).toMatchObject({ ExtendedStatistic: 'p95' });
    expect(changed?.AlarmDescription).toBeUndefined();
    await platform.monitoring.send(new TagResourceCommand({ ResourceARN: AlarmArn, Tags: [{ Key: 'c', Value: 'd' }] }));
    const listed = () => platform.monitoring.send(new ListTagsForResourceCommand({ ResourceARN: AlarmArn }));
    expect((await listed()).Tags).toEqual([
      { Key: 'a', Value: 'b' },
      { Key: 'c', Value: 'd' },
    ]);
    await platform.monitoring.send(new UntagResourceCommand({ ResourceARN: AlarmArn, TagKeys: ['a'] }));
    expect((await listed()).Tags).toEqual([{ Key: 'c', Value: 'd' }]);
    await platform.monitoring.send(new DeleteAlarmsCommand({ AlarmNames: ['failures', 'never-there'] }));
    expect(await described()).toBeUndefined();
    await expect(listed()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('is found by the beginning of its name, page by page', async () => {
    for (const AlarmName of ['b-2', 'a-1', 'b-1']) await put({ AlarmName });
    const ask = (more: object) =>
      platform.monitoring.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'b-', MaxRecords: 1, ...more }));
    const first = await ask({});
    const second = await ask({ NextToken: first.NextToken });
    expect([first, second].map(({ MetricAlarms }) => MetricAlarms?.map(({ AlarmName }) => AlarmName))).toEqual([
      ['b-1'],
      ['b-2'],
    ]);
    expect(second.NextToken).toBeUndefined();
  });

  test.each<[string, Partial<PutMetricAlarmCommandInput>, RegExp]>([
    ['a comparison that is none', { ComparisonOperator: 'Above' as never }, /enum value set/],
    ['two statistics', { ExtendedStatistic: 'p95' }, /Exactly one of/],
    ['half a minute', { Period: 30 }, /multiple of 60/],
    ['more than a day', { Period: 300, EvaluationPeriods: 289 }, /more than a day/],
    ['more datapoints than periods', { DatapointsToAlarm: 2 }, /between 1 and EvaluationPeriods/],
    ['an action that is none', { AlarmActions: ['oncall'] }, /Invalid arn syntax/],
    ['an action of another kind', { AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] }, /not implemented/],
  ])('is refused %s', async (_, changes, message) => {
    await expect(put(changes)).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });
});

describe('once a minute it looks at its metric', () => {
  test('and tells what has changed, with all that AWS says', async () => {
    await put();
    clock.advance(minute);
    invoke(true);
    clock.advance(minute);
    clock.advance(3 * minute);
    expect(told()).toEqual(['INSUFFICIENT_DATA > OK', 'OK > ALARM', 'ALARM > OK']);
    const [text, mail] = platform.store.state.messages.filter(({ text: said }) => said.includes('ALARM: '));
    expect(text?.text).toBe('ALARM: "failures" in US East (N. Virginia)');
    expect(JSON.parse(JSON.parse(mail?.text ?? '').Message)).toMatchObject({
      AlarmName: 'failures',
      AWSAccountId: '000000000000',
      NewStateReason:
        'Threshold Crossed: 1 out of the last 1 datapoints [1.0 (26/11/26 12:01:00)] was greater than the threshold (0.0).',
      StateChangeTime: '2026-11-26T12:02:00.000+0000',
      AlarmArn,
      Trigger: { MetricName: 'Errors', Statistic: 'SUM', Dimensions: [{ value: 'app', name: 'FunctionName' }] },
    });
  });

  test('over a percentile of what was put', async () => {
    const slow = { Statistic: undefined, ExtendedStatistic: 'p90', MetricName: 'Duration', Threshold: 100 };
    await put({ ...slow, OKActions: [] });
    for (let n = 0; n < 9; n++) invoke(false, 50);
    invoke(false, 500);
    clock.advance(minute);
    expect(await described()).toMatchObject({ StateValue: 'OK' });
    for (let n = 0; n < 8; n++) invoke(false, 50);
    for (let n = 0; n < 2; n++) invoke(false, 500);
    clock.advance(minute);
    expect(await described()).toMatchObject({ StateValue: 'ALARM' });
  });

  test('and says nothing while its actions are switched off', async () => {
    await put();
    await platform.monitoring.send(new DisableAlarmActionsCommand({ AlarmNames: ['failures'] }));
    invoke(true);
    clock.advance(minute);
    expect(await described()).toMatchObject({ StateValue: 'ALARM', ActionsEnabled: false });
    expect(told()).toEqual([]);
  });

  test('also after a restart, without telling again what was told', async () => {
    await put();
    invoke(true);
    clock.advance(minute);
    platform = await platform.restart();
    expect(await described()).toMatchObject({ StateValue: 'ALARM' });
    // A platform that is started anew has counted nothing.
    clock.advance(minute);
    expect(told()).toEqual(['INSUFFICIENT_DATA > ALARM', 'ALARM > OK']);
  });
});

describe('a state that is set by hand', () => {
  const set = (StateValue: 'OK' | 'ALARM') =>
    platform.monitoring.send(new SetAlarmStateCommand({ AlarmName: 'failures', StateValue, StateReason: 'a test' }));

  test('is told, and holds until it looks again', async () => {
    await put();
    clock.advance(minute);
    await set('ALARM');
    await set('ALARM');
    expect(await described()).toMatchObject({ StateValue: 'ALARM', StateReason: 'a test' });
    clock.advance(minute);
    expect(told()).toEqual(['INSUFFICIENT_DATA > OK', 'OK > ALARM', 'ALARM > OK']);
    const { AlarmHistoryItems = [] } = await platform.monitoring.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'failures', HistoryItemType: 'StateUpdate' }),
    );
    expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from OK to ALARM',
      'Alarm updated from INSUFFICIENT_DATA to OK',
    ]);
  });

  test('of an alarm that is not there is refused', async () => {
    await expect(set('ALARM')).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  test('invokes a function that the alarm names itself, once that lets alarms in', async () => {
    await createRole(platform);
    await createFunction(platform);
    await put({ AlarmActions: [functionArn], OKActions: [functionArn] });
    await set('ALARM');
    const statement = { FunctionName: 'app', StatementId: 'alarms', Action: 'lambda:InvokeFunction' };
    const Principal = 'lambda.alarms.cloudwatch.amazonaws.com';
    await platform.lambda.send(new AddPermissionCommand({ ...statement, Principal }));
    await set('OK');
    const events = platform.engine.invoked.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()));
    expect(events).toMatchObject([
      { source: 'aws.cloudwatch', alarmArn: AlarmArn, alarmData: { alarmName: 'failures', state: { value: 'OK' } } },
    ]);
  });
});
