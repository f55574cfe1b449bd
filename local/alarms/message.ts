/** What an alarm says when its state changes, as CloudWatch writes it to topics and functions. */
import { accountId, region, toAlarmArn } from '../aws/identity.ts';
import type { Alarm, AlarmState } from '../model.ts';

/** As AWS's messages call the region. */
const regionName = 'US East (N. Virginia)';
/** SNS takes 100 characters of a subject. */
const maxSubject = 100;

export interface Notice {
  readonly subject: string;
  /** JSON, for programs. */
  readonly message: string;
  /** For people: a mail is a text, and a text message no more than the subject. */
  readonly perProtocol: { readonly email: string; readonly sms: string };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-notification.html */
export function toNotice(alarm: Alarm, before: AlarmState): Notice {
  const subject = `${alarm.StateValue}: "${alarm.AlarmName}" in ${regionName}`;
  const message = {
    AlarmName: alarm.AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: accountId,
    AlarmConfigurationUpdatedTimestamp: timestamp(alarm.AlarmConfigurationUpdatedTimestamp),
    NewStateValue: alarm.StateValue,
    NewStateReason: alarm.StateReason,
    StateChangeTime: timestamp(alarm.StateTransitionedTimestamp),
    Region: regionName,
    AlarmArn: toAlarmArn(alarm.AlarmName),
    OldStateValue: before,
    OKActions: alarm.OKActions,
    AlarmActions: alarm.AlarmActions,
    InsufficientDataActions: alarm.InsufficientDataActions,
    Trigger: trigger(alarm),
  };
  const perProtocol = { email: mailOf(alarm, before), sms: subject };
  return { subject: subject.slice(0, maxSubject), message: JSON.stringify(message), perProtocol };
}

function mailOf(alarm: Alarm, before: AlarmState): string {
  const time = new Date(alarm.StateTransitionedTimestamp).toUTCString();
  return [
    `You are receiving this email because your Amazon CloudWatch Alarm "${alarm.AlarmName}" in the ${regionName} region has entered the ${alarm.StateValue} state, because "${alarm.StateReason}" at "${time}".`,
    '',
    'Alarm Details:',
    `- Name:                       ${alarm.AlarmName}`,
    `- Description:                ${alarm.AlarmDescription ?? ''}`,
    `- State Change:               ${before} -> ${alarm.StateValue}`,
    `- Reason for State Change:    ${alarm.StateReason}`,
    `- Timestamp:                  ${time}`,
    `- AWS Account:                ${accountId}`,
    `- Alarm Arn:                  ${toAlarmArn(alarm.AlarmName)}`,
  ].join('\n');
}

function trigger(alarm: Alarm): Record<string, unknown> {
  const isPercentile = alarm.Stat.startsWith('p');
  return {
    MetricName: alarm.MetricName,
    Namespace: alarm.Namespace,
    StatisticType: isPercentile ? 'ExtendedStatistic' : 'Statistic',
    ...(isPercentile ? { ExtendedStatistic: alarm.Stat } : { Statistic: toConstant(alarm.Stat) }),
    Unit: alarm.Unit ?? null,
    Dimensions: alarm.Dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
    Period: alarm.Period,
    EvaluationPeriods: alarm.EvaluationPeriods,
    ...(alarm.DatapointsToAlarm !== undefined && { DatapointsToAlarm: alarm.DatapointsToAlarm }),
    ComparisonOperator: alarm.ComparisonOperator,
    Threshold: alarm.Threshold,
    TreatMissingData: alarm.TreatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: '',
  };
}

/** `SampleCount` becomes `SAMPLE_COUNT`. */
function toConstant(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

/** What a function is invoked with that an alarm names itself. */
export function toEvent(alarm: Alarm, before: AlarmState): object {
  return {
    source: 'aws.cloudwatch',
    alarmArn: toAlarmArn(alarm.AlarmName),
    accountId,
    time: timestamp(alarm.StateTransitionedTimestamp),
    region,
    alarmData: {
      alarmName: alarm.AlarmName,
      state: { value: alarm.StateValue, reason: alarm.StateReason, timestamp: timestamp(alarm.StateUpdatedTimestamp) },
      previousState: { value: before },
      configuration: { description: alarm.AlarmDescription ?? '' },
    },
  };
}

/** `2026-11-26T12:00:00.000+0000` */
export function timestamp(time: number): string {
  return new Date(time).toISOString().replace('Z', '+0000');
}
