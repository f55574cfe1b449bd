/** One log group in memory: its streams, and its events in the order FilterLogEvents gives them. No I/O. */

export interface StoredEvent {
  readonly stream: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  /** Grows by one with every event of the group; breaks ties and makes ids unique. */
  readonly sequence: number;
  readonly message: string;
}

export interface StreamInfo {
  readonly name: string;
  readonly creationTime: number;
  firstEventTimestamp?: number;
  lastEventTimestamp?: number;
  lastIngestionTime?: number;
}

export interface Group {
  readonly name: string;
  readonly creationTime: number;
  readonly streams: Map<string, StreamInfo>;
  /** By timestamp, then by arrival. */
  readonly events: StoredEvent[];
  nextSequence: number;
  storedBytes: number;
}

export function newGroup(name: string, creationTime: number): Group {
  return { name, creationTime, streams: new Map(), events: [], nextSequence: 0, storedBytes: 0 };
}

export function addStream(group: Group, name: string, creationTime: number): StreamInfo {
  const known = group.streams.get(name);
  if (known) return known;
  const stream: StreamInfo = { name, creationTime };
  group.streams.set(name, stream);
  return stream;
}

/** Puts an event where it belongs, which is nearly always the end. */
export function addEvent(group: Group, event: StoredEvent): void {
  note(addStream(group, event.stream, event.ingestionTime), event);
  group.nextSequence = Math.max(group.nextSequence, event.sequence + 1);
  group.storedBytes += storedBytesOf(event);
  const last = group.events.at(-1);
  if (!last || compare(last, event) < 0) group.events.push(event);
  else group.events.splice(positionAfter(group.events, event), 0, event);
}

/** Forgets the events of which it says so. Their streams stay. */
export function forget(group: Group, isGone: (event: StoredEvent) => boolean): void {
  let kept = 0;
  for (const event of group.events) {
    if (isGone(event)) group.storedBytes -= storedBytesOf(event);
    else group.events[kept++] = event;
  }
  group.events.length = kept;
}

/** 26 bytes a message is what CloudWatch adds to it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
function storedBytesOf({ message }: StoredEvent): number {
  return Buffer.byteLength(message) + 26;
}

function note(stream: StreamInfo, event: StoredEvent): void {
  stream.firstEventTimestamp = Math.min(stream.firstEventTimestamp ?? Number.POSITIVE_INFINITY, event.timestamp);
  stream.lastEventTimestamp = Math.max(stream.lastEventTimestamp ?? 0, event.timestamp);
  stream.lastIngestionTime = Math.max(stream.lastIngestionTime ?? 0, event.ingestionTime);
}

/** A place in the order of events; it stays valid while events arrive around it. */
export interface Place {
  readonly timestamp: number;
  readonly sequence: number;
}

export function compare(a: Place, b: Place): number {
  return a.timestamp - b.timestamp || a.sequence - b.sequence;
}

/** The index of the first event that comes after `place`. */
export function positionAfter(events: readonly StoredEvent[], place: Place): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event && compare(event, place) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the first event that is not before `timestamp`. */
export function positionAt(events: readonly StoredEvent[], timestamp: number): number {
  return positionAfter(events, { timestamp, sequence: -1 });
}

/** 56 digits like AWS's; made of what is stored, so that it stays the same after a restart. */
export function toEventId(event: StoredEvent): string {
  const part = (value: number, width: number): string => String(value).padStart(width, '0');
  return part(event.timestamp, 16) + part(event.ingestionTime, 16) + part(event.sequence, 24);
}
