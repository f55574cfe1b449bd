/** Log events: writing and reading them. */
import type { StoredEvent } from '../../logs/group.ts';
import { maxPageBytes, maxPageEvents } from '../../logs/query.ts';
import type { InputEvent } from '../../logs/store.ts';
import type { Call, Output } from '../call.ts';
import type { Input } from '../input.ts';
import { findGroup, invalid, read, readGroupName, streamNotFound } from './find.ts';

const dayMs = 86_400_000;
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const maxAgeMs = 14 * dayMs;
const maxAheadMs = 2 * 3_600_000;
const eventOverheadBytes = 26;
/** Newest-first queries may begin no earlier: 2024-01-01. */
const newestFirstSince = Date.UTC(2024, 0, 1);

export async function putLogEvents(call: Call, input: Input): Promise<Output> {
  const { logGroupName, retentionInDays } = findGroup(call, readGroupName(input));
  const stream = readStream(call, logGroupName, input);
  const events = readEvents(input);
  const now = call.now();
  const before = (time: number) => events.filter(({ timestamp }) => timestamp < time).length;
  const tooOld = before(now - maxAgeMs);
  const expired = retentionInDays === undefined ? 0 : before(now - retentionInDays * dayMs);
  const tooNew = events.findIndex(({ timestamp }) => timestamp > now + maxAheadMs);
  call.logs.put(logGroupName, stream, events.slice(Math.max(tooOld, expired), tooNew === -1 ? undefined : tooNew));
  await call.logs.flush();
  return { nextSequenceToken: '1', ...showRejected({ tooOld, expired, tooNew }) };
}

function readStream(call: Call, group: string, input: Input): string {
  const name = read.needText(input, 'logStreamName');
  if (!call.logs.streams(group).some((stream) => stream.name === name)) throw streamNotFound();
  return name;
}

function readEvents(input: Input): InputEvent[] {
  const events = (read.objects(input, 'logEvents') ?? []).map((event) => ({
    timestamp: readTime(event, 'timestamp') ?? 0,
    message: read.needText(event, 'message'),
  }));
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + eventOverheadBytes, 0);
  if (events.length === 0) throw invalid('Log events must not be empty.');
  if (events.length > maxPageEvents) throw invalid('Log events must not be more than 10000.');
  if (bytes > maxPageBytes) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${maxPageBytes}`);
  if (events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? 0)))
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > dayMs)
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  return events;
}

function readTime(input: Input, key: string): number | undefined {
  const time = read.number(input, key);
  if (time !== undefined && (time < 0 || !Number.isSafeInteger(time)))
    throw invalid(
      `1 validation error detected: Value '${time}' at '${key}' failed to satisfy constraint: Member must have value greater than or equal to 0`,
    );
  return time;
}

interface Rejected {
  /** How many are older than CloudWatch takes, or than the retention of their group. */
  readonly tooOld: number;
  readonly expired: number;
  /** The first one that is too far ahead; -1 for none. */
  readonly tooNew: number;
}

function showRejected({ tooOld, expired, tooNew }: Rejected): Record<string, unknown> {
  const info = {
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(expired > 0 && { expiredLogEventEndIndex: expired }),
    ...(tooNew !== -1 && { tooNewLogEventStartIndex: tooNew }),
  };
  return Object.keys(info).length > 0 ? { rejectedLogEventsInfo: info } : {};
}

export function filterLogEvents(call: Call, input: Input): Output {
  const { logGroupName } = findGroup(call, readGroupName(input));
  const times = readRange(input);
  const names = read.texts(input, 'logStreamNames');
  const prefix = read.text(input, 'logStreamNamePrefix');
  if (names && prefix !== undefined) throw invalid('LogStreamNames and LogStreamNamePrefix are mutually exclusive.');
  if (names) checkStreams(call, logGroupName, names);
  const newestFirst = read.flag(input, 'startFromHead') === false;
  if (newestFirst && (times.startTime ?? 0) < newestFirstSince)
    throw invalid('startTime must be 2024-01-01T00:00:00Z or later when startFromHead is false.');
  const page = call.logs.filter({
    logGroupName,
    ...times,
    limit: readEventLimit(input),
    startFromHead: !newestFirst,
    filterPattern: read.text(input, 'filterPattern') ?? '',
    ...(names ? { logStreamNames: names } : {}),
    ...(prefix === undefined ? {} : { logStreamNamePrefix: prefix }),
    ...withToken(read.text(input, 'nextToken')),
  });
  return { events: page.events.filter(isSeen(call)), searchedLogStreams: [], nextToken: page.nextToken };
}

/** With lag, an event is found a while after it came. */
function isSeen({ lag = 0, now }: Call): (event: { readonly ingestionTime: number }) => boolean {
  if (lag === 0) return () => true;
  const latest = now() - lag;
  return ({ ingestionTime }) => ingestionTime <= latest;
}

function withToken(nextToken: string | undefined): { nextToken?: string } {
  return nextToken === undefined ? {} : { nextToken };
}

function readRange(input: Input): { startTime?: number; endTime?: number } {
  const startTime = readTime(input, 'startTime');
  const endTime = readTime(input, 'endTime');
  if (startTime !== undefined && endTime !== undefined && startTime > endTime)
    throw invalid('startTime must not be later than endTime.');
  return { ...(startTime === undefined ? {} : { startTime }), ...(endTime === undefined ? {} : { endTime }) };
}

function checkStreams(call: Call, group: string, names: readonly string[]): void {
  const known = new Set(call.logs.streams(group).map(({ name }) => name));
  if (names.some((name) => !known.has(name))) throw streamNotFound();
}

function readEventLimit(input: Input): number {
  const limit = read.number(input, 'limit') ?? maxPageEvents;
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxPageEvents) return limit;
  throw invalid(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and ${maxPageEvents}`,
  );
}

