/** Pages of events: which ones, in which order, how many, and where the next page begins. No I/O. */
import { isRecord } from '../../http/json.ts';
import { AwsError } from '../aws/error.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import { type Group, type Place, positionAfter, positionAt, type StoredEvent, toEventId } from './group.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export const maxPageEvents = 10_000;
export const maxPageBytes = 1_048_576;

export interface LogEvent {
  readonly eventId: string;
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

export interface LogFilter {
  readonly logGroupName: string;
  /** Epoch milliseconds, both ends included. */
  readonly startTime?: number;
  readonly endTime?: number;
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
  readonly filterPattern?: string;
  readonly limit?: number;
  readonly nextToken?: string;
  /** False: newest first. */
  readonly startFromHead?: boolean;
}

export interface LogPage {
  readonly events: LogEvent[];
  readonly nextToken?: string;
}

/** One page of the events that match. */
export function filterEvents(group: Group, filter: LogFilter): LogPage {
  const forward = filter.startFromHead !== false;
  const limit = Math.min(filter.limit ?? maxPageEvents, maxPageEvents);
  const matches = compileMatch(filter);
  const page: StoredEvent[] = [];
  let bytes = 0;
  let last: StoredEvent | null = null;
  for (const event of walk(group.events, toRange(group.events, filter, forward), forward)) {
    const wanted = matches(event);
    const size = wanted ? Buffer.byteLength(event.message) : 0;
    if (last && (page.length >= limit || bytes + size > maxPageBytes)) return toPage(page, last);
    last = event;
    bytes += size;
    if (wanted) page.push(event);
  }
  return toPage(page, null);
}

function compileMatch(filter: LogFilter): (event: StoredEvent) => boolean {
  const matches = compileFilterPattern(filter.filterPattern ?? '');
  const names = filter.logStreamNames ? new Set(filter.logStreamNames) : null;
  const prefix = filter.logStreamNamePrefix ?? '';
  return (event) => (!names || names.has(event.stream)) && event.stream.startsWith(prefix) && matches(event.message);
}

interface Range {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

function toRange(events: readonly StoredEvent[], filter: LogFilter, forward: boolean): Range {
  const from = filter.startTime === undefined ? 0 : positionAt(events, filter.startTime);
  const to = filter.endTime === undefined ? events.length : positionAt(events, filter.endTime + 1);
  if (filter.nextToken === undefined) return { from, to };
  const place = parseToken(filter.nextToken);
  const after = positionAfter(events, place);
  if (forward) return { from: Math.max(from, after), to };
  return { from, to: Math.min(to, events[after - 1]?.sequence === place.sequence ? after - 1 : after) };
}

function* walk(events: readonly StoredEvent[], range: Range, forward: boolean): Generator<StoredEvent> {
  for (let step = 0; step < range.to - range.from; step++) {
    const event = events[forward ? range.from + step : range.to - 1 - step];
    if (event) yield event;
  }
}

function toPage(page: readonly StoredEvent[], last: StoredEvent | null): LogPage {
  const events = page.map(toLogEvent);
  return last ? { events, nextToken: toToken(last) } : { events };
}

function toLogEvent(event: StoredEvent): LogEvent {
  return {
    eventId: toEventId(event),
    logStreamName: event.stream,
    timestamp: event.timestamp,
    ingestionTime: event.ingestionTime,
    message: event.message,
  };
}

/** The token is the place of the last event seen: events that arrive meanwhile do not shift it. */
export function toToken(place: Place): string {
  return Buffer.from(JSON.stringify({ t: place.timestamp, s: place.sequence })).toString('base64url');
}

function parseToken(token: string): Place {
  const value = readToken(token);
  if (!isRecord(value) || typeof value.t !== 'number' || typeof value.s !== 'number')
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  return { timestamp: value.t, sequence: value.s };
}

function readToken(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    // Not one of ours; the caller says so.
    return null;
  }
}
