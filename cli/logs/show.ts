/** Events as they are shown: made records, asked whether they are wanted, mapped, and written out. */
import type { Io } from '../io.ts';
import type { LogEvent } from './fetch.ts';
import type { AddLastLog } from './last-log.ts';
import type { FindOrigin } from './origin.ts';
import type { Query } from './query/query.ts';
import { type LogRecord, toRecord } from './record.ts';
import type { MapRecord } from './stack.ts';

export interface Show {
  /** Whether an event is one of those that were asked for. */
  isWanted(event: LogEvent): Promise<boolean>;
  /** Writes those that are; resolves with how many when all of it is out of this program. */
  page(events: readonly LogEvent[]): Promise<number>;
}

export interface ShowOptions {
  readonly query: Pick<Query, 'matches'>;
  readonly originOf: FindOrigin;
  readonly addLastLog: AddLastLog;
  readonly mapRecord: MapRecord;
  render(record: LogRecord): string;
}

export function createShow(
  io: Pick<Io, 'stdout'>,
  { query, originOf, addLastLog, mapRecord, render }: ShowOptions,
): Show {
  const recordOf = async (event: LogEvent) => toRecord(event.message, event.timestamp, await originOf(event));
  return {
    isWanted: async (event) => query.matches(await recordOf(event), event.message),
    async page(events) {
      const lines: string[] = [];
      for (const event of events) {
        const record = await recordOf(event);
        if (query.matches(record, event.message))
          lines.push(`${render(await mapRecord(await addLastLog(record, event)))}\n`);
      }
      if (lines.length > 0) await write(io, lines.join(''));
      return lines.length;
    },
  };
}

/** Waits for a slow reader, instead of buffering what it has not taken. */
function write({ stdout }: Pick<Io, 'stdout'>, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
