/**
 * One log group on disk: a file that only grows, one JSON object per line. A line torn by a killed process is cut off
 * when the file is opened, so that the next line begins clean.
 */
import { createHash, randomBytes } from 'node:crypto';
import { appendFile, readFile, truncate } from 'node:fs/promises';
import { isRecord } from '../../http/json.ts';
import { addEvent, addStream, type Group, newGroup, type StoredEvent } from './group.ts';

/**
 * A file name that no group name can escape from; the name itself is in the first line. Never the same one twice: a group
 * may be made anew while the file of the one before it is still being removed.
 */
export function toFileName(group: string): string {
  const hash = createHash('sha256').update(group).digest('hex').slice(0, 32);
  return `${hash}-${randomBytes(6).toString('hex')}.ndjson`;
}

export function groupLine(group: Group): string {
  return `${JSON.stringify({ group: group.name, created: group.creationTime })}\n`;
}

export function streamLine(name: string, creationTime: number): string {
  return `${JSON.stringify({ stream: name, created: creationTime })}\n`;
}

export function eventLine(event: StoredEvent): string {
  return `${JSON.stringify([event.stream, event.timestamp, event.ingestionTime, event.sequence, event.message])}\n`;
}

/** Reads a group back; null when not even its first line was written. */
export async function readGroup(path: string): Promise<Group | null> {
  const bytes = await readFile(path);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) await truncate(path, end);
  const [first, ...lines] = bytes.subarray(0, end).toString('utf8').split('\n');
  const group = parseGroup(first ?? '');
  if (!group) return null;
  for (const line of lines) addLine(group, parse(line));
  return group;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A block the disk lost; the lines around it are still good.
    return null;
  }
}

function parseGroup(line: string): Group | null {
  const value = parse(line);
  if (!isRecord(value) || typeof value.group !== 'string' || typeof value.created !== 'number') return null;
  return newGroup(value.group, value.created);
}

function addLine(group: Group, value: unknown): void {
  if (isRecord(value)) {
    if (typeof value.stream === 'string' && typeof value.created === 'number')
      addStream(group, value.stream, value.created);
    return;
  }
  if (!Array.isArray(value)) return;
  const [stream, timestamp, ingestionTime, sequence, message]: unknown[] = value;
  if (typeof stream !== 'string' || typeof message !== 'string') return;
  if (typeof timestamp !== 'number' || typeof ingestionTime !== 'number' || typeof sequence !== 'number') return;
  addEvent(group, { stream, timestamp, ingestionTime, sequence, message });
}

/** Collects lines and appends them in batches, one write at a time. */
export interface Writer {
  add(line: string): void;
  /** Resolves when everything added so far is in the file. */
  flush(): Promise<void>;
  /** Drops what is not yet written and waits for the write that runs. */
  stop(): Promise<void>;
}

export function createWriter(path: string): Writer {
  let lines: string[] = [];
  let last: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;
  const write = async (): Promise<void> => {
    // One turn of the event loop gathers the lines of a burst.
    await new Promise((resolve) => setImmediate(resolve));
    waiting = null;
    const batch = lines.join('');
    lines = [];
    if (batch === '') return;
    await appendFile(path, batch, { mode: 0o600 }).catch((error: unknown) => {
      lines.unshift(batch);
      throw error;
    });
  };
  const schedule = (): Promise<void> => {
    waiting ??= last.then(write, write);
    last = waiting;
    return waiting;
  };
  return {
    add(line) {
      lines.push(line);
      // A failed batch is tried again with the next one; `flush` is where failures show.
      schedule().catch(() => {});
    },
    flush: schedule,
    async stop() {
      lines = [];
      await last.catch(() => {});
    },
  };
}
