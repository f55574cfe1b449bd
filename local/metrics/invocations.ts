/** What Lambda counts of every invocation, under the dimensions by which it can be asked for. */
import type { Metric, MetricStore } from './store.ts';

export interface Counted {
  readonly functionName: string;
  /** As the invocation named it: `$LATEST`, a version or an alias. */
  readonly qualifier: string;
  /** `$LATEST` or a version. */
  readonly executedVersion: string;
}

/** Counts an invocation that ran, so many milliseconds. Each adds to `Errors` too, 0 when it succeeded. */
export function countInvocation(metrics: MetricStore, counted: Counted, failed: boolean, duration?: number): void {
  put(metrics, 'Invocations', counted, 1);
  put(metrics, 'Errors', counted, failed ? 1 : 0);
  if (duration !== undefined) put(metrics, 'Duration', counted, duration);
}

/** Counts an invocation that was refused; as on Lambda it is no `Invocation`. */
export function countThrottle(metrics: MetricStore, counted: Counted): void {
  put(metrics, 'Throttles', counted, 1);
}

function put(metrics: MetricStore, name: string, counted: Counted, value: number): void {
  for (const dimensions of dimensionsOf(counted)) metrics.put(toMetric(name, dimensions), value);
}

function toMetric(name: string, dimensions: Metric['dimensions']): Metric {
  return { namespace: 'AWS/Lambda', name, dimensions };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html: ExecutedVersion is known of aliases only. */
function dimensionsOf({ functionName, qualifier, executedVersion }: Counted): Metric['dimensions'][] {
  const all = [{}, { FunctionName: functionName }];
  if (qualifier === '$LATEST') return [...all, { FunctionName: functionName, Resource: functionName }];
  const resource = { FunctionName: functionName, Resource: `${functionName}:${qualifier}` };
  const isAlias = qualifier !== executedVersion;
  return [...all, resource, ...(isAlias ? [{ ...resource, ExecutedVersion: executedVersion }] : [])];
}
