/** From single requests and reports to figures. Pure. */
import { apiRequestBytes } from '../aws/price.ts';
import type { Cold, Figures, Latency, Load, Range, Report, Request, Slot, Usage } from './model.ts';

/** With what a sample stands for: counts and sums are those of the whole. */
export function countLoad({ requests, reports, share }: Load): Figures {
  const lost = lostRequests(requests, reports);
  const whole = (count: number) => Math.round(count / share);
  const { invocations, gbSeconds, initGbSeconds, apiRequests } = usageOf(requests, reports);
  const cold = coldOf(requests, reports);
  return {
    requests: whole(requests.length + lost.length),
    errors: whole(requests.filter(isError).length + lost.length),
    refused: whole(requests.filter(({ status }) => status >= 400 && status < 500).length),
    latency: latencyOf(requests),
    cold: { ...cold, requests: whole(cold.requests), starts: whole(cold.starts) },
    memory: memoryOf(reports),
    transfer: whole(sum(requests.map(({ size }) => size))),
    usage: {
      invocations: whole(invocations),
      gbSeconds: gbSeconds / share,
      initGbSeconds: initGbSeconds / share,
      apiRequests: whole(apiRequests),
    },
  };
}

/** The same for each release that had any, the newest first. */
export function countReleases(load: Load): { readonly version: string; readonly figures: Figures }[] {
  const versions = new Set([...load.requests, ...load.reports].map(({ version }) => version));
  return [...versions]
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => ({ version, figures: countLoad(ofVersion(load, version)) }));
}

export function countSlots({ requests, reports, share }: Load, range: Range): Slot[] {
  const lost = lostRequests(requests, reports);
  return slotsOf(range).map(({ start, end }) => {
    const inside = ({ at }: { readonly at: number }) => at >= start && at < end;
    const own = requests.filter(inside);
    const failed = lost.filter(inside).length;
    return {
      requests: Math.round((own.length + failed) / share),
      errors: Math.round((own.filter(isError).length + failed) / share),
      cold: Math.round(own.filter(({ cold }) => cold).length / share),
      latency: latencyOf(own),
    };
  });
}

export function slotsOf({ since, until, slots }: Range): { readonly start: number; readonly end: number }[] {
  const length = (until - since) / slots;
  return Array.from({ length: slots }, (_, index) => ({
    start: Math.round(since + index * length),
    // What is logged while the range is read belongs to its last slot.
    end: index === slots - 1 ? until + 1 : Math.round(since + (index + 1) * length),
  }));
}

function ofVersion({ requests, reports, share }: Load, wanted: string): Load {
  const isOwn = ({ version }: { readonly version: string }) => version === wanted;
  return { requests: requests.filter(isOwn), reports: reports.filter(isOwn), share };
}

function isError({ status }: Request): boolean {
  return status >= 500;
}

/** Invocations that failed so that the proxy could record no answer: their reports. */
function lostRequests(requests: readonly Request[], reports: readonly Report[]): Report[] {
  const failed = reports.filter((report) => report.failed);
  if (failed.length === 0) return [];
  const recorded = new Set(requests.map(({ id }) => id));
  return failed.filter(({ id }) => !recorded.has(id));
}

/** By the nearest rank: always a duration that a request really had. */
function latencyOf(requests: readonly Request[]): Latency | null {
  if (requests.length === 0) return null;
  const sorted = Float64Array.from(requests, ({ duration }) => duration).sort();
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function coldOf(requests: readonly Request[], reports: readonly Report[]): Cold {
  const inits = reports.flatMap(({ init }) => init ?? []);
  return {
    requests: requests.filter(({ cold }) => cold).length,
    starts: inits.length,
    init: inits.length === 0 ? null : sum(inits) / inits.length,
  };
}

function memoryOf(reports: readonly Report[]): Figures['memory'] {
  const [first, ...rest] = reports;
  if (first === undefined) return null;
  const most = rest.reduce((a, b) => (b.memoryUsed > a.memoryUsed ? b : a), first);
  return { used: most.memoryUsed, size: most.memorySize };
}

function usageOf(requests: readonly Request[], reports: readonly Report[]): Usage {
  const gbSeconds = (report: Report, milliseconds: number) => (report.memorySize / 1024) * (milliseconds / 1000);
  return {
    invocations: reports.length,
    gbSeconds: sum(reports.map((report) => gbSeconds(report, report.billed))),
    initGbSeconds: sum(reports.map((report) => gbSeconds(report, report.init ?? 0))),
    apiRequests: sum(requests.map(({ size }) => Math.max(1, Math.ceil(size / apiRequestBytes)))),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
