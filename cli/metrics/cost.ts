/** What the load of a stage costs by AWS's list prices, before any free tier. Pure. Dollars. */
import { type Architecture, apiPrice, lambdaRates, transferPrice } from '../aws/price.ts';
import type { Figures } from './model.ts';

export interface Cost {
  /** Lambda's time, cold starts among it. */
  readonly duration: number;
  /** Of `duration`, the inits of cold starts. */
  readonly cold: number;
  /** Lambda's requests. */
  readonly invocations: number;
  /** API Gateway's requests; 0 for a Function URL. */
  readonly api: number;
  readonly transfer: number;
  readonly total: number;
}

export interface Priced {
  readonly region: string;
  readonly architecture: Architecture;
  readonly front: 'http_api' | 'function_url';
}

const bytesPerGb = 1024 ** 3;

export function costOf({ usage, transfer: bytes }: Figures, { region, architecture, front }: Priced): Cost {
  const rates = lambdaRates(region);
  const perGbSecond = rates.dollarsPerGbSecond[architecture];
  const duration = usage.gbSeconds * perGbSecond;
  const invocations = (usage.invocations * rates.dollarsPerMillionRequests) / 1_000_000;
  const api = front === 'http_api' ? (usage.apiRequests * apiPrice(region).dollars) / 1_000_000 : 0;
  const transfer = (bytes / bytesPerGb) * transferPrice(region).dollars;
  return {
    duration,
    cold: usage.initGbSeconds * perGbSecond,
    invocations,
    api,
    transfer,
    total: duration + invocations + api + transfer,
  };
}

export type Assumed = 'api' | 'transfer';

/** Those parts of a cost whose price in this region is not known: they are priced as in US East. */
export function assumedIn(region: string, { api, transfer }: Cost): Assumed[] {
  return [
    ...(api > 0 && apiPrice(region).assumed ? ['api' as const] : []),
    ...(transfer > 0 && transferPrice(region).assumed ? ['transfer' as const] : []),
  ];
}

export function addCosts(costs: readonly Cost[]): Cost {
  const none: Cost = { duration: 0, cold: 0, invocations: 0, api: 0, transfer: 0, total: 0 };
  return costs.reduce(
    (sum, cost) => ({
      duration: sum.duration + cost.duration,
      cold: sum.cold + cost.cold,
      invocations: sum.invocations + cost.invocations,
      api: sum.api + cost.api,
      transfer: sum.transfer + cost.transfer,
      total: sum.total + cost.total,
    }),
    none,
  );
}

/** As AWS's own calculator counts. */
const hoursPerMonth = 730;

/** If it went on like this. */
export function perMonth(dollars: number, milliseconds: number): number {
  return (dollars / milliseconds) * hoursPerMonth * 3_600_000;
}
