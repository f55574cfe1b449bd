/** GetMetricData: values of metrics over time. Math expressions are refused, not guessed. */
import { findStatistic, type Statistic, statisticNames } from '../../metrics/statistic.ts';
import { type Metric, type MetricStore, minuteMs } from '../../metrics/store.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { createReader, type Input } from '../input.ts';
import { toPage } from '../pages.ts';
import { emptyRecord } from '../record.ts';

const read = createReader('ValidationException');
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const maxQueries = 500;
const maxDatapoints = 100_800;

interface Window {
  readonly start: number;
  readonly end: number;
  readonly newestFirst: boolean;
}

interface Point {
  readonly id: string;
  readonly timestamp: number;
  readonly value: number;
}

export function getMetricData({ metrics }: Call, input: Input): Output {
  const window = readWindow(input);
  const queries = read.objects(input, 'MetricDataQueries') ?? [];
  if (queries.length === 0) throw invalid('The parameter MetricDataQueries is required.');
  if (queries.length > maxQueries)
    throw invalid(`The collection MetricDataQueries must not have a size greater than ${maxQueries}.`);
  const asked = queries.map((query) => ({
    id: readId(query),
    label: labelOf(query),
    shown: read.flag(query, 'ReturnData') ?? true,
    query,
  }));
  if (new Set(asked.map(({ id }) => id)).size < asked.length)
    throw invalid('The values for parameter id in MetricDataQueries are not unique.');
  const points = asked.filter(({ shown }) => shown).flatMap(({ id, query }) => readPoints(metrics, id, query, window));
  const page = toPage(points, nameOf, {
    marker: read.text(input, 'NextToken'),
    size: readLimit(input),
    code: 'InvalidNextToken',
  });
  return {
    MetricDataResults: asked
      .filter(({ shown }) => shown)
      .map(({ id, label }) => ({
        Id: id,
        Label: label,
        ...valuesOf(page.items, id),
        StatusCode: page.next ? 'PartialData' : 'Complete',
      })),
    Messages: [],
    NextToken: page.next,
  };
}

function nameOf({ id, timestamp }: Point): string {
  return `${id} ${timestamp}`;
}

function valuesOf(points: readonly Point[], id: string) {
  const own = points.filter((point) => point.id === id);
  return { Timestamps: own.map(({ timestamp }) => timestamp / 1000), Values: own.map(({ value }) => value) };
}

function readPoints(metrics: MetricStore, id: string, query: Input, { newestFirst, ...range }: Window): Point[] {
  const stat = read.object(query, 'MetricStat');
  if (!stat) throw invalid('The local platform evaluates no expressions: give each query a MetricStat.');
  const statistic = statisticOf(read.needText(stat, 'Stat'));
  const found = metrics.read(readMetric(stat), { ...range, period: readPeriod(stat) });
  const ordered = newestFirst ? found.toReversed() : found;
  return ordered.map((point) => ({ id, timestamp: point.timestamp, value: statistic(point) }));
}

function readMetric(stat: Input): Metric {
  const metric = read.object(stat, 'Metric') ?? {};
  const dimensions = emptyRecord<string>();
  for (const dimension of read.objects(metric, 'Dimensions') ?? [])
    dimensions[read.needText(dimension, 'Name')] = read.needText(dimension, 'Value');
  return { namespace: read.needText(metric, 'Namespace'), name: read.needText(metric, 'MetricName'), dimensions };
}

/** Milliseconds. There is nothing finer than a minute here, as for every metric that AWS's services publish. */
function readPeriod(stat: Input): number {
  const seconds = read.number(stat, 'Period') ?? 0;
  if (seconds > 0 && Number.isInteger(seconds / 60)) return (seconds / 60) * minuteMs;
  throw invalid(`The value ${seconds} for parameter MetricStat.Period must be a multiple of 60.`);
}

function statisticOf(name: string): Statistic {
  const found = findStatistic(name);
  if (found) return found;
  const known = statisticNames.join(', ');
  throw invalid(`The value ${name} for parameter MetricStat.Stat is not one of ${known} or a percentile.`);
}

function readId(query: Input): string {
  const id = read.needText(query, 'Id');
  if (/^[a-z][a-zA-Z0-9_]*$/.test(id)) return id;
  throw invalid(
    `The value ${id} for parameter MetricDataQueries.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
  );
}

function labelOf(query: Input): string {
  const metric = read.object(read.object(query, 'MetricStat') ?? {}, 'Metric') ?? {};
  return read.text(query, 'Label') ?? read.text(metric, 'MetricName') ?? '';
}

function readLimit(input: Input): number {
  return Math.min(Math.max(read.number(input, 'MaxDatapoints') ?? maxDatapoints, 1), maxDatapoints);
}

/** The protocol has times in seconds. */
function readWindow(input: Input): Window {
  const [start, end] = [read.number(input, 'StartTime'), read.number(input, 'EndTime')];
  if (start === undefined || end === undefined) throw invalid('The parameters StartTime and EndTime are required.');
  if (start >= end) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  const newestFirst = (read.text(input, 'ScanBy') ?? 'TimestampDescending') === 'TimestampDescending';
  return { start: start * 1000, end: end * 1000, newestFirst };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
