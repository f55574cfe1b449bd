/**
 * Tells whether this process may have been frozen since the last request. Within a burst of requests it cannot have
 * been, so nothing can have happened to the app without this process knowing.
 */
import { between, bothClocks, type Clocks, type Moment } from './clocks.ts';

export interface Pauses {
  /** A request is over. */
  ran(): void;
  /** This process may have been frozen since then. */
  mayHaveBeen(): boolean;
}

/** To freeze an environment and thaw it again takes longer, and so does an app that ends meanwhile. */
const shortestMs = 3;

export function createPauses(clocks: Clocks = bothClocks): Pauses {
  let last: Moment = { wall: Number.NEGATIVE_INFINITY, monotonic: Number.NEGATIVE_INFINITY };
  return {
    ran() {
      last = clocks();
    },
    mayHaveBeen: () => between(last, clocks()) >= shortestMs,
  };
}
