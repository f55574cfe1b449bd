/** Both clocks of the system: either may stand still or jump across a freeze. */
import { performance } from 'node:perf_hooks';

export interface Moment {
  /** Epoch milliseconds. */
  readonly wall: number;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: number;
}

export type Clocks = () => Moment;

export const bothClocks: Clocks = () => ({ wall: Date.now(), monotonic: performance.now() });

/** Milliseconds by whichever clock tells of more. */
export function between(before: Moment, after: Moment): number {
  return Math.max(Math.abs(after.wall - before.wall), after.monotonic - before.monotonic);
}
