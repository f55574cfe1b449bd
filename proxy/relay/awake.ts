/**
 * The time in which this environment was awake. Lambda freezes it between invocations while both clocks of the system
 * go on, so clocks alone do not tell how long an app has had to start.
 */
import { performance } from 'node:perf_hooks';

export interface Stopwatch {
  /** Milliseconds awake since it was started. */
  read(): number;
  stop(): void;
}

const tickMs = 100;
/** A gap between two ticks beyond this was a freeze, not a busy machine. */
const longestGapMs = 500;

export function startStopwatch(): Stopwatch {
  let total = 0;
  let last = performance.now();
  function read(): number {
    const now = performance.now();
    total += Math.min(now - last, longestGapMs);
    last = now;
    return total;
  }
  const timer = setInterval(read, tickMs);
  timer.unref();
  return { read, stop: () => clearInterval(timer) };
}
