/**
 * What the app prints becomes records: a line that is a JSON object with a level stays a record with its own level,
 * message and fields; any other text becomes the message of a record at the stream's level, a stack trace whole.
 */
import { inspect } from 'node:util';
import { isRecord } from '../../http/json.ts';
import type { Fields, Level, Log } from '../../http/log.ts';
import type { Redaction } from '../../http/redact.ts';
import type { RequestIds } from '../../http/request-ids.ts';
import { isJson } from './continuation.ts';
import { type Lines, splitLines } from './lines.ts';
import { joinLines } from './multiline.ts';
import { datedLevel, pythonLevel } from './python-levels.ts';

export interface CaptureOptions {
  /** Of lines that do not say. */
  readonly level: Level;
  readonly redaction?: Redaction;
  readonly requestIds?: RequestIds;
}

export interface Capture extends Lines {
  /** Logs the record that further lines may continue. An unterminated line waits for its end all the same. */
  flush(): void;
}

/** What an app prints in one go arrives in one go, or nearly so. */
const quietMs = 20;

/** Returns a sink for one stream of the app. `onLine` sees every line, whatever is logged of it. */
export function capture(log: Log, options: CaptureOptions, onLine: (line: string) => void): Capture {
  const records = joinLines((text, cut) => write(log, options, text, cut));
  const lines = splitLines((printed, cut, spaced) => {
    const line = withoutColors(printed);
    if (line === '') return;
    onLine(line);
    records.add(line, cut, spaced);
  });
  const quiet = afterQuiet(records.flush);
  const flush = () => {
    quiet.cancel();
    records.flush();
  };
  return {
    write(chunk) {
      lines.write(chunk);
      if (records.isHolding()) quiet.begin();
      else quiet.cancel();
    },
    end() {
      lines.end();
      flush();
    },
    flush,
  };
}

/** Control sequences of terminals, https://ecma-international.org/publications-and-standards/standards/ecma-48/ 5.4. */
const controlSequences = /\u001b\[[0-?]*[ -/]*[@-~]/g;

/** A log is no terminal: between colours a query does not find `GET / 200`, nor a level that a logger has painted. */
function withoutColors(text: string): string {
  return text.includes('\u001b[') ? text.replace(controlSequences, '') : text;
}

/** Calls `work` once nothing has begun anew for a while. Coming late, as after a freeze, does no harm. */
function afterQuiet(work: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let check: NodeJS.Immediate | undefined;
  // A busy or frozen event loop runs its timers before it reads what has arrived meanwhile.
  const afterReading = () => {
    check = setImmediate(work);
  };
  return {
    begin() {
      clearImmediate(check);
      // Refreshing also revives a timer that has fired, and costs a tenth of a new one.
      if (timer) timer.refresh();
      else timer = setTimeout(afterReading, quietMs).unref();
    },
    cancel() {
      clearImmediate(check);
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** Whatever is wrong with a record, reading goes on: the app must not block, nor its requests fail. */
function write(log: Log, options: CaptureOptions, text: string, cut: boolean): void {
  try {
    const { level, message, fields } = toRecord(text, options);
    log[level](message, cut ? { ...fields, truncated: true } : fields);
  } catch (error) {
    log.error('output of the app could not be logged', { log_error: String(error), size: text.length });
  }
}

/** What a line says to a person: the message of a record, else the line itself. */
export function saidBy(line: string, redaction: Redaction | undefined): string {
  return toRecord(line, { level: 'info', ...(redaction && { redaction }) }).message;
}

interface AppRecord {
  readonly level: Level;
  readonly message: string;
  readonly fields?: Fields;
}

function toRecord(text: string, { level, redaction, requestIds }: CaptureOptions): AppRecord {
  const record: AppRecord = (isJson(text) && parseRecord(text, redaction)) || {
    level: saidLevel(text) ?? level,
    message: redaction ? redactLine(text, redaction) : text,
  };
  const { fields } = record;
  const kept = fields && redaction ? redaction.fields(fields) : fields;
  const id = requestIds?.carriedBy(text);
  if (id === undefined) return { ...record, ...(kept && { fields: kept }) };
  const trace = requestIds?.traceOf(id);
  // A field of the app with one of these names wins.
  return { ...record, fields: { request_id: id, ...(trace !== undefined && { trace_id: trace }), ...kept } };
}

/** Numbers are pino's and bunyan's levels; of the names, some are winston's, Nest's and syslog's only. */
const levels: ReadonlyMap<unknown, Level> = new Map<unknown, Level>([
  [10, 'debug'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
  ['silly', 'debug'],
  ['trace', 'debug'],
  ['verbose', 'debug'],
  ['debug', 'debug'],
  ['http', 'debug'],
  ['log', 'info'],
  ['info', 'info'],
  ['notice', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['fatal', 'fatal'],
  ['crit', 'fatal'],
  ['critical', 'fatal'],
  ['alert', 'fatal'],
  ['emerg', 'fatal'],
]);

/**
 * A request as the access logs of Python's servers have it, on stderr: no error of the app. Apache's common log format,
 * https://httpd.apache.org/docs/2.4/logs.html#common
 */
const access = /^\S+ \S+ \S+ \[[\w/: +-]{10,40}\] "[A-Z]+ [^"\n]* HTTP\/[\d.]+" \d{3} (?:\d+|-)/;
/** What PHP's own server tells of a connection, all of it on stderr; an answer of 500 or more comes with its error. */
const phpServer =
  /^\[\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}\] (?:PHP \S+ Development Server \(|\S+:\d+ (?:Accepted$|Clos(?:ing$|ed )|\[[1-4]\d\d\]: ))/;

/** Of a line of text that says it, on whatever stream. */
function saidLevel(text: string): Level | undefined {
  if (access.test(text) || phpServer.test(text)) return 'info';
  return levels.get((pythonLevel.exec(text) ?? datedLevel.exec(text))?.[1]?.toLowerCase());
}

/** A line as it may be logged: what is JSON without the secrets in it. */
export function redactLine(line: string, redaction: Redaction): string {
  const parsed = isJson(line) ? parseObject(line) : null;
  if (parsed === null) return line;
  const kept = redaction.fields(parsed);
  return kept === parsed ? line : text(kept);
}

function parseRecord(line: string, redaction: Redaction | undefined): AppRecord | null {
  if (!line.includes('"level"')) return null;
  const parsed = parseObject(line);
  if (parsed === null) return null;
  const level = levels.get(typeof parsed.level === 'string' ? withoutColors(parsed.level).toLowerCase() : parsed.level);
  if (level === undefined) return null;
  const { level: _level, message, msg, timestamp: _timestamp, time: _time, fields, ...rest } = parsed;
  const said = message ?? msg;
  return {
    level,
    message: withoutColors(text(redaction ? redaction.fields(said) : said)),
    fields: { ...rest, ...(isRecord(fields) ? fields : {}) },
  };
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    // It only looked like JSON; it is a line of text.
    return null;
  }
}

function text(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value);
  } catch {
    // What JSON.parse takes may be nested deeper than JSON.stringify goes.
    return inspect(value);
  }
}
