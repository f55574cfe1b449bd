/**
 * The log of the proxy: one JSON object per line, `{level, timestamp, message, fields}`, the shape apex/up had and the
 * query language works on. Every record carries `app, stage, version, commit`.
 */
import { writeSync } from 'node:fs';
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
    destination ?? writeTo(1),
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

const pause = new Int32Array(new SharedArrayBuffer(4));
const pauseMs = 1;

/**
 * Writes at once. Not pino's own destination: it sleeps for 100 ms whenever the pipe is full, and an app that prints a
 * few megabytes fills it often enough for requests to miss their deadline.
 */
export function writeTo(descriptor: number): DestinationStream {
  function writeSome(bytes: Buffer): number {
    try {
      return writeSync(descriptor, bytes);
    } catch (error) {
      // Nobody reads any more: a broken log breaks no request.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return bytes.length;
      Atomics.wait(pause, 0, 0, pauseMs);
      return 0;
    }
  }

  return {
    write(line) {
      for (let rest = Buffer.from(line); rest.length > 0; ) rest = rest.subarray(writeSome(rest));
    },
  };
}
