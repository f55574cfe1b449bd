/** The statistics of CloudWatch over what was put within a period. */
import type { Datapoint } from './store.ts';

export type Statistic = (point: Datapoint) => number;

const statistics: Readonly<Record<string, Statistic>> = {
  Sum: ({ sum }) => sum,
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

export const statisticNames: readonly string[] = Object.keys(statistics);

/** `Sum`, `p95`, `p99.9`; null for any other name. */
export function findStatistic(name: string): Statistic | null {
  if (Object.hasOwn(statistics, name)) return statistics[name] ?? null;
  const percent = /^p(100|[0-9]{1,2}(?:\.[0-9]{1,10})?)$/.exec(name)?.[1];
  return percent === undefined ? null : (point) => percentile(point, Number(percent));
}

/** The least value that so many percent of all are not above. */
function percentile({ values, count, max }: Datapoint, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * count));
  let seen = 0;
  for (const [value, times] of [...values].sort(([a], [b]) => a - b)) {
    seen += times;
    if (seen >= rank) return value;
  }
  return max;
}
