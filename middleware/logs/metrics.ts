/**
 * `logs.metrics`: a line in CloudWatch's embedded metric format per request, from which CloudWatch makes metrics by
 * itself, without a call. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import type { LogIdentity } from '../../http/log.ts';

export interface RequestOutcome {
  readonly status: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Bytes. */
  readonly size: number;
  readonly cold: boolean;
}

export type Metrics = (outcome: RequestOutcome) => void;

const units = {
  requests: 'Count',
  errors_4xx: 'Count',
  errors_5xx: 'Count',
  cold_starts: 'Count',
  duration: 'Milliseconds',
  size: 'Bytes',
} as const;

export interface MetricsOptions {
  /** Of all metrics of this app; null for none. */
  readonly namespace: string | null;
  readonly identity: LogIdentity;
  /** Writes one line of JSON. */
  readonly emit: (line: object) => void;
}

export function metrics({ namespace, identity: { app, stage }, emit }: MetricsOptions): Metrics | null {
  if (namespace === null) return null;
  const Metrics = Object.entries(units).map(([Name, Unit]) => ({ Name, Unit }));
  const CloudWatchMetrics = [{ Namespace: namespace, Dimensions: [['app', 'stage']], Metrics }];
  return ({ status, duration, size, cold }) =>
    emit({
      _aws: { Timestamp: Date.now(), CloudWatchMetrics },
      app,
      stage,
      requests: 1,
      errors_4xx: status >= 400 && status < 500 ? 1 : 0,
      errors_5xx: status >= 500 ? 1 : 0,
      cold_starts: cold ? 1 : 0,
      duration,
      size,
    });
}
