/**
 * Finds the last line of an app before Lambda ended it at its timeout, which often shows where it hung. Lambda's own
 * line does not say it, so it is read from the log of the same environment. A timeout reported by the proxy contains it
 * already.
 */
import type { Fetch, LogEvent } from './fetch.ts';
import { type LogRecord, toRecord } from './record.ts';

/** No invocation is older. */
const longestMs = 900_000;
/** Lines read back, one page; an app that has printed more since is not worth another call. */
const linesRead = 50;
/** Each costs a call. */
const mostAsked = 100;

export type AddLastLog = (record: LogRecord, event: LogEvent) => Promise<LogRecord>;

export function createLastLog(fetch: Fetch): AddLastLog {
  let asked = 0;
  return async function addLastLog(record, event) {
    if (!/ Task timed out after /.test(event.message) || event.message.startsWith('{')) return record;
    if (asked++ >= mostAsked) return record;
    const line = await lastLineBefore(fetch, event);
    return line === null ? record : { ...record, fields: { ...record.fields, last_log: line } };
  };
}

async function lastLineBefore(fetch: Fetch, { id, stream, timestamp }: LogEvent): Promise<string | null> {
  const span = { from: Math.max(0, timestamp - longestMs), to: timestamp, stream };
  let isBefore = false;
  for await (const page of fetch({ ...span, pattern: '', newestFirst: true, limit: linesRead })) {
    for (const event of page) {
      if (isBefore && event.message.startsWith('START RequestId')) return null;
      const said = isBefore ? saidIn(event) : null;
      if (said !== null) return said;
      // Within its millisecond there are lines that came after it.
      isBefore ||= event.id === id;
    }
    if (page.length > 0) return null;
  }
  return null;
}

/** Null for what the platform says, and for the record of a request. */
function saidIn({ message, timestamp }: LogEvent): string | null {
  if (!message.startsWith('{')) return null;
  const record = toRecord(message, timestamp);
  return record.level === 'debug' || record.message === 'response' ? null : record.message;
}
