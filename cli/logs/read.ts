/** Reads a log: history, oldest first, then, when following, whatever comes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../aws/session.ts';
import { createFetch, type Fetch, type LogEvent } from './fetch.ts';
import { mergePages } from './merge.ts';
import { createPosition, type Position } from './position.ts';

export type { LogEvent } from './fetch.ts';

/** Milliseconds between two looks. FilterLogEvents may be called five times a second in an account, by everybody together. */
export const pollMs = { local: 250, aws: 2_000 };
/** Looks that follow more closely than this go back less: to read ten seconds again four times a second costs more than it finds. */
const deepEveryMs = 2_000;
const shallowMs = 1_000;

export interface Reading {
  readonly fetch: Fetch;
  /** CloudWatch filter patterns: what comes through one of them is read. */
  readonly patterns: readonly string[];
  readonly position: Position;
  /** Epoch milliseconds. */
  readonly until?: number | undefined;
  /** Milliseconds from one look to the next; without it there is only one. */
  readonly every?: number | undefined;
  /** Milliseconds from one look that goes back the whole ten seconds to the next. */
  readonly deepEvery?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Pages of events that were not seen before. */
export async function* readPages(reading: Reading): AsyncGenerator<LogEvent[]> {
  const { fetch, patterns, position, until, every, deepEvery = deepEveryMs, signal } = reading;
  for (let deep = Number.NEGATIVE_INFINITY; ; ) {
    const isDeep = performance.now() - deep >= deepEvery;
    if (isDeep) deep = performance.now();
    const from = isDeep ? position.from() : position.from(shallowMs);
    for await (const page of mergePages(patterns.map((pattern) => fetch({ from, to: until, pattern, signal })))) {
      if (signal?.aborted) return;
      const fresh = position.pass(page);
      if (fresh.length > 0) yield fresh;
    }
    if (every === undefined || signal?.aborted) return;
    await sleep(every, undefined, { signal }).catch(() => {});
    if (signal?.aborted) return;
  }
}

/** The newest `count` events that are wanted, oldest first; what is read on the way is known to the position. */
export async function readLast(
  { fetch, patterns, position, until }: Reading,
  count: number,
  isWanted: (event: LogEvent) => Promise<boolean>,
): Promise<LogEvent[]> {
  const last: LogEvent[] = [];
  const from = position.from();
  const limit = count > 0 && count < 1_000 ? Math.max(100, 2 * count) : undefined;
  const pages = patterns.map((pattern) =>
    fetch({ from, to: until, pattern, newestFirst: true, ...(limit && { limit }) }),
  );
  for await (const page of mergePages(pages, true)) {
    const fresh = position.pass(page);
    for (const event of fresh) if (last.length < count && (await isWanted(event))) last.push(event);
    // What a later look would read again has to be known as well.
    if (last.length >= count && (page.at(-1)?.timestamp ?? 0) < position.from()) break;
  }
  return last.reverse();
}

export interface LogQuery {
  readonly app: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** A CloudWatch filter pattern. */
  readonly pattern: string;
  readonly follow: boolean;
  readonly signal?: AbortSignal;
}

/** Events that match one pattern, one by one. */
export async function* readEvents(session: Session, query: LogQuery): AsyncGenerator<LogEvent> {
  const pages = readPages({
    fetch: createFetch(session, query.app),
    patterns: [query.pattern],
    position: createPosition(query.since),
    every: query.follow ? pollOf(session) : undefined,
    signal: query.signal,
  });
  for await (const page of pages) yield* page;
}

export function pollOf({ local }: Pick<Session, 'local'>): number {
  return local ? pollMs.local : pollMs.aws;
}
