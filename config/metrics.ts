/** The metrics an alert may watch, by the names of apex/up and some more, and where CloudWatch has each. */

/** What gives the stage its URL decides who counts its requests. */
export type Front = 'http_api' | 'function_url';

export interface MetricSource {
  readonly namespace: string;
  readonly metric: string;
  /** Of whose dimensions it is: those of the API, or of the function's alias. */
  readonly of: 'api' | 'alias';
}

interface Known {
  readonly http_api: MetricSource;
  readonly function_url: MetricSource;
  /** What an alert that names no statistic compares. */
  readonly statistic: 'sum' | 'avg';
  /** Of its values. */
  readonly unit: '' | ' ms';
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
function api(metric: string): MetricSource {
  return { namespace: 'AWS/ApiGateway', metric, of: 'api' };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html */
function alias(metric: string): MetricSource {
  return { namespace: 'AWS/Lambda', metric, of: 'alias' };
}

function counted(http: MetricSource, url: MetricSource): Known {
  return { http_api: http, function_url: url, statistic: 'sum', unit: '' };
}

function timed(http: MetricSource, url: MetricSource): Known {
  return { http_api: http, function_url: url, statistic: 'avg', unit: ' ms' };
}

const table = {
  'http.count': counted(api('Count'), alias('UrlRequestCount')),
  'http.latency': timed(api('Latency'), alias('UrlRequestLatency')),
  'http.4xx': counted(api('4xx'), alias('Url4xxCount')),
  'http.5xx': counted(api('5xx'), alias('Url5xxCount')),
  'lambda.invocations': counted(alias('Invocations'), alias('Invocations')),
  'lambda.errors': counted(alias('Errors'), alias('Errors')),
  'lambda.throttles': counted(alias('Throttles'), alias('Throttles')),
  'lambda.duration': timed(alias('Duration'), alias('Duration')),
} as const satisfies Readonly<Record<string, Known>>;

export const metricNames: readonly string[] = Object.keys(table);

/** Undefined for a metric of somebody else's. */
export function knownMetric(name: string): Known | undefined {
  return Object.entries(table).find(([known]) => known === name)?.[1];
}
