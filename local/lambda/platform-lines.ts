/** What Lambda itself prints into the log of a function, in plain text. */
import { type Broken, endingOf } from './phases.ts';

export function startLine(requestId: string, version: string): string {
  return `START RequestId: ${requestId} Version: ${version}`;
}

export function timeoutLine(requestId: string, timeout: number): string {
  return `${new Date().toISOString()} ${requestId} ${timeoutText(timeout)}`;
}

export function timeoutText(seconds: number): string {
  return `Task timed out after ${seconds.toFixed(2)} seconds`;
}

export function endLine(requestId: string): string {
  return `END RequestId: ${requestId}`;
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
    // Pages that processes share count once on Lambda; what is measured here counts them for each.
    `Max Memory Used: ${Math.min(report.maxMemoryUsed, report.memorySize)} MB`,
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

/** What comes before END when an invocation fails: one whose init did not end gets its START only now. */
export function missingLines({ from, sinceInit, reason }: Broken, requestId: string, version: string): string[] {
  const report = { duration: sinceInit, ending: endingOf(reason) };
  const start = startLine(requestId, version);
  switch (from) {
    case 'init':
      return [initReportLine({ ...report, phase: 'init' }), start];
    case 'init again':
      return [initReportLine({ ...report, phase: 'invoke' }), start];
    // Their init has been reported, or is about to be.
    case 'init failing':
    case 'init failed':
      return [start];
    default:
      return [];
  }
}

function endingParts({ status, errorType }: Ending): string[] {
  return status === 'timeout' ? ['Status: timeout'] : ['Status: error', `Error Type: ${errorType}`];
}
