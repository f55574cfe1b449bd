/** The log of one execution environment: what the processes print and the platform's own lines, in one log stream. */
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';

export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** Where log events go. */
export type LogSink = (group: string, stream: string, events: readonly LogEvent[]) => void;

export interface FunctionLog {
  readonly stream: string;
  /** Everything since the last call, at most the last 4 KB: what Invoke returns as LogResult. */
  takeTail(): string;
  line(message: string): void;
  /** Follows one output of a process, line by line. */
  follow(output: Readable): void;
}

const tailBytes = 4096;

export function functionLog(group: string, version: string, sink: LogSink): FunctionLog {
  const stream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${randomBytes(16).toString('hex')}`;
  let tail = '';

  function line(message: string): void {
    tail = `${tail}${message}\n`.slice(-tailBytes);
    sink(group, stream, [{ timestamp: Date.now(), message }]);
  }

  return {
    stream,
    line,
    takeTail() {
      const taken = tail;
      tail = '';
      return taken;
    },
    follow(output) {
      let pending = '';
      output.setEncoding('utf8');
      output.on('data', (chunk: string) => {
        const lines = (pending + chunk).split('\n');
        pending = lines.pop() ?? '';
        for (const text of lines) if (text !== '') line(text);
      });
      output.on('error', () => {});
      output.once('close', () => {
        if (pending !== '') line(pending);
      });
    },
  };
}
