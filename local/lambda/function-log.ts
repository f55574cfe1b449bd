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
  /** The end of everything since the last call; of its bytes Invoke returns the last 4 KB as LogResult. */
  takeTail(): string;
  line(message: string): void;
  /** Follows one output of a process, line by line. */
  follow(output: Readable): void;
}

const tailCharacters = 4096;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html: of one event, which a longer line is parted into. */
const lineCharacters = 256 * 1024;

export function functionLog(group: string, version: string, sink: LogSink): FunctionLog {
  const stream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${randomBytes(16).toString('hex')}`;
  let tail = '';

  function line(message: string): void {
    tail = `${tail}${message}\n`.slice(-tailCharacters);
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
        for (; pending.length >= lineCharacters; pending = pending.slice(lineCharacters))
          line(pending.slice(0, lineCharacters));
      });
      output.on('error', () => {});
      output.once('close', () => {
        if (pending !== '') line(pending);
      });
    },
  };
}
