/**
 * What the app prints becomes records: a line that is a JSON object with a level stays a record with its own level,
 * message and fields; any other line becomes the message of a record at the stream's level.
 */
import { inspect } from 'node:util';
import type { Fields, Level, Log } from '../../http/log.ts';
import { type Lines, splitLines } from './lines.ts';

export interface CaptureOptions {
  /** `logs.disable`: the app's lines are read, so that it never blocks, and dropped. */
  readonly disable: boolean;
  readonly level: Level;
  readonly stream: 'stdout' | 'stderr';
}

/** Returns a sink for one stream of the app. `onLine` sees every line, whatever is logged of it. */
export function capture(log: Log, options: CaptureOptions, onLine: (line: string) => void): Lines {
  return splitLines((line, cut) => {
    onLine(line);
    if (options.disable) return;
    const record = parseRecord(line) ?? { level: options.level, message: line, fields: {} };
    log[record.level](record.message, { ...record.fields, ...(cut && { truncated: true }) });
  });
}

interface AppRecord {
  readonly level: Level;
  readonly message: string;
  readonly fields: Fields;
}

/** Numbers are pino's and bunyan's levels; of the names, some are winston's and syslog's only. */
const levels: ReadonlyMap<unknown, Level> = new Map<unknown, Level>([
  [10, 'debug'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
  ['silly', 'debug'],
  ['trace', 'debug'],
  ['verbose', 'debug'],
  ['debug', 'debug'],
  ['http', 'debug'],
  ['info', 'info'],
  ['notice', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['fatal', 'fatal'],
  ['crit', 'fatal'],
  ['critical', 'fatal'],
  ['alert', 'fatal'],
  ['emerg', 'fatal'],
]);

function parseRecord(line: string): AppRecord | null {
  if (!line.startsWith('{') || !line.endsWith('}') || !line.includes('"level"')) return null;
  const parsed = parseObject(line);
  if (parsed === null) return null;
  const level = levels.get(typeof parsed.level === 'string' ? parsed.level.toLowerCase() : parsed.level);
  if (level === undefined) return null;
  const { level: _level, message, msg, timestamp: _timestamp, time: _time, fields, ...rest } = parsed;
  return { level, message: text(message ?? msg), fields: { ...rest, ...(isObject(fields) ? fields : {}) } };
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    // It only looked like JSON; it is a line of text.
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value);
  } catch {
    // What JSON.parse takes may be nested deeper than JSON.stringify goes.
    return inspect(value);
  }
}
