/**
 * The logs of the local platform: in memory for reading, in append-only files for keeping. A put is visible at once and
 * on disk a moment later. Of each group the newest are kept, up to a bound.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createWriter, type Head, readHead, readInto } from './file.ts';
import { newGroup, type StoredEvent, type StreamInfo } from './group.ts';
import { filterEvents, type LogFilter, type LogPage } from './query.ts';
import { openSegments, type Segment, type SegmentLimits, type Segments } from './segments.ts';

export type { LogEvent, LogFilter, LogPage } from './query.ts';

export interface InputEvent {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

export interface GroupInfo {
  readonly name: string;
  readonly creationTime: number;
  readonly storedBytes: number;
}

export interface LogStore {
  /** Adds events; group and stream come into being with their first event, as on Lambda. */
  put(group: string, stream: string, events: readonly InputEvent[]): void;
  createStream(group: string, stream: string): void;
  /** A page of matching events; empty for a group without any. Throws an AwsError for a bad pattern or token. */
  filter(filter: LogFilter): LogPage;
  /** The events of one stream in order, unpaged. */
  events(group: string, stream: string): StoredEvent[];
  group(name: string): GroupInfo | null;
  groups(): GroupInfo[];
  streams(group: string): StreamInfo[];
  /** Ends the events of a group before a time, epoch milliseconds. */
  expire(group: string, before: number): void;
  /** Removes a group and all its events. */
  remove(group: string): Promise<void>;
  /** Resolves when everything put so far is on disk. */
  flush(): Promise<void>;
}

export interface LogOptions {
  readonly now?: () => number;
  /** Of one group. Default: 128 MB on disk, which is twice that in memory. */
  readonly limits?: SegmentLimits;
}

const defaultLimits: SegmentLimits = { bytes: 16 * 1024 * 1024, count: 8 };

/** Opens the logs in `dir`, which is created when missing. */
export async function openLogs(
  dir: string,
  { now = Date.now, limits = defaultLimits }: LogOptions = {},
): Promise<LogStore> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const groups = await readGroups(dir, limits);

  function groupOf(name: string): Segments {
    const known = groups.get(name);
    if (known) return known;
    const made = openSegments(dir, newGroup(name, now()), [], limits);
    groups.set(name, made);
    return made;
  }

  return {
    put(name, stream, events) {
      const segments = groupOf(name);
      const ingestionTime = now();
      for (const { timestamp, message } of events)
        segments.addEvent({ stream, timestamp, ingestionTime, sequence: segments.group.nextSequence, message });
    },
    createStream: (name, stream) => groupOf(name).createStream(stream, now()),
    filter(filter) {
      return filterEvents(groups.get(filter.logGroupName)?.group ?? newGroup(filter.logGroupName, 0), filter);
    },
    events(name, stream) {
      return groups.get(name)?.group.events.filter((event) => event.stream === stream) ?? [];
    },
    group: (name) => toInfo(groups.get(name)),
    groups: () => [...groups.values()].flatMap((group) => toInfo(group) ?? []),
    streams: (name) => [...(groups.get(name)?.group.streams.values() ?? [])],
    expire: (name, before) => groups.get(name)?.expire(before),
    async remove(name) {
      const segments = groups.get(name);
      groups.delete(name);
      await segments?.remove();
    },
    async flush() {
      await Promise.all([...groups.values()].map((segments) => segments.flush()));
    },
  };
}

function toInfo(segments: Segments | undefined): GroupInfo | null {
  if (!segments) return null;
  const { name, creationTime, storedBytes } = segments.group;
  return { name, creationTime, storedBytes };
}

interface Found {
  readonly path: string;
  readonly head: Head;
}

async function readGroups(dir: string, limits: SegmentLimits): Promise<Map<string, Segments>> {
  const groups = new Map<string, Segments>();
  for (const [name, files] of await findFiles(dir)) {
    const group = newGroup(name, files[0]?.head.created ?? 0);
    const segments: Segment[] = [];
    for (const { path, head } of files) {
      group.nextSequence = Math.max(group.nextSequence, head.first);
      segments.push({ path, writer: createWriter(path), first: head.first, ...(await readInto(group, path)) });
    }
    groups.set(name, openSegments(dir, group, segments, limits));
  }
  return groups;
}

/** Of each group, in order. What is left of another of the same name, or was never begun, is removed. */
async function findFiles(dir: string): Promise<Map<string, Found[]>> {
  const groups = new Map<string, Found[]>();
  for (const file of await readdir(dir)) {
    if (!file.endsWith('.ndjson')) continue;
    const path = join(dir, file);
    const head = await readHead(path);
    if (head === null) await rm(path);
    else groups.set(head.group, [...(groups.get(head.group) ?? []), { path, head }]);
  }
  for (const [name, files] of groups) {
    // Killed between making a group anew and removing the old one.
    const created = Math.max(...files.map(({ head }) => head.created));
    for (const { path, head } of files) if (head.created < created) await rm(path);
    const own = files.filter(({ head }) => head.created === created);
    groups.set(
      name,
      own.sort((a, b) => a.head.first - b.head.first),
    );
  }
  return groups;
}
