/** Reads a log: history, oldest first, then, when following, whatever comes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../aws/session.ts';
import { createFetch, type Fetch, type LogEvent } from './fetch.ts';
import { mergePages } from './merge.ts';
import type { Outage } from './outage.ts';
import { createPosition, type Position } from './position.ts';

export type { LogEvent } from './fetch.ts';

/** In milliseconds. */
export interface Pace {
  /** From one look to the next. */
  readonly every: number;
  /** From one look that goes back the whole ten seconds to the next; those between go back half of one. */
  readonly deepEvery: number;
}

/**
 * AWS allows five FilterLogEvents a second per account, and its lines may arrive late, so every look goes back the
 * whole overlap. The local platform has neither limit nor delay; there, reading ten seconds of a busy app would take
 * longer than the pause between two looks.
 */
const paces = { local: { every: 250, deepEvery: 5_000 }, aws: { every: 2_000, deepEvery: 0 } } as const;
const shallowMs = 500;

export interface Reading {
  readonly fetch: Fetch;
  /** CloudWatch filter patterns: what comes through one of them is read. */
  readonly patterns: readonly string[];
  readonly position: Position;
  /** Epoch milliseconds. */
  readonly until?: number | undefined;
  /** Without it there is one look. */
  readonly pace?: Pace | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Handles failures of all looks but the first, whose failure means a wrong setup. Without it every failure is thrown.
   */
  readonly outage?: Outage | undefined;
}

/** Pages of events that were not seen before. */
export async function* readPages(reading: Reading): AsyncGenerator<LogEvent[]> {
  const { position, pace, signal, outage } = reading;
  let deep = Number.NEGATIVE_INFINITY;
  for (let looks = 0; ; looks++) {
    const isDeep = performance.now() - deep >= (pace?.deepEvery ?? 0);
    if (isDeep) deep = performance.now();
    try {
      yield* look(reading, isDeep ? position.from() : position.from(shallowMs));
      outage?.over();
    } catch (error) {
      if (looks === 0 || !outage?.began(error)) throw error;
      // What came meanwhile may be older than half a second.
      deep = Number.NEGATIVE_INFINITY;
    }
    if (!pace || signal?.aborted) return;
    await sleep(pace.every, undefined, { signal }).catch(() => {});
    if (signal?.aborted) return;
  }
}

async function* look({ fetch, patterns, position, until, signal }: Reading, from: number): AsyncGenerator<LogEvent[]> {
  for await (const page of mergePages(patterns.map((pattern) => fetch({ from, to: until, pattern, signal })))) {
    if (signal?.aborted) return;
    const fresh = position.pass(page);
    if (fresh.length > 0) yield fresh;
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
  for await (const page of mergePages(pages, { newestFirst: true })) {
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
    pace: query.follow ? paceOf(session) : undefined,
    signal: query.signal,
  });
  for await (const page of pages) yield* page;
}

export function paceOf({ local }: Pick<Session, 'local'>): Pace {
  return local ? paces.local : paces.aws;
}
