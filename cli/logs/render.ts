/** A record as a line for people. Nothing an app prints reaches the terminal as anything but text. */
import { bytes, count, duration, oneLine, withoutControls } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import type { LogRecord } from './record.ts';

export interface RenderOptions {
  readonly style: Style;
  /** Every field on a line of its own. */
  readonly expand: boolean;
  /** Of the terminal; without them a line is as long as it likes. */
  readonly columns?: number;
}

export function renderRecord(record: LogRecord, { style, expand, columns }: RenderOptions): string {
  const time = style.dim(clock(record.timestamp));
  const level = paintLevel(record.level, style);
  const head = `${time}  ${level}`;
  if (expand) return expanded(head, record, style);
  if (isResponse(record))
    return fitting(record, columns, (widths) => `${head} ${response(record.fields, style, widths)}`);
  const fields = shortFields(record.fields, style);
  return indented(`${head} ${text(record.message)}${fields && `  ${fields}`}`, 10);
}

/** One of an app may be called the same. */
function isResponse({ message, fields }: LogRecord): boolean {
  return (
    message === 'response' && [fields.status, fields.duration, fields.size].every((one) => typeof one === 'number')
  );
}

/** A record on one line, for programs; a terminal shows it, and obeys nothing in it. */
export function renderJson(record: LogRecord): string {
  return JSON.stringify(record).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Lines of an app are indented, so that none can pass for one of ours. */
function indented(lines: string, by: number): string {
  return lines.replaceAll('\n', `\n${' '.repeat(by)}`);
}

interface Widths {
  readonly path: number;
  readonly figure: number;
}

const layouts: readonly Widths[] = [16, 12, 8, 0].map((path) => ({ path, figure: 8 }));
const tight: Widths = { path: 0, figure: 0 };

/** The first of the layouts that fits, else the tightest. The room of `cold` is kept, so that lines stand in columns. */
function fitting({ fields }: LogRecord, columns: number | undefined, layout: (widths: Widths) => string): string {
  const kept = fields.cold === true ? 0 : '  cold'.length;
  const fits = (line: string) => columns === undefined || withoutColors(line).length + kept <= columns;
  return layouts.map(layout).find(fits) ?? layout(tight);
}

function withoutColors(line: string): string {
  return line.replace(/\u001b\[\d+m/g, '');
}

function clock(timestamp: string): string {
  const at = new Date(timestamp);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

function paintLevel(level: string, style: Style): string {
  const label = word(level).toUpperCase().padEnd(5);
  if (level === 'error' || level === 'fatal') return style.red(label);
  return level === 'warn' ? style.yellow(label) : level === 'debug' ? style.dim(label) : label;
}

/** `v2  GET   /pets/7  200  2 ms  310 B  cold` */
function response(fields: LogRecord['fields'], style: Style, widths: Widths): string {
  const status = Number(fields.status);
  const paint = status >= 500 ? style.red : status >= 400 ? style.yellow : style.green;
  const query = fields.query ? `?${word(fields.query)}` : '';
  const parts = [
    word(fields.stage),
    `v${word(fields.version)}`,
    word(fields.method).padEnd(5),
    `${word(fields.path)}${query}`.padEnd(widths.path),
    paint(String(status)),
    duration(Number(fields.duration)).padStart(widths.figure),
    bytes(Number(fields.size)).padStart(widths.figure),
    fields.cold === true ? style.yellow('cold') : '',
    status >= 500 && fields.request_id !== undefined ? style.dim(`id ${shortId(fields.request_id)}`) : '',
  ];
  return parts.filter(Boolean).join('  ');
}

/** Said by the line itself, or the same in every line. */
const leftOut = new Set(['app', 'stage', 'version', 'commit']);

function shortFields(fields: LogRecord['fields'], style: Style): string {
  return Object.entries(fields)
    .filter(([name, value]) => !leftOut.has(name) && value !== '' && value !== null)
    .map(([name, value]) => `${style.dim(`${word(name)}=`)}${text(shortened(name, value))}`)
    .join(' ');
}

/** Enough of an id for --request; what the app printed before it died stands in lines of its own, or is asked for by -e. */
function shortened(name: string, value: unknown): unknown {
  if (name === 'request_id') return shortId(value);
  return Array.isArray(value) && (name === 'stderr' || name === 'stdout') ? `(${count(value.length, 'line')})` : value;
}

function shortId(value: unknown): string {
  return word(value).slice(0, 8);
}

/** What an app breaks into lines stands further in than the fields, which it could pass for. */
function expanded(head: string, { message, fields }: LogRecord, style: Style): string {
  const lines = Object.entries(fields).map(([name, value]) => `${style.dim(`${word(name)}:`)} ${text(value)}`);
  return [`${head} ${indented(text(message), 12)}`, ...lines.map((line) => `          ${indented(line, 12)}`)].join(
    '\n',
  );
}

/** On one line, whatever it holds: such a value is a single word, unless somebody tampers with it. */
function word(value: unknown): string {
  return oneLine(plain(value));
}

function text(value: unknown): string {
  return withoutControls(plain(value));
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
