/**
 * A segment of a log group: a file that only grows, one JSON object per line. A line torn by a killed process is cut off
 * when the file is opened, so that the next line begins clean.
 */
import { createHash, randomBytes } from 'node:crypto';
import { appendFile, open, readFile, truncate } from 'node:fs/promises';
import { isRecord } from '../../http/json.ts';
import { addEvent, addStream, type Group, type StoredEvent } from './group.ts';

/**
 * A file name that no group name can escape from; the name itself is in the first line. Never the same one twice: a group
 * may be made anew while the file of the one before it is still being removed.
 */
export function toFileName(group: string): string {
  const hash = createHash('sha256').update(group).digest('hex').slice(0, 32);
  return `${hash}-${randomBytes(6).toString('hex')}.ndjson`;
}

/** What the first line of a segment says. */
export interface Head {
  readonly group: string;
  /** Epoch milliseconds: when the group was made. */
  readonly created: number;
  /** The sequence number that the first event has, or would have. */
  readonly first: number;
}

export function headLine({ name, creationTime }: Group, first: number): string {
  return `${JSON.stringify({ group: name, created: creationTime, first } satisfies Head)}\n`;
}

export function streamLine(name: string, creationTime: number): string {
  return `${JSON.stringify({ stream: name, created: creationTime })}\n`;
}

export function eventLine(event: StoredEvent): string {
  return `${JSON.stringify([event.stream, event.timestamp, event.ingestionTime, event.sequence, event.message])}\n`;
}

/** More than a first line takes: names of groups have at most 512 characters. */
const headBytes = 4 * 1024;

/** Null when not even the first line was written. */
export async function readHead(path: string): Promise<Head | null> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const end = buffer.subarray(0, bytesRead).indexOf(0x0a);
    return end === -1 ? null : parseHead(buffer.toString('utf8', 0, end));
  } finally {
    await file.close();
  }
}

/** Reads what follows the first line into a group, and tells how many bytes the file has and its latest timestamp. */
export async function readInto(group: Group, path: string): Promise<{ readonly bytes: number; readonly last: number }> {
  const bytes = await readFile(path);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) await truncate(path, end);
  let last = 0;
  // Line by line: a file may be longer than a string can be.
  for (let from = bytes.indexOf(0x0a) + 1; from < end; ) {
    const to = bytes.indexOf(0x0a, from);
    last = Math.max(last, addLine(group, parse(bytes.toString('utf8', from, to))));
    from = to + 1;
  }
  return { bytes: end, last };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Damaged by the disk; the lines around it are still good.
    return null;
  }
}

function parseHead(line: string): Head | null {
  const value = parse(line);
  if (!isRecord(value) || typeof value.group !== 'string' || typeof value.created !== 'number') return null;
  // Without a sequence number it was written when a group had a single file.
  const first = typeof value.first === 'number' ? value.first : 0;
  return { group: value.group, created: value.created, first };
}

/** The timestamp of the event; 0 when it is none. */
function addLine(group: Group, value: unknown): number {
  if (isRecord(value)) {
    if (typeof value.stream === 'string' && typeof value.created === 'number')
      addStream(group, value.stream, value.created);
    return 0;
  }
  if (!Array.isArray(value)) return 0;
  const [stream, timestamp, ingestionTime, sequence, message]: unknown[] = value;
  if (typeof stream !== 'string' || typeof message !== 'string') return 0;
  if (typeof timestamp !== 'number' || typeof ingestionTime !== 'number' || typeof sequence !== 'number') return 0;
  addEvent(group, { stream, timestamp, ingestionTime, sequence, message });
  return timestamp;
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
