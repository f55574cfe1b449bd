/** Timers of the app that were pending when its environment froze, and did not run until the thaw. By environment. */
import { duration } from '../../output/format.ts';

export interface FrozenTimers {
  /** A timer was set at this place in the app's code. */
  note(environment: string, place: string): void;
  /** `now`: milliseconds of a clock that never goes back. */
  frozen(environment: string, now: number): void;
  /** What to tell of the timers that stood still; null when there were none. */
  thawed(environment: string, now: number): string | null;
}

export function createFrozenTimers(): FrozenTimers {
  const pending = new Map<string, { readonly places: Set<string>; since: number | null }>();
  return {
    note(environment, place) {
      const timers = pending.get(environment) ?? { places: new Set<string>(), since: null };
      timers.places.add(place);
      pending.set(environment, timers);
    },
    frozen(environment, now) {
      const timers = pending.get(environment);
      if (timers !== undefined) timers.since = now;
    },
    thawed(environment, now) {
      const timers = pending.get(environment);
      pending.delete(environment);
      if (timers === undefined || timers.since === null) return null;
      const places = [...timers.places].join(', ');
      return `was frozen for ${duration(now - timers.since)} with a timer pending (${places}): nothing runs between requests`;
    },
  };
}
