/** A clock that goes on when it is told to. */
import type { Clock } from '../../local/clock.ts';

export interface FakeClock extends Clock {
  /** Goes on by so many milliseconds and calls back whatever is due on the way, in order. */
  advance(milliseconds: number): void;
}

export function createFakeClock(start: number): FakeClock {
  let now = start;
  const waiting = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now,
    after(milliseconds, callback) {
      const timer = { at: now + milliseconds, callback };
      waiting.add(timer);
      return () => waiting.delete(timer);
    },
    advance(milliseconds) {
      const until = now + milliseconds;
      for (;;) {
        const next = [...waiting].sort((a, b) => a.at - b.at)[0];
        if (!next || next.at > until) break;
        waiting.delete(next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = until;
    },
  };
}
