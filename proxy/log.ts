/**
 * The log of the proxy: one JSON object per line, `{level, timestamp, message, fields}`, the shape apex/up had and the
 * query language works on. Every record carries `app, stage, version, commit`.
 */
import pino, { type DestinationStream } from 'pino';
import type { Fields, Level, Log } from '../http/log.ts';

export interface LogIdentity {
  readonly app: string;
  readonly stage: string;
  readonly version: string;
  readonly commit: string;
}

export interface LogOptions {
  readonly identity: LogIdentity;
  readonly level: Level;
  /** Where lines go. Default: standard output, written at once, because a freeze may follow any line. */
  readonly destination?: DestinationStream;
}

export function createLog({ identity, level, destination }: LogOptions): Log {
  const base = { ...identity };
  const logger = pino(
    {
      base: null,
      level,
      messageKey: 'message',
      nestedKey: 'fields',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
  // The identity comes last: nothing an application prints may pass for another app's record.
  const write = (at: Level) => (message: string, fields?: Fields) => logger[at]({ ...fields, ...base }, message);
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
  };
}
