/** What `up metrics` tells, for programs and for the text. Pure. */
import type { Release } from '../releases/release.ts';
import { type Assumed, addCosts, assumedIn, type Cost, costOf, perMonth } from './cost.ts';
import { countLoad, countReleases, countSlots, slotsOf } from './count.ts';
import type { Figures, Load, Range, Slot } from './model.ts';
import type { Counted } from './read.ts';

export interface ReleaseMetrics {
  readonly version: string;
  readonly commit: string;
  readonly figures: Figures;
  readonly cost: Cost;
}

export interface Metrics {
  readonly app: string;
  readonly stage: string;
  readonly region: string;
  readonly range: Range;
  /** Below 1, everything but the throttles is estimated from that share. */
  readonly share: number;
  readonly figures: Figures;
  readonly throttles: number;
  readonly cost: Cost;
  readonly monthly: number;
  /** Priced as in US East. */
  readonly assumed: readonly Assumed[];
  readonly releases: readonly ReleaseMetrics[];
  readonly slots: readonly Slot[];
}

export interface About {
  readonly app: string;
  readonly stage: string;
  readonly region: string;
  readonly front: 'http_api' | 'function_url';
  readonly releases: readonly Release[];
}

export function toMetrics(load: Load, counted: Counted, range: Range, about: About): Metrics {
  const { app, stage, region, front } = about;
  const releases = countReleases(load).map(({ version, figures }): ReleaseMetrics => {
    const known = about.releases.find((release) => release.version === version);
    const architecture = known?.architecture ?? 'x86_64';
    return { version, commit: known?.commit ?? '', figures, cost: costOf(figures, { region, architecture, front }) };
  });
  const cost = addCosts(releases.map((release) => release.cost));
  return {
    app,
    stage,
    region,
    range,
    share: load.share,
    figures: countLoad(load),
    throttles: counted.throttles,
    cost,
    assumed: assumedIn(region, cost),
    monthly: perMonth(cost.total, range.until - range.since),
    releases,
    slots: countSlots(load, range),
  };
}

/** Times as ISO 8601, durations in milliseconds, sizes in bytes, memory in MB, money in dollars. */
export function toJson({ range, figures, releases, slots, share, ...metrics }: Metrics): object {
  const { app, stage, region, throttles, cost, monthly, assumed } = metrics;
  return {
    app,
    stage,
    region,
    since: new Date(range.since).toISOString(),
    until: new Date(range.until).toISOString(),
    sampled: share < 1 ? share : null,
    ...figuresJson(figures),
    throttles,
    cost: { ...cost, monthly, assumed },
    releases: releases.map((release) => ({
      version: release.version,
      commit: release.commit,
      ...figuresJson(release.figures),
      cost: release.cost,
    })),
    slots: slotsOf(range).map(({ start }, index) => ({ at: new Date(start).toISOString(), ...slots[index] })),
  };
}

function figuresJson({ requests, errors, refused, latency, cold, memory, transfer, usage }: Figures): object {
  return { requests, errors, errors_4xx: refused, latency, cold, memory, transfer, invocations: usage.invocations };
}
