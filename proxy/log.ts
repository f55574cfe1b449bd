/**
 * The log of the proxy: one JSON object per line, `{level, timestamp, message, fields}`, the shape apex/up had and the
 * query language works on. Every record carries `app, stage, version, commit`. Writing one never throws: a request must
 * not fail because of what is said about it.
 */
import pino, { type DestinationStream } from 'pino';
import type { Fields, Level, Log, LogIdentity } from '../http/log.ts';
import { escapeLine, standardOutput } from './output.ts';

export interface LogOptions {
  readonly identity: LogIdentity;
  /** Of what is logged; what the app prints has no threshold. */
  readonly level: 'debug' | 'info';
  /** Where lines go, one per call. Default: standard output, before the turn of the event loop is over. */
  readonly destination?: DestinationStream;
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
  const options = {
    level: 'debug',
    messageKey: 'message',
    timestamp: timestamps(),
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const out = destination ? { write: (line: string) => destination.write(escapeLine(line)) } : standardOutput();
  // Most lines of an app have no fields: for them pino keeps the identity serialised.
  const plain = pino({ ...options, base: { fields: identity } }, out);
  const detailed = pino({ ...options, base: null }, out);

  function write(at: Level, message: string, fields?: Fields): void {
    if (fields === undefined) {
      plain[at](message);
      return;
    }
    // The identity comes last: nothing an application prints may pass for another app's record. Below a key of its own
    // no field has a meaning to pino, which takes `method, headers, socket` for a request of Node.
    detailed[at]({ fields: { ...fields, ...identity } }, message);
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
    text = `,"timestamp":"${new Date(now).toISOString()}"`;
    return text;
  };
}
