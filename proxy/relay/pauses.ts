/**
 * Pauses in which this process may have been frozen. In the middle of a burst of requests there are none, and nothing can
 * have happened that it has not been told of.
 */
import { performance } from 'node:perf_hooks';

export interface Pauses {
  /** A request is over. */
  ran(): void;
  /** There may have been one since. */
  mayHaveBeen(): boolean;
}

/** To freeze an environment and thaw it again takes longer, and so does an app that ends meanwhile. */
const shortestMs = 3;

export function createPauses(): Pauses {
  let wall = Number.NEGATIVE_INFINITY;
  let monotonic = Number.NEGATIVE_INFINITY;
  return {
    ran() {
      wall = Date.now();
      monotonic = performance.now();
    },
    // By both clocks: either may stand still or jump across a freeze.
    mayHaveBeen: () => Math.max(Math.abs(Date.now() - wall), performance.now() - monotonic) >= shortestMs,
  };
}
