/** What front doors count of every request they answer. */
import type { MetricStore } from './store.ts';

/** Whose front door it is. */
export type Counted =
  | { readonly kind: 'api'; readonly apiId: string }
  | { readonly kind: 'url'; readonly functionName: string; readonly qualifier?: string };

interface Answered {
  readonly status: number;
  /** Milliseconds. */
  readonly latency: number;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
const ofApi = { count: 'Count', latency: 'Latency', client: '4xx', server: '5xx' };
/** https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html */
const ofUrl = { count: 'UrlRequestCount', latency: 'UrlRequestLatency', client: 'Url4xxCount', server: 'Url5xxCount' };

export function countAnswer(metrics: Pick<MetricStore, 'put'>, counted: Counted, { status, latency }: Answered): void {
  const [namespace, names] = counted.kind === 'api' ? ['AWS/ApiGateway', ofApi] : ['AWS/Lambda', ofUrl];
  const kind = Math.floor(status / 100);
  for (const dimensions of dimensionsOf(counted)) {
    const put = (name: string, value: number) => metrics.put({ namespace, name, dimensions }, value);
    put(names.count, 1);
    put(names.latency, latency);
    put(names.client, kind === 4 ? 1 : 0);
    put(names.server, kind === 5 ? 1 : 0);
  }
}

function dimensionsOf(counted: Counted): Record<string, string>[] {
  if (counted.kind === 'api') return [{ ApiId: counted.apiId }, { ApiId: counted.apiId, Stage: '$default' }];
  const { functionName: FunctionName, qualifier } = counted;
  const resource = qualifier === undefined ? FunctionName : `${FunctionName}:${qualifier}`;
  return [{ FunctionName }, { FunctionName, Resource: resource }];
}
