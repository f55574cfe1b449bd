/** A line of the log as a record: ours and the app's are JSON, the platform's own become records here. */
import { fromPlatform } from './platform.ts';

export interface LogRecord {
  readonly timestamp: string;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What else is known of a line that does not say it itself. */
export type Origin = Readonly<Record<string, string>>;

/** `at` is when CloudWatch says the line was written, epoch milliseconds. */
export function toRecord(line: string, at: number, origin: Origin = {}): LogRecord {
  const timestamp = () => new Date(at).toISOString();
  const ours = parseOurs(line);
  // Another program's line of our form may have any text there.
  if (ours) return Number.isNaN(Date.parse(ours.timestamp)) ? { ...ours, timestamp: timestamp() } : ours;
  const { level, message, fields } = fromPlatform(line.trimEnd());
  return { timestamp: timestamp(), level, message, fields: { ...origin, ...fields } };
}

function parseOurs(line: string): LogRecord | null {
  if (!line.startsWith('{')) return null;
  try {
    const { timestamp, level, message, fields } = JSON.parse(line) as Partial<LogRecord>;
    if (typeof level !== 'string' || typeof message !== 'string' || typeof timestamp !== 'string') return null;
    return { timestamp, level, message, fields: fields ?? {} };
  } catch {
    // Cut at the limit of an event, or it only looked like JSON.
    return null;
  }
}
