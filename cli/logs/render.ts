/** A record as a line for people. Nothing an app prints reaches the terminal as anything but text. */
import { bytes, duration, withoutControls } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import type { LogRecord } from './record.ts';

export interface RenderOptions {
  readonly style: Style;
  /** Every field on a line of its own. */
  readonly expand: boolean;
}

export function renderRecord(record: LogRecord, { style, expand }: RenderOptions): string {
  const time = style.dim(clock(record.timestamp));
  const level = paintLevel(record.level, style);
  const head = `${time}  ${level}`;
  if (expand) return [`${head} ${text(record.message)}`, ...expandFields(record.fields, style)].join('\n');
  if (record.message === 'response' && record.fields.status !== undefined)
    return `${head} ${response(record.fields, style)}`;
  const fields = shortFields(record.fields, style);
  return `${head} ${text(record.message)}${fields && `  ${fields}`}`;
}

function clock(timestamp: string): string {
  const at = new Date(timestamp);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

function paintLevel(level: string, style: Style): string {
  const label = text(level).toUpperCase().padEnd(5);
  if (level === 'error' || level === 'fatal') return style.red(label);
  return level === 'warn' ? style.yellow(label) : level === 'debug' ? style.dim(label) : label;
}

/** `v2  GET   /pets/7  200  2 ms  310 B  cold` */
function response(fields: LogRecord['fields'], style: Style): string {
  const status = Number(fields.status);
  const paint = status >= 500 ? style.red : status >= 400 ? style.yellow : style.green;
  const query = fields.query ? `?${text(fields.query)}` : '';
  const parts = [
    text(fields.stage),
    `v${text(fields.version)}`,
    text(fields.method).padEnd(5),
    `${text(fields.path)}${query}`.padEnd(16),
    paint(String(status)),
    duration(Number(fields.duration)).padStart(8),
    bytes(Number(fields.size)).padStart(8),
    fields.cold === true ? style.yellow('cold') : '',
  ];
  return parts.filter(Boolean).join('  ');
}

/** Said by the line itself, or the same in every line. */
const leftOut = new Set(['app', 'stage', 'version', 'commit']);

function shortFields(fields: LogRecord['fields'], style: Style): string {
  return Object.entries(fields)
    .filter(([name, value]) => !leftOut.has(name) && value !== '' && value !== null)
    .map(([name, value]) => `${style.dim(`${text(name)}=`)}${text(value)}`)
    .join(' ');
}

function expandFields(fields: LogRecord['fields'], style: Style): string[] {
  return Object.entries(fields).map(([name, value]) => `          ${style.dim(`${text(name)}:`)} ${text(value)}`);
}

function text(value: unknown): string {
  return withoutControls(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}
