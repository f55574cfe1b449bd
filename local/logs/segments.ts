/**
 * One log group on disk, in segments that only grow; the oldest is removed with its events when there are too many.
 * Without a limit, an app under load filled the memory of the platform, and a file of half a gigabyte is more than a
 * string can hold.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createWriter, eventLine, headLine, streamLine, toFileName, type Writer } from './file.ts';
import { addEvent, addStream, forget, type Group, type StoredEvent } from './group.ts';

export interface Segment {
  readonly path: string;
  readonly writer: Writer;
  /** The sequence number that its first event has, or would have. */
  readonly first: number;
  bytes: number;
  /** The latest timestamp in it. */
  last: number;
}

export interface SegmentLimits {
  /** Bytes of one; the line that goes beyond them is its last. */
  readonly bytes: number;
  /** Of one group. */
  readonly count: number;
}

export interface Segments {
  readonly group: Group;
  addEvent(event: StoredEvent): void;
  createStream(name: string, creationTime: number): void;
  /** Ends the events before a time, epoch milliseconds. */
  expire(before: number): void;
  /** Removes the group from the disk. */
  remove(): Promise<void>;
  /** Resolves when all is on disk. */
  flush(): Promise<void>;
}

/** `found`: those that are there, the oldest first. */
export function openSegments(dir: string, group: Group, found: readonly Segment[], limits: SegmentLimits): Segments {
  const segments = [...found];
  const leaving = new Set<Promise<void>>();
  if (segments.length === 0) begin();
  trim();

  function begin(): Segment {
    const path = join(dir, toFileName(group.name));
    const segment: Segment = { path, writer: createWriter(path), first: group.nextSequence, bytes: 0, last: 0 };
    segments.push(segment);
    write(segment, headLine(group, segment.first));
    // Repeats the streams, because the segments that named them so far will be removed one day.
    for (const { name, creationTime } of group.streams.values()) write(segment, streamLine(name, creationTime));
    return segment;
  }

  function write(segment: Segment, line: string): void {
    segment.writer.add(line);
    segment.bytes += Buffer.byteLength(line);
  }

  function current(): Segment {
    const last = segments.at(-1);
    if (last && last.bytes < limits.bytes) return last;
    const next = begin();
    trim();
    return next;
  }

  function trim(): void {
    if (segments.length <= limits.count) return;
    while (segments.length > limits.count) drop();
    const { first } = segments[0] as Segment;
    forget(group, ({ sequence }) => sequence < first);
    forgetStreams();
  }

  /** Those whose events are all gone. */
  function forgetStreams(): void {
    const oldest = group.events[0]?.timestamp ?? Number.POSITIVE_INFINITY;
    for (const { name, lastEventTimestamp = oldest } of group.streams.values())
      if (lastEventTimestamp < oldest) group.streams.delete(name);
  }

  function drop(): void {
    const segment = segments.shift();
    if (!segment) return;
    const left = erase(segment).finally(() => leaving.delete(left));
    leaving.add(left);
  }

  return {
    group,
    addEvent(event) {
      const segment = current();
      addEvent(group, event);
      write(segment, eventLine(event));
      segment.last = Math.max(segment.last, event.timestamp);
    },
    createStream(name, time) {
      const segment = current();
      const { creationTime } = addStream(group, name, time);
      write(segment, streamLine(name, creationTime));
    },
    expire(before) {
      while (segments.length > 1 && (segments[0]?.last ?? before) < before) drop();
      forget(group, ({ timestamp }) => timestamp < before);
    },
    async remove() {
      await Promise.all([...leaving, ...segments.map(erase)]);
    },
    async flush() {
      await Promise.all([...leaving, ...segments.map(({ writer }) => writer.flush())]);
    },
  };
}

async function erase({ writer, path }: Segment): Promise<void> {
  await writer.stop();
  await rm(path, { force: true });
}
