/**
 * The log of one execution environment: what the processes print and the platform's own START, END and REPORT lines, in
 * one CloudWatch log stream.
 */
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

export interface Report {
  readonly requestId: string;
  /** Milliseconds. */
  readonly duration: number;
  /** Milliseconds of the init phase, for a cold start. */
  readonly initDuration: number | null;
  /** MB */
  readonly memorySize: number;
  /** MB */
  readonly maxMemoryUsed: number;
  readonly ending?: Ending;
}

/** How something ended that did not end well. */
export interface Ending {
  readonly status: 'timeout' | 'error';
  readonly errorType: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html ; since August 2025 init is billed too. */
export function reportLine(report: Report): string {
  const billed = Math.ceil(report.duration + (report.initDuration ?? 0));
  const parts = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.duration.toFixed(2)} ms`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${report.memorySize} MB`,
    `Max Memory Used: ${report.maxMemoryUsed} MB`,
  ];
  if (report.initDuration !== null) parts.push(`Init Duration: ${report.initDuration.toFixed(2)} ms`);
  if (report.ending) parts.push(...endingParts(report.ending));
  return `${parts.join('\t')}\t`;
}

export interface InitReport {
  /** Milliseconds. */
  readonly duration: number;
  /** An init that failed in `init` is repeated in `invoke`. */
  readonly phase: 'init' | 'invoke';
  readonly ending: Ending;
}

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-init-errors : nothing
 * is printed for an init that ends well.
 */
export function initReportLine({ duration, phase, ending }: InitReport): string {
  const parts = [`INIT_REPORT Init Duration: ${duration.toFixed(2)} ms`, `Phase: ${phase}`, ...endingParts(ending)];
  return parts.join('\t');
}

function endingParts({ status, errorType }: Ending): string[] {
  return status === 'timeout' ? ['Status: timeout'] : ['Status: error', `Error Type: ${errorType}`];
}
