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
  /** How often each value was put, to three digits. */
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
        const own = periods.get(timestamp);
        if (own) own.push(point);
        else periods.set(timestamp, [point]);
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

function add({ values, ...point }: OpenPoint, value: number): OpenPoint {
  const near = inThreeDigits(value);
  values.set(near, (values.get(near) ?? 0) + 1);
  return {
    timestamp: point.timestamp,
    count: point.count + 1,
    sum: point.sum + value,
    min: Math.min(point.min, value),
    max: Math.max(point.max, value),
    values,
  };
}

/** No two durations are the same, and each was kept for 15 days. */
function inThreeDigits(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(3));
}

/** One datapoint over what several hold; none of them is changed. */
export function mergePoints(timestamp: number, points: readonly Datapoint[]): Datapoint {
  const values = new Map<number, number>();
  for (const point of points)
    for (const [value, times] of point.values) values.set(value, (values.get(value) ?? 0) + times);
  return {
    timestamp,
    count: sumOf(points.map(({ count }) => count)),
    sum: sumOf(points.map(({ sum }) => sum)),
    min: Math.min(...points.map(({ min }) => min)),
    max: Math.max(...points.map(({ max }) => max)),
    values,
  };
}

function sumOf(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0);
}
