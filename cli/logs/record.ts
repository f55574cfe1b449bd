/** A line of the log as a record: ours and the app's are JSON, the platform's own become records here. */
export interface LogRecord {
  readonly timestamp: string;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** `at` is when CloudWatch says the line was written, epoch milliseconds. */
export function toRecord(line: string, at: number): LogRecord {
  return parseOurs(line) ?? fromPlatform(line.trimEnd(), new Date(at).toISOString());
}

function parseOurs(line: string): LogRecord | null {
  if (!line.startsWith('{')) return null;
  try {
    const { timestamp, level, message, fields } = JSON.parse(line) as Partial<LogRecord>;
    if (typeof level !== 'string' || typeof message !== 'string' || typeof timestamp !== 'string') return null;
    return { timestamp, level, message, fields: fields ?? {} };
  } catch {
    // Cut at the limit of an event, or it only looked like JSON.
    return null;
  }
}

function fromPlatform(line: string, timestamp: string): LogRecord {
  const report = /^REPORT RequestId: (\S+)/.exec(line);
  if (report)
    return { timestamp, level: 'debug', message: 'report', fields: { request_id: report[1], ...reportFields(line) } };
  const mark = /^(START|END) RequestId: (\S+)/.exec(line);
  if (mark?.[1]) return { timestamp, level: 'debug', message: mark[1].toLowerCase(), fields: { request_id: mark[2] } };
  const level = /Task timed out|Runtime exited|Runtime\.\w+|errorMessage/.test(line) ? 'error' : 'info';
  return { timestamp, level, message: line, fields: {} };
}

/** `Duration: 12.30 ms` -> duration: 12.3 */
function reportFields(line: string): Record<string, number> {
  const figures: [string, RegExp][] = [
    ['duration', /\tDuration: ([\d.]+) ms/],
    ['billed_duration', /Billed Duration: ([\d.]+) ms/],
    ['memory_size', /Memory Size: ([\d.]+) MB/],
    ['max_memory_used', /Max Memory Used: ([\d.]+) MB/],
    ['init_duration', /Init Duration: ([\d.]+) ms/],
  ];
  return Object.fromEntries(
    figures.flatMap(([name, pattern]) => {
      const value = pattern.exec(line)?.[1];
      return value === undefined ? [] : [[name, Number(value)]];
    }),
  );
}
