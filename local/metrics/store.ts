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
  const series = new Map<string, Map<number, Datapoint>>();
  return {
    put(metric, value) {
      const key = keyOf(metric);
      const minutes = series.get(key) ?? new Map<number, Datapoint>();
      series.set(key, minutes);
      const timestamp = floor(now(), minuteMs);
      const point = { timestamp, count: 1, sum: value, min: value, max: value };
      minutes.set(timestamp, merge(minutes.get(timestamp), point));
      if (minutes.size > keptMinutes) minutes.delete(minutes.keys().next().value ?? 0);
    },
    read(metric, { start, end, period }) {
      const periods = new Map<number, Datapoint>();
      for (const point of series.get(keyOf(metric))?.values() ?? []) {
        const timestamp = floor(point.timestamp, period);
        if (timestamp < floor(start, period) || timestamp >= end) continue;
        periods.set(timestamp, merge(periods.get(timestamp), { ...point, timestamp }));
      }
      return [...periods.values()].sort((a, b) => a.timestamp - b.timestamp);
    },
  };
}

function keyOf({ namespace, name, dimensions }: Metric): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function floor(time: number, period: number): number {
  return Math.floor(time / period) * period;
}

function merge(a: Datapoint | undefined, b: Datapoint): Datapoint {
  if (!a) return b;
  return {
    timestamp: a.timestamp,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  };
}
