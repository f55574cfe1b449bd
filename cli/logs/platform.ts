/**
 * What Lambda itself prints, as records. What is there for every request is for machines: debug. What went wrong is an
 * error, in words that say which setting it is about.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export interface PlatformRecord {
  readonly level: 'debug' | 'info' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What is not known at all is information, as it stands there. */
export function fromPlatform(line: string): PlatformRecord {
  return (
    mark(line) ?? report(line) ?? timeout(line) ?? exit(line) ?? initReport(line) ?? extension(line) ?? other(line)
  );
}

function mark(line: string): PlatformRecord | null {
  const [, word = '', id] = /^(START|END) RequestId: (\S+)/.exec(line) ?? [];
  if (id !== undefined) return { level: 'debug', message: word.toLowerCase(), fields: { request_id: id } };
  const runtime = /^INIT_START Runtime Version: (\S+)/.exec(line)?.[1];
  return runtime === undefined ? null : { level: 'debug', message: 'init', fields: { runtime_version: runtime } };
}

const figures: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['duration', /\tDuration: ([\d.]+) ms/],
  ['billed_duration', /Billed Duration: ([\d.]+) ms/],
  ['memory_size', /Memory Size: ([\d.]+) MB/],
  ['max_memory_used', /Max Memory Used: ([\d.]+) MB/],
  ['init_duration', /Init Duration: ([\d.]+) ms/],
];

/** `Duration: 12.30 ms` -> duration: 12.3 */
function readFigures(line: string): Record<string, number> {
  const found = figures.map(([name, pattern]) => [name, pattern.exec(line)?.[1]] as const);
  return Object.fromEntries(found.flatMap(([name, value]) => (value === undefined ? [] : [[name, Number(value)]])));
}

/** `Status: error	Error Type: Runtime.OutOfMemory`; `status` is the word of HTTP. */
function readEnding(line: string): Record<string, string> {
  const outcome = /\tStatus: (\w+)/.exec(line)?.[1];
  const errorType = /\tError Type: ([\w.]+)/.exec(line)?.[1];
  return { ...(outcome && { outcome }), ...(errorType && { error_type: errorType }) };
}

function report(line: string): PlatformRecord | null {
  const id = /^REPORT RequestId: (\S+)/.exec(line)?.[1];
  if (id === undefined) return null;
  return { level: 'debug', message: 'report', fields: { request_id: id, ...readFigures(line), ...readEnding(line) } };
}

/** An init that ended well has nothing but its time to say. */
function initReport(line: string): PlatformRecord | null {
  if (!line.startsWith('INIT_REPORT')) return null;
  const fields = { ...readFigures(line), ...readEnding(line) };
  if (!('outcome' in fields)) return { level: 'debug', message: 'init report', fields };
  const message =
    fields.outcome === 'timeout' ? 'the start of the environment timed out' : 'the environment failed to start';
  return { level: 'error', message, fields };
}

/** `2026-11-23T12:00:00.000Z 8f5c… Task timed out after 3.00 seconds` */
function timeout(line: string): PlatformRecord | null {
  const [, id, seconds] = /(?:^|\s)([0-9a-f-]{36}|\S+) Task timed out after ([\d.]+) seconds/.exec(line) ?? [];
  if (id === undefined) return null;
  const message = `timed out after ${Number(seconds)} s (lambda.timeout)`;
  return { level: 'error', message, fields: { request_id: id, timeout: Number(seconds) * 1000 } };
}

/** Killed by a signal nobody sent is how Lambda ends what takes more memory than it has. */
function exit(line: string): PlatformRecord | null {
  const [, id, said = ''] = /^RequestId: (\S+) Error: (Runtime exited.*)$/s.exec(line) ?? [];
  if (id === undefined) return null;
  const fields = { request_id: id, error_type: 'Runtime.ExitError' };
  if (/signal: killed/.test(said))
    return { level: 'error', message: 'killed by Lambda, most likely out of memory (lambda.memory)', fields };
  return { level: 'error', message: said.split('\n')[0]?.trim() ?? said, fields };
}

function extension(line: string): PlatformRecord | null {
  const name = /^(?:EXTENSION|LOGS|TELEMETRY)\tName: (\S+)/.exec(line)?.[1];
  return name === undefined ? null : { level: 'debug', message: line.replaceAll('\t', ' '), fields: {} };
}

function other(line: string): PlatformRecord {
  return { level: /Runtime\.\w+|errorMessage/.test(line) ? 'error' : 'info', message: line, fields: {} };
}
