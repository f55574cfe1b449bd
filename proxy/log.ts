/**
 * The log of the proxy: one JSON object per line, `{level, timestamp, message, fields}`, the shape apex/up had and the
 * query language works on. Every record carries `app, stage, version, commit`. Writing one never throws: a request must
 * not fail because of what is said about it.
 */
import type { Fields, Level, Log, LogIdentity } from '../http/log.ts';
import { escapeLine, standardOutput } from './output.ts';

/** Takes lines, one per call. */
export interface LineWriter {
  write(line: string): unknown;
}

export interface LogOptions {
  readonly identity: LogIdentity;
  /** Of what is logged; what the app prints has no threshold. */
  readonly level: 'debug' | 'info';
  /** Where lines go. Default: standard output, before the turn of the event loop is over. */
  readonly destination?: LineWriter;
}

/** A log, and the way past its shape for lines that have one of their own. */
export interface LogWriter {
  readonly log: Log;
  /** For what the app prints: it writes the same records, but drops none for its level. */
  readonly output: Log;
  /** Writes an object as one line. Never throws. */
  emit(line: object): void;
}

export function createLog({ identity, level, destination }: LogOptions): LogWriter {
  const out = destination ? { write: (line: string) => destination.write(escapeLine(line)) } : standardOutput();
  const timestamp = timestamps();
  // Most lines of an app have no fields.
  const plain = JSON.stringify(identity);

  function write(at: Level, message: string, fields?: Fields): void {
    // The identity comes last: nothing an application prints may pass for another app's record.
    const all = fields === undefined ? plain : JSON.stringify({ ...fields, ...identity });
    const text = JSON.stringify(message);
    out.write(`{"level":"${at}","timestamp":"${timestamp()}","fields":${all},"message":${text}}\n`);
  }

  const writer = (at: Level) => (message: string, fields?: Fields) => {
    try {
      write(at, message, fields);
    } catch (error) {
      attempt(() => write(at, message, { log_error: String(error) }));
    }
  };
  const output: Log = {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    fatal: writer('fatal'),
  };
  const log: Log = level === 'debug' ? output : { ...output, debug() {} };
  return { log, output, emit: (line) => attempt(() => out.write(`${JSON.stringify(line)}\n`)) };
}

function attempt(write: () => void): void {
  try {
    write();
  } catch {
    // The destination itself fails, and there is no other place to say so.
  }
}

/** Formatting a date takes longer than serialising a short record; within a millisecond it is the same text. */
function timestamps(): () => string {
  let last = Number.NaN;
  let text = '';
  return () => {
    const now = Date.now();
    if (now === last) return text;
    last = now;
    text = new Date(now).toISOString();
    return text;
  };
}
