/** The asynchronous events that are not done yet, one file each in a folder of the state. */
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, writeDurably } from '../aws/disk.ts';
import type { InvokeRequest } from '../model.ts';

export interface QueuedEvent {
  readonly id: string;
  readonly request: InvokeRequest;
  /** How many tries the function has failed. */
  readonly tries: number;
  /** Milliseconds to wait when it finds no room. */
  readonly pause: number;
  /** Epoch milliseconds, both. */
  readonly received: number;
  readonly due: number;
}

export interface EventJournal {
  /** Resolves when it is on disk; one of the same id is replaced. */
  put(event: QueuedEvent): Promise<void>;
  remove(id: string): Promise<void>;
  /** All of them, oldest first. */
  read(): Promise<QueuedEvent[]>;
}

export function openJournal(dir: string): EventJournal {
  const fileOf = (id: string) => join(dir, `${id}.json`);
  return {
    async put(event) {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const temporary = `${fileOf(event.id)}.tmp`;
      const payload = Buffer.from(event.request.payload).toString('base64');
      const text = JSON.stringify({ ...event, request: { ...event.request, payload } });
      try {
        await writeDurably(temporary, Buffer.from(text));
        await rename(temporary, fileOf(event.id));
      } finally {
        await rm(temporary, { force: true });
      }
    },
    remove: (id) => rm(fileOf(id), { force: true }),
    async read() {
      const names = await readdir(dir).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      // An event whose file a killed platform had not finished was not accepted yet either.
      for (const name of names.filter((one) => one.endsWith('.tmp'))) await rm(join(dir, name), { force: true });
      const files = names.filter((one) => one.endsWith('.json'));
      const events = await Promise.all(files.map((name) => readEvent(join(dir, name))));
      return events.filter((event) => event !== null).sort((a, b) => a.received - b.received);
    },
  };
}

/** A file that cannot be parsed is set aside: one damaged event must not keep the platform from starting. */
async function readEvent(file: string): Promise<QueuedEvent | null> {
  const event = parseEvent(await readFile(file, 'utf8'));
  if (event === null) await rename(file, `${file}.damaged`);
  return event;
}

function parseEvent(text: string): QueuedEvent | null {
  try {
    const event = JSON.parse(text) as QueuedEvent & { request: { payload: string } };
    return { ...event, request: { ...event.request, payload: Buffer.from(event.request.payload, 'base64') } };
  } catch {
    return null;
  }
}
