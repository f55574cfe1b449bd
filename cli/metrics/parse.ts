/** Lines of the log as requests and reports. Pure. */
import type { Report, Request } from './model.ts';

export interface Line {
  readonly message: string;
  readonly timestamp: number;
  /** The log stream, which is that of one environment: `2026/11/26/[7]d3adbeef`. */
  readonly stream: string;
}

/** A record of the proxy; null for a line that only looks like one, and for the probe of a deploy. */
export function parseRequest({ message, timestamp: at }: Line): Request | null {
  const { request_id: id, version, status, duration, size, cold, probe } = fieldsOf(message);
  if (probe === true) return null;
  if (typeof id !== 'string' || typeof version !== 'string') return null;
  if (typeof status !== 'number' || typeof duration !== 'number' || typeof size !== 'number') return null;
  // An app may log its own answers by the same names; of this it knows nothing.
  if (typeof cold !== 'boolean') return null;
  return { id, at, version, status, duration, size, cold };
}

function fieldsOf(message: string): Readonly<Record<string, unknown>> {
  try {
    const { message: said, fields } = JSON.parse(message) as { message?: unknown; fields?: object };
    return said === 'response' ? { ...fields } : {};
  } catch {
    // Cut at the limit of an event.
    return {};
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html ; null for any other line, and for `$LATEST`. */
export function parseReport({ message, timestamp: at, stream }: Line): Report | null {
  const [, id] = /^REPORT RequestId: (\S+)/.exec(message) ?? [];
  const [, version] = /\/\[(\d+)\]/.exec(stream) ?? [];
  const figure = (pattern: RegExp) => {
    const value = pattern.exec(message)?.[1];
    return value === undefined ? null : Number(value);
  };
  const billed = figure(/Billed Duration: ([\d.]+) ms/);
  const memorySize = figure(/Memory Size: ([\d.]+) MB/);
  const memoryUsed = figure(/Max Memory Used: ([\d.]+) MB/);
  if (id === undefined || version === undefined) return null;
  if (billed === null || memorySize === null || memoryUsed === null) return null;
  const init = figure(/Init Duration: ([\d.]+) ms/);
  return { id, at, version, billed, init, memorySize, memoryUsed, failed: /\tStatus: (?:error|timeout)/.test(message) };
}
