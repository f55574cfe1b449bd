/** What `up start` shows of its log on a terminal: a line per request, what the app says, its errors with their places. */

import { type LogRecord, toRecord } from '../../logs/record.ts';
import { bytes, cut, duration, oneLine, withoutControls } from '../../output/format.ts';
import type { Style } from '../../output/style.ts';
import { renderStack } from './stack.ts';

export interface LinesOptions {
  readonly write: (line: string) => void;
  readonly style: Style;
  readonly columns: number;
  /** The project: places in it are shown relative to it. */
  readonly dir: string;
  /** Every frame of a stack, and every field. */
  readonly verbose: boolean;
}

export interface Lines {
  /** Takes a line of the log. */
  write(line: string): void;
  /** Says what happened to the app, as one line among its own. */
  say(text: string): void;
  /** Shows less or more: the next level, by its name. */
  nextLevel(): string;
  /** How many requests were answered, and how many of them with an error of the server. */
  summary(): { readonly requests: number; readonly errors: number };
  /** What was said of a failing start is news again. */
  restarted(): void;
}

const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
/** In the order in which a key goes through them. */
const shownLevels = ['info', 'warn', 'error', 'debug'] as const;
const indent = 10;

export function createLines(options: LinesOptions): Lines {
  let shown: (typeof shownLevels)[number] = 'info';
  let boot: number | null = null;
  let requests = 0;
  let errors = 0;
  let failing = false;
  let said = new Set<string>();

  function write(line: string): void {
    const record = toRecord(line, Date.now());
    const { message, fields } = record;
    if (message === 'app listening') began(Number(fields.duration));
    if (fields.init_duration !== undefined) began(Number(fields.init_duration));
    if (isResponse(record)) answered(record);
    else if (isShown(record.level) && !isRepeated(record)) told(record);
  }

  function told(record: LogRecord): void {
    if (/ before listening on PORT$|^the app could not be started:/.test(record.message)) failing = true;
    options.write(renderMessage(record, options));
  }

  function began(milliseconds: number): void {
    restarted();
    boot = milliseconds;
  }

  function restarted(): void {
    boot = null;
    failing = false;
    said = new Set();
  }

  function answered(record: LogRecord): void {
    requests++;
    const isError = Number(record.fields.status) >= 500;
    if (isError) errors++;
    const level = isError ? 'error' : record.level;
    if (isShown(level)) options.write(renderRequest(record, record.fields.cold === true ? boot : null, options));
  }

  function isShown(level: string): boolean {
    return levels.indexOf(level as (typeof levels)[number]) >= levels.indexOf(shown);
  }

  /** An app that does not start is tried again and again, and fails in the same words. */
  function isRepeated({ level, message }: LogRecord): boolean {
    const again = failing && said.has(message);
    if (level !== 'info' && level !== 'debug') said.add(message);
    return again;
  }

  return {
    write,
    say: (text) => options.write(`${options.style.dim(clock(new Date().toISOString()))}  ${text}`),
    restarted,
    nextLevel() {
      shown = shownLevels[(shownLevels.indexOf(shown) + 1) % shownLevels.length] ?? 'info';
      return shown;
    },
    summary: () => ({ requests, errors }),
  };
}

function isResponse({ message, fields }: LogRecord): boolean {
  return message === 'response' && fields.status !== undefined;
}

/** `14:02:11  GET   /pets/7   200    4 ms   1.2 kB   cold 182 ms` */
function renderRequest(
  { timestamp, fields }: LogRecord,
  boot: number | null,
  { style, columns }: LinesOptions,
): string {
  const status = Number(fields.status);
  const paint = status >= 500 ? style.red : status >= 400 ? style.yellow : style.green;
  const cold = fields.cold !== true ? '' : boot === null ? 'cold' : `cold ${duration(boot)}`;
  // All the rest of the line is 54 columns wide with it, 40 without.
  const width = Math.max(12, Math.min(columns, 100) - (cold ? 54 : 40));
  const query = fields.query ? `?${word(fields.query)}` : '';
  const path = cut(`${word(fields.path)}${query}`, width).padEnd(Math.min(width, 24));
  const figures = `${duration(Number(fields.duration)).padStart(8)} ${bytes(Number(fields.size)).padStart(8)}`;
  const why = fields.front_door ? `   ${word(fields.front_door)}` : '';
  const line = `${style.dim(clock(timestamp))}  ${word(fields.method).padEnd(7)}${path}  ${paint(String(status))} ${figures}${why}`;
  return cold ? `${line}   ${style.yellow(cold)}` : line;
}

/** Fields that a person at the terminal knows, or has just read. */
const known = new Set(
  'app stage version commit command port stderr stdout exit_code signal restarts request_id code detail'.split(' '),
);

function renderMessage({ timestamp, level, message, fields }: LogRecord, options: LinesOptions): string {
  const { style, dir, verbose } = options;
  const isError = level === 'error' || level === 'fatal';
  const mark = isError ? `${style.fail} ` : level === 'warn' ? `${style.warn} ` : '';
  const text = renderStack(withoutControls(message), { dir, verbose });
  const shown = Object.entries(fields).filter(([name, value]) => (verbose || !known.has(name)) && value !== '');
  const details = shown.map(([name, value]) => `${style.dim(`${name}=`)}${withoutControls(plain(value))}`).join(' ');
  const said = level === 'debug' ? style.dim(text) : text;
  return `${style.dim(clock(timestamp))}  ${mark}${[said, details].filter(Boolean).join('  ')}`.replaceAll(
    '\n',
    `\n${' '.repeat(indent)}`,
  );
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function word(value: unknown): string {
  return oneLine(plain(value));
}

function clock(timestamp: string): string {
  const at = new Date(timestamp);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
