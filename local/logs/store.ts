/**
 * The logs of the local platform: in memory for reading, in append-only files for keeping. A put is visible at once and
 * on disk a moment later. The state knows of retention and tags; nothing here ends with its retention.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createWriter, eventLine, groupLine, readGroup, streamLine, toFileName, type Writer } from './file.ts';
import { addEvent, addStream, type Group, newGroup, type StoredEvent, type StreamInfo } from './group.ts';
import { filterEvents, type LogFilter, type LogPage } from './query.ts';

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
  /** Removes a group and all its events. */
  remove(group: string): Promise<void>;
  /** Resolves when everything put so far is on disk. */
  flush(): Promise<void>;
}

interface Entry {
  readonly group: Group;
  readonly path: string;
  readonly writer: Writer;
}

/** Opens the logs in `dir`, which is created when missing. */
export async function openLogs(dir: string, now: () => number = Date.now): Promise<LogStore> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const entries = await readEntries(dir);

  function entryOf(name: string): Entry {
    const known = entries.get(name);
    if (known) return known;
    const path = join(dir, toFileName(name));
    const entry = { group: newGroup(name, now()), path, writer: createWriter(path) };
    entries.set(name, entry);
    entry.writer.add(groupLine(entry.group));
    return entry;
  }

  return {
    put(name, stream, events) {
      const { group, writer } = entryOf(name);
      const ingestionTime = now();
      for (const { timestamp, message } of events) {
        const event = { stream, timestamp, ingestionTime, sequence: group.nextSequence, message };
        addEvent(group, event);
        writer.add(eventLine(event));
      }
    },
    createStream(name, stream) {
      const { group, writer } = entryOf(name);
      const { creationTime } = addStream(group, stream, now());
      writer.add(streamLine(stream, creationTime));
    },
    filter(filter) {
      return filterEvents(entries.get(filter.logGroupName)?.group ?? newGroup(filter.logGroupName, 0), filter);
    },
    events(name, stream) {
      return entries.get(name)?.group.events.filter((event) => event.stream === stream) ?? [];
    },
    group: (name) => toInfo(entries.get(name)),
    groups: () => [...entries.values()].flatMap((entry) => toInfo(entry) ?? []),
    streams: (name) => [...(entries.get(name)?.group.streams.values() ?? [])],
    async remove(name) {
      const entry = entries.get(name);
      if (!entry) return;
      entries.delete(name);
      await entry.writer.stop();
      await rm(entry.path, { force: true });
    },
    async flush() {
      await Promise.all([...entries.values()].map((entry) => entry.writer.flush()));
    },
  };
}

function toInfo(entry: Entry | undefined): GroupInfo | null {
  if (!entry) return null;
  const { name, creationTime, storedBytes } = entry.group;
  return { name, creationTime, storedBytes };
}

async function readEntries(dir: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for (const file of await readdir(dir)) {
    if (!file.endsWith('.ndjson')) continue;
    const path = join(dir, file);
    const group = await readGroup(path);
    const twin = group && entries.get(group.name);
    if (!group || (twin && twin.group.creationTime > group.creationTime)) {
      await rm(path);
      continue;
    }
    // Killed between making a group anew and removing the old one.
    if (twin) await rm(twin.path);
    entries.set(group.name, { group, path, writer: createWriter(path) });
  }
  return entries;
}
