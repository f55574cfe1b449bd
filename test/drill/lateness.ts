/**
 * How late this machine is with everything. The proxy is held to tenths of a second, on processors that others use too:
 * what a timer of our own is late by, at the same time, is not the proxy's.
 */
import { performance } from 'node:perf_hooks';

const tickMs = 20;
const keptMs = 30_000;

export interface Lateness {
  /** Milliseconds that our own timers were late by in the last so many milliseconds, all in all. */
  within(milliseconds: number): number;
  stop(): void;
}

export function watchLateness(): Lateness {
  let late: { readonly at: number; readonly by: number }[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const by = now - last - tickMs;
    last = now;
    if (by > tickMs) late = [...late.filter(({ at }) => at > now - keptMs), { at: now, by }];
  }, tickMs);
  timer.unref();
  return {
    within: (milliseconds) =>
      late.filter(({ at }) => at > performance.now() - milliseconds).reduce((sum, { by }) => sum + by, 0),
    stop: () => clearInterval(timer),
  };
}
