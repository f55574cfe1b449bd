/** The settings of an alarm: as CloudWatch is told of them, and as they are compared. Pure, and loads nothing. */
import type {
  ComparisonOperator,
  MetricAlarm,
  PutMetricAlarmCommandInput,
  Statistic,
} from '@aws-sdk/client-cloudwatch';
import type { Change, LiveAlarm } from '../model.ts';
import type { Spec } from '../spec.ts';
import { stageTags } from '../tags.ts';
import type { AlarmSpec } from './spec.ts';

/** `apiId`: that of the stage, where it is known. */
export function diffAlarm(spec: Spec, name: string, live: LiveAlarm, apiId: string): Change[] {
  const wanted = findAlarm(spec, name);
  if (!wanted) return [];
  const settings = settingsOf(toInput(spec, wanted, apiId));
  return Object.entries(settings).flatMap(([field, to]): Change[] => {
    const from = live.settings[field];
    return from === to ? [] : [{ field, from, to }];
  });
}

export function findAlarm({ alerts }: Spec, name: string | undefined): AlarmSpec | undefined {
  return alerts?.alarms.find((alarm) => alarm.name === name);
}

/** What PutMetricAlarm replaces, with AWS's defaults filled in: equal texts, equal alarms. */
export function settingsOf(alarm: Partial<MetricAlarm>): Readonly<Record<string, string>> {
  const dimensions = (alarm.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`);
  return {
    description: alarm.AlarmDescription ?? '',
    metric: `${alarm.Namespace} ${alarm.MetricName} ${dimensions.sort().join(' ')}`.trimEnd(),
    statistic: alarm.ExtendedStatistic ?? alarm.Statistic ?? '',
    operator: alarm.ComparisonOperator ?? '',
    threshold: String(alarm.Threshold),
    period: String(alarm.Period),
    evaluation_periods: `${alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods} of ${alarm.EvaluationPeriods}`,
    missing: alarm.TreatMissingData ?? 'missing',
    actions: (alarm.AlarmActions ?? []).toSorted().join(' '),
    ok_actions: (alarm.OKActions ?? []).toSorted().join(' '),
    other_actions: (alarm.InsufficientDataActions ?? []).toSorted().join(' '),
    enabled: String(alarm.ActionsEnabled ?? true),
  };
}

const operators: Readonly<Record<string, ComparisonOperator>> = {
  '>': 'GreaterThanThreshold',
  '>=': 'GreaterThanOrEqualToThreshold',
  '<': 'LessThanThreshold',
  '<=': 'LessThanOrEqualToThreshold',
};
const statistics: Readonly<Record<string, Statistic>> = {
  sum: 'Sum',
  avg: 'Average',
  min: 'Minimum',
  max: 'Maximum',
  count: 'SampleCount',
};

export function toInput(spec: Spec, alarm: AlarmSpec, apiId: string): PutMetricAlarmCommandInput {
  const { alert, topics } = alarm;
  const Statistic = statistics[alert.statistic];
  return {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description,
    ActionsEnabled: true,
    AlarmActions: [...topics],
    OKActions: [...topics],
    Namespace: alarm.namespace,
    MetricName: alarm.metric,
    Dimensions: dimensionsOf(spec, alarm, apiId),
    ...(Statistic ? { Statistic } : { ExtendedStatistic: alert.statistic }),
    Period: alert.period,
    EvaluationPeriods: alert.evaluation_periods,
    Threshold: alert.threshold,
    ComparisonOperator: operators[alert.operator],
    TreatMissingData: alert.missing,
    Tags: Object.entries(stageTags(spec.app, spec.stage)).map(([Key, Value]) => ({ Key, Value })),
  };
}

function dimensionsOf({ app, stage }: Spec, { of, alert }: AlarmSpec, apiId: string) {
  const named = {
    api: { ApiId: apiId },
    alias: { FunctionName: app, Resource: `${app}:${stage}` },
    itself: alert.dimensions,
  }[of];
  return Object.entries(named).map(([Name, Value]) => ({ Name, Value }));
}
