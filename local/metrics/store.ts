/**
 * The metrics of the local platform, in memory: one bucket per series and minute, as CloudWatch keeps them. A platform
 * that is started anew begins with none.
 */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What was put within one period. */
export interface Datapoint {
  /** Epoch milliseconds at which the period begins. */
  readonly timestamp: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** How often each value was put. */
  readonly values: ReadonlyMap<number, number>;
}

export interface Range {
  /** Epoch milliseconds; the end is not part of it. */
  readonly start: number;
  readonly end: number;
  /** Milliseconds, whole minutes. */
  readonly period: number;
}

export interface MetricStore {
  /** Adds one value, now. */
  put(metric: Metric, value: number): void;
  /** Oldest first. A period in which nothing was put has no datapoint. */
  read(metric: Metric, range: Range): Datapoint[];
}

export const minuteMs = 60_000;
/** One-minute datapoints live for 15 days: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html */
const keptMinutes = 15 * 24 * 60;

export function createMetrics(now: () => number = Date.now): MetricStore {
  const series = new Map<string, Map<number, OpenPoint>>();
  return {
    put(metric, value) {
      const key = keyOf(metric);
      const minutes = series.get(key) ?? new Map<number, OpenPoint>();
      series.set(key, minutes);
      const timestamp = floor(now(), minuteMs);
      minutes.set(timestamp, add(minutes.get(timestamp) ?? emptyPoint(timestamp), value));
      if (minutes.size > keptMinutes) minutes.delete(minutes.keys().next().value ?? 0);
    },
    read(metric, { start, end, period }) {
      const periods = new Map<number, Datapoint[]>();
      for (const point of series.get(keyOf(metric))?.values() ?? []) {
        const timestamp = floor(point.timestamp, period);
        if (timestamp < floor(start, period) || timestamp >= end) continue;
        periods.set(timestamp, [...(periods.get(timestamp) ?? []), point]);
      }
      const merged = [...periods].map(([timestamp, points]) => mergePoints(timestamp, points));
      return merged.sort((a, b) => a.timestamp - b.timestamp);
    },
  };
}

function keyOf({ namespace, name, dimensions }: Metric): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function floor(time: number, period: number): number {
  return Math.floor(time / period) * period;
}

interface OpenPoint extends Datapoint {
  readonly values: Map<number, number>;
}

function emptyPoint(timestamp: number): OpenPoint {
  return {
    timestamp,
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    values: new Map(),
  };
}

function add({ values, ...point }: OpenPoint, value: number, times = 1): OpenPoint {
  values.set(value, (values.get(value) ?? 0) + times);
  return {
    timestamp: point.timestamp,
    count: point.count + times,
    sum: point.sum + value * times,
    min: Math.min(point.min, value),
    max: Math.max(point.max, value),
    values,
  };
}

/** One datapoint over what several hold; none of them is changed. */
export function mergePoints(timestamp: number, points: readonly Datapoint[]): Datapoint {
  let merged = emptyPoint(timestamp);
  for (const { values } of points) for (const [value, times] of values) merged = add(merged, value, times);
  return merged;
}