/** The token repeats when there is nothing further that way, which is how clients know the end. */
export function getLogEvents(call: Call, input: Input): Output {
  const { logGroupName } = findGroup(call, readGroupName(input));
  const stream = readStream(call, logGroupName, input);
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = readRange(input);
  const events = call.logs
    .events(logGroupName, stream)
    .filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime)
    .filter(isSeen(call));
  const { from, to } = toWindow(events, input);
  return {
    events: events
      .slice(from, to)
      .map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${events[to - 1]?.sequence ?? -1}`,
    nextBackwardToken: `b/${events[from]?.sequence ?? Number.MAX_SAFE_INTEGER}`,
  };
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** Tokens name the event at the edge of the page before: `f/<sequence>` goes on after it, `b/<sequence>` before it. */
function toWindow(events: readonly StoredEvent[], input: Input): Window {
  const limit = readEventLimit(input);
  const token = read.text(input, 'nextToken');
  if (token === undefined)
    return read.flag(input, 'startFromHead') ? forward(events, 0, limit) : backward(events, events.length, limit);
  const [, direction, sequence] = /^([fb])\/(-?\d+)$/.exec(token) ?? [];
  if (direction === undefined) throw invalid('The specified nextToken is invalid.');
  const edge = events.findIndex((event) => event.sequence === Number(sequence));
  if (direction === 'f') return forward(events, edge === -1 ? edgeOf(events, Number(sequence)) : edge + 1, limit);
  return backward(events, edge === -1 ? edgeOf(events, Number(sequence)) : edge, limit);
}

/** Where an edge lies that no event marks: before the first page, or after the last. */
function edgeOf(events: readonly StoredEvent[], sequence: number): number {
  return sequence < 0 ? 0 : events.length;
}

function forward(events: readonly StoredEvent[], from: number, limit: number): Window {
  let to = from;
  for (let bytes = 0; to < events.length && to - from < limit; to++) {
    bytes += Buffer.byteLength(events[to]?.message ?? '');
    if (bytes > maxPageBytes && to > from) break;
  }
  return { from, to };
}

function backward(events: readonly StoredEvent[], to: number, limit: number): Window {
  let from = to;
  for (let bytes = 0; from > 0 && to - from < limit; from--) {
    bytes += Buffer.byteLength(events[from - 1]?.message ?? '');
    if (bytes > maxPageBytes && from < to) break;
  }
  return { from, to };
}
