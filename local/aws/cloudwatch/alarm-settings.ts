/** The settings of an alarm: reading them from a request, with AWS's limits. */
import { comparisonOperators } from '../../alarms/evaluate.ts';
import { findStatistic } from '../../metrics/statistic.ts';
import type { Alarm } from '../../model.ts';
import { AwsError } from '../error.ts';
import { checkChoice, checkRange, createReader, type Input, type Reader } from '../input.ts';

type Settings = Omit<
  Alarm,
  | 'AlarmConfigurationUpdatedTimestamp'
  | 'StateValue'
  | 'StateReason'
  | 'StateReasonData'
  | 'StateUpdatedTimestamp'
  | 'StateTransitionedTimestamp'
  | 'Tags'
  | 'history'
>;

export const validation = 'ValidationError';
export const read: Reader = createReader(validation);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const maxActions = 5;
const maxDimensions = 30;
const maxSeconds = { short: 86_400, long: 604_800 };
const periods = { min: 1, max: 10_080 };
const missing = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;

export function invalid(message: string): AwsError {
  return new AwsError(validation, message);
}

export function readSettings(input: Input): Settings {
  if (input.Metrics !== undefined)
    throw invalid('The local platform evaluates no expressions: give the alarm a metric.');
  const optional = readOptional(input);
  const settings: Settings = {
    AlarmName: readName(input),
    ActionsEnabled: read.flag(input, 'ActionsEnabled') ?? true,
    OKActions: readActions(input, 'OKActions'),
    AlarmActions: readActions(input, 'AlarmActions'),
    InsufficientDataActions: readActions(input, 'InsufficientDataActions'),
    Namespace: read.needText(input, 'Namespace'),
    MetricName: read.needText(input, 'MetricName'),
    Dimensions: readDimensions(input),
    Stat: readStat(input),
    Period: readPeriod(input),
    EvaluationPeriods: readEvaluationPeriods(input),
    Threshold: readThreshold(input),
    ComparisonOperator: read.needText(input, 'ComparisonOperator'),
    ...optional,
  };
  checkChoice(validation, 'ComparisonOperator', settings.ComparisonOperator, comparisonOperators);
  checkSpan(settings);
  return settings;
}

function readName(input: Input): string {
  const name = read.needText(input, 'AlarmName');
  if (name.length <= 255) return name;
  throw invalid('AlarmName must be at most 255 characters long.');
}

function readOptional(input: Input): Partial<Settings> {
  const AlarmDescription = read.text(input, 'AlarmDescription');
  const Unit = read.text(input, 'Unit');
  const DatapointsToAlarm = read.number(input, 'DatapointsToAlarm');
  const TreatMissingData = missing.find((known) => known === read.text(input, 'TreatMissingData'));
  const treat = read.text(input, 'TreatMissingData');
  if (treat !== undefined) checkChoice(validation, 'TreatMissingData', treat, missing);
  return {
    ...(AlarmDescription !== undefined && { AlarmDescription }),
    ...(Unit !== undefined && { Unit }),
    ...(DatapointsToAlarm !== undefined && { DatapointsToAlarm }),
    ...(TreatMissingData !== undefined && { TreatMissingData }),
  };
}

/** Topics and functions are here to be told: any other action would be one that does nothing. */
function readActions(input: Input, key: string): string[] {
  const arns = read.texts(input, key) ?? [];
  if (arns.length > maxActions) throw invalid(`The collection ${key} must not have a size greater than ${maxActions}.`);
  for (const arn of arns) {
    if (!arn.startsWith('arn:')) throw invalid(`Invalid arn syntax: ${arn}`);
    if (!/^arn:aws[a-z-]*:(?:sns|lambda):/.test(arn))
      throw invalid(`The action ${arn} is not implemented by the local platform: use a topic or a function.`);
  }
  return arns;
}

function readDimensions(input: Input): Settings['Dimensions'] {
  const dimensions = read.objects(input, 'Dimensions') ?? [];
  if (dimensions.length > maxDimensions) throw invalid(`An alarm has at most ${maxDimensions} dimensions.`);
  return dimensions.map((one) => ({ Name: read.needText(one, 'Name'), Value: read.needText(one, 'Value') }));
}

function readStat(input: Input): string {
  const [statistic, extended] = [read.text(input, 'Statistic'), read.text(input, 'ExtendedStatistic')];
  if ((statistic === undefined) === (extended === undefined))
    throw invalid('Exactly one of Statistic and ExtendedStatistic must be specified.');
  const stat = statistic ?? extended ?? '';
  if (findStatistic(stat) && stat.startsWith('p') === (extended !== undefined)) return stat;
  throw invalid(`The value ${stat} is not a statistic of the local platform.`);
}

function readPeriod(input: Input): number {
  const period = read.number(input, 'Period') ?? 0;
  if (period > 0 && Number.isInteger(period / 60)) return period;
  throw invalid(`The value ${period} for parameter Period must be a multiple of 60.`);
}

function readEvaluationPeriods(input: Input): number {
  const count = read.number(input, 'EvaluationPeriods');
  if (count === undefined) throw invalid('The parameter EvaluationPeriods is required.');
  checkRange(validation, 'EvaluationPeriods', count, periods);
  return count;
}

function readThreshold(input: Input): number {
  const threshold = read.number(input, 'Threshold');
  if (threshold !== undefined) return threshold;
  throw invalid('The parameter Threshold is required.');
}

function checkSpan({ Period, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods }: Settings): void {
  if (DatapointsToAlarm < 1 || DatapointsToAlarm > EvaluationPeriods)
    throw invalid('DatapointsToAlarm must be between 1 and EvaluationPeriods.');
  const most = Period < 3600 ? maxSeconds.short : maxSeconds.long;
  if (Period * EvaluationPeriods <= most) return;
  throw invalid('Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).');
}
