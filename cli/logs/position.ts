/**
 * How far a log has been read. Events become visible late and out of order, so looks overlap, by up to ten seconds, and
 * what has been seen in them is known by its id.
 */
import type { LogEvent } from './fetch.ts';

export const overlapMs = 10_000;

export interface Position {
  /** Where the next look begins, epoch milliseconds; it goes back so many before the newest event. */
  from(overlap?: number): number;
  /** Returns the events that are new, and remembers them. */
  pass(events: readonly LogEvent[]): LogEvent[];
  /** The newest event there was, epoch milliseconds. */
  newest(): number;
  /** The ids that may come again. */
  seen(): ReadonlyMap<string, number>;
}

/** Nothing before `since` is new. */
export function createPosition(
  since: number,
  before: { newest: number; seen: ReadonlyMap<string, number> } | null = null,
): Position {
  const seen = new Map(before?.seen);
  let newest = before?.newest ?? since;
  let forgotten = newest;
  return {
    from: (overlap = overlapMs) => Math.max(since, newest - overlap),
    newest: () => newest,
    seen: () => seen,
    pass(events) {
      const fresh = events.filter(({ id, timestamp }) => {
        if (timestamp < since || seen.has(id)) return false;
        seen.set(id, timestamp);
        newest = Math.max(newest, timestamp);
        return true;
      });
      // A second at a time: looking at all of them for every page would cost more than keeping them.
      if (newest - forgotten > 1_000) {
        for (const [id, timestamp] of seen) if (timestamp < newest - overlapMs) seen.delete(id);
        forgotten = newest;
      }
      return fresh;
    },
  };
}
