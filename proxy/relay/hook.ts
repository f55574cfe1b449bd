/** Reads what the hook inside a Node app tells; see `proxy/app`. The descriptor is the app's too, so anything may come. */
import type { Report } from '../app/report.ts';
import { splitLines } from './lines.ts';
import type { AppProcess } from './process.ts';

export function followHook({ reports }: Pick<AppProcess, 'reports'>, onReport: (report: Report) => void): void {
  if (reports === null) return;
  const lines = splitLines((line) => {
    const report = parse(line);
    if (report !== null) onReport(report);
  });
  reports.on('data', (chunk: Buffer) => lines.write(chunk));
  // EPIPE and the like: the exit of the app is told by `exited`.
  reports.on('error', () => {});
}

function parse(line: string): Report | null {
  try {
    const value: unknown = JSON.parse(line);
    return isReport(value) ? value : null;
  } catch {
    return null;
  }
}

function isReport(value: unknown): value is Report {
  if (typeof value !== 'object' || value === null) return false;
  const { port, address, waiting, done, place, timer, delay, quiet } = value as Readonly<Record<string, unknown>>;
  if (typeof port === 'number') return typeof address === 'string';
  if (typeof waiting === 'number') return typeof place === 'string';
  if (typeof timer === 'string') return typeof delay === 'number' && typeof place === 'string';
  return typeof done === 'number' || quiet === true;
}
