/**
 * What an alarm makes of its metric. Pure, and by AWS's rules for periods without data: the alarm looks further back than
 * its periods, takes the newest datapoints that are there, and fills in only what is still missing.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
import { findStatistic } from '../metrics/statistic.ts';
import { type MetricStore, mergePoints, minuteMs } from '../metrics/store.ts';
import type { Alarm, AlarmState } from '../model.ts';

export interface Finding {
  readonly state: AlarmState;
  readonly reason: string;
  /** Newest first. */
  readonly points: readonly Point[];
}

export interface Point {
  /** Epoch milliseconds at which its period begins. */
  readonly timestamp: number;
  readonly value: number;
}

type Rule = Pick<
  Alarm,
  'EvaluationPeriods' | 'DatapointsToAlarm' | 'Threshold' | 'ComparisonOperator' | 'TreatMissingData' | 'StateValue'
>;

/** Periods that an alarm looks back beyond its own: AWS's examples show two. */
const furtherPeriods = 2;

/** The datapoints an alarm looks at, newest first. Its periods end at the last whole minute, wherever a clock's begin. */
export function readPoints(
  metrics: Pick<MetricStore, 'read'>,
  alarm: Pick<Alarm, 'Namespace' | 'MetricName' | 'Dimensions' | 'Stat' | 'Period' | 'EvaluationPeriods'>,
  now: number,
): Point[] {
  const statistic = findStatistic(alarm.Stat);
  if (!statistic) return [];
  const dimensions = Object.fromEntries(alarm.Dimensions.map(({ Name, Value }) => [Name, Value]));
  const metric = { namespace: alarm.Namespace, name: alarm.MetricName, dimensions };
  const end = Math.floor(now / minuteMs) * minuteMs;
  const period = alarm.Period * 1000;
  const count = alarm.EvaluationPeriods + furtherPeriods;
  const minutes = metrics.read(metric, { start: end - count * period, end, period: minuteMs });
  return Array.from({ length: count }, (_, index) => end - (index + 1) * period).flatMap((timestamp): Point[] => {
    const own = minutes.filter((point) => point.timestamp >= timestamp && point.timestamp < timestamp + period);
    return own.length === 0 ? [] : [{ timestamp, value: statistic(mergePoints(timestamp, own)) }];
  });
}

/** `points`: those that are there, newest first. */
export function evaluate(rule: Rule, points: readonly Point[]): Finding {
  const newest = points.slice(0, rule.EvaluationPeriods);
  const breaching = newest.filter(({ value }) => crosses(rule, value)).length;
  const state = stateOf(rule, newest.length, breaching);
  return { state, reason: reasonOf(rule, state, newest), points: newest };
}

function stateOf(rule: Rule, present: number, breaching: number): AlarmState {
  const needed = rule.DatapointsToAlarm ?? rule.EvaluationPeriods;
  const absent = rule.EvaluationPeriods - present;
  if (breaching >= needed) return 'ALARM';
  if (absent === 0 || breaching + absent < needed) return 'OK';
  switch (rule.TreatMissingData) {
    case 'breaching':
      return 'ALARM';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return rule.StateValue;
    default:
      if (present === 0) return 'INSUFFICIENT_DATA';
      return breaching === present ? 'ALARM' : 'OK';
  }
}

const comparisons: Readonly<
  Record<string, { readonly words: string; readonly holds: (a: number, b: number) => boolean }>
> = {
  GreaterThanThreshold: { words: 'greater than', holds: (a, b) => a > b },
  GreaterThanOrEqualToThreshold: { words: 'greater than or equal to', holds: (a, b) => a >= b },
  LessThanThreshold: { words: 'less than', holds: (a, b) => a < b },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', holds: (a, b) => a <= b },
};

export const comparisonOperators: readonly string[] = Object.keys(comparisons);

function crosses({ ComparisonOperator, Threshold }: Rule, value: number): boolean {
  return comparisons[ComparisonOperator]?.holds(value, Threshold) ?? false;
}

const treated: Readonly<Record<string, string>> = { breaching: 'Breaching', notBreaching: 'NonBreaching' };

/** In AWS's words, which people and programs match on. */
function reasonOf(rule: Rule, state: AlarmState, points: readonly Point[]): string {
  if (points.length === 0) return reasonWithout(rule, state);
  const count = points.length;
  const listed = points.map(({ value, timestamp }) => `${decimal(value)} (${stamp(timestamp)})`).join(', ');
  const was = count === 1 ? 'was' : 'were';
  const not = state === 'ALARM' ? '' : 'not ';
  const words = comparisons[rule.ComparisonOperator]?.words ?? '';
  return `Threshold Crossed: ${count} out of the last ${rule.EvaluationPeriods} datapoints [${listed}] ${was} ${not}${words} the threshold (${decimal(rule.Threshold)}).`;
}

function reasonWithout({ EvaluationPeriods: periods, TreatMissingData = 'missing' }: Rule, state: AlarmState): string {
  const datapoints = `${periods} datapoint${periods === 1 ? ' was' : 's were'}`;
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${datapoints} unknown.`;
  const missing = `${periods} missing datapoint${periods === 1 ? ' was' : 's were'}`;
  const none = `no datapoints were received for ${periods} period${periods === 1 ? '' : 's'}`;
  return `Threshold Crossed: ${none} and ${missing} treated as [${treated[TreatMissingData] ?? 'Ignored'}].`;
}

function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `26/11/26 12:00:00` */
function stamp(time: number): string {
  const [year = '', month, day] = new Date(time).toISOString().slice(0, 10).split('-');
  return `${day}/${month}/${year.slice(2)} ${new Date(time).toISOString().slice(11, 19)}`;
}
