/** Pages of several fetches, each in order, as pages of one in order. */
import type { LogEvent } from './fetch.ts';

interface Source {
  readonly pages: AsyncIterator<LogEvent[]>;
  events: LogEvent[];
  ended: boolean;
}

/**
 * Oldest first, unless `newestFirst`. What is yielded comes before all that is still to come from any of them. Ids tell
 * the order within a millisecond.
 */
export async function* mergePages(fetches: readonly AsyncIterable<LogEvent[]>[], { newestFirst = false } = {}) {
  const sources = fetches.map((pages): Source => ({ pages: pages[Symbol.asyncIterator](), events: [], ended: false }));
  const sign = newestFirst ? -1 : 1;
  for (;;) {
    await Promise.all(sources.map(fill));
    const open = sources.filter(({ ended }) => !ended);
    const reach = Math.min(...open.map(({ events }) => sign * (events.at(-1)?.timestamp ?? 0)));
    const page = sources
      .flatMap((source) => take(source, open.length === 0 ? Number.POSITIVE_INFINITY : reach, sign))
      .sort((a, b) => sign * (a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1)));
    if (page.length > 0) yield page;
    if (open.length === 0) return;
  }
}

/** Until it has something, or is over. */
async function fill(source: Source): Promise<void> {
  while (!source.ended && source.events.length === 0) {
    const { value, done } = await source.pages.next();
    if (done) source.ended = true;
    else source.events = value;
  }
}

function take(source: Source, reach: number, sign: number): LogEvent[] {
  const after = source.events.findIndex(({ timestamp }) => sign * timestamp > reach);
  return source.events.splice(0, after === -1 ? source.events.length : after);
}
