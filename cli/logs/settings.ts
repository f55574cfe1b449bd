/** What the flags of `up logs` ask for, checked. */
import type { Args } from '../command.ts';
import { UpError } from '../errors.ts';
import type { Filters } from './filter.ts';
import { parseEnd, parseTime } from './time.ts';

export interface Settings extends Filters {
  /** The words of the query. */
  readonly query: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly until: number | undefined;
  readonly follow: boolean;
  readonly expand: boolean;
  /** Only so many, the newest. */
  readonly count: number | undefined;
  readonly cursor: string | undefined;
  readonly request: string | undefined;
}

/** Throws UP_USAGE. */
export function readSettings(args: Args, now: number): Settings {
  const begin = readTime('since', args.since ?? '1h', (text) => parseTime(text, now));
  const settings = {
    query: Array.isArray(args.query) ? args.query.join(' ') : '',
    since: begin,
    until: args.until === undefined ? undefined : readTime('until', args.until, (text) => parseEnd(text, now, begin)),
    follow: args.follow === true,
    expand: args.expand === true,
    count: readCount(args.count),
    cursor: text('cursor', args.cursor),
    request: readRequest(args.request),
    stage: text('stage', args.stage),
    release: text('release', args.release),
  };
  const { since, until, follow, count, cursor, request } = settings;
  if (since > now) throw usage('--since is in the future');
  if (until !== undefined && until < since) throw usage('--until is before --since');
  if (follow && until !== undefined) throw usage('--follow has no end, and cannot be combined with --until');
  if (follow && request !== undefined)
    throw usage('--request shows what is past, and cannot be combined with --follow');
  if (cursor !== undefined && (count !== undefined || request !== undefined || until !== undefined))
    throw usage('--cursor continues where it ended, and cannot be combined with --count, --until or --request');
  return settings;
}

function readTime(name: string, value: unknown, parse: (text: string) => number | null): number {
  const time = parse(String(value));
  if (time === null)
    throw usage(`--${name} takes a duration such as 30m, 2h or 1d, or a time such as 14:30, not "${String(value)}"`);
  // As far back as there is any time at all.
  return Math.max(0, time);
}

function readCount(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const count = Number(value);
  if (value === '' || !Number.isInteger(count) || count < 0)
    throw usage(`--count takes a whole number, not "${String(value)}"`);
  return count;
}

/** It goes into a pattern, between quotes. */
function readRequest(value: unknown): string | undefined {
  const id = value === undefined ? undefined : String(value);
  if (id !== undefined && !/^[\w-]{3,}$/.test(id))
    throw usage(`--request takes the id of a request, or its first characters, not "${id}"`);
  return id;
}

/** Empty is what a variable leaves that is not set. */
function text(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value === '' || Array.isArray(value)) throw usage(`--${name} takes one value`);
  return String(value);
}

function usage(message: string): UpError {
  return new UpError('UP_USAGE', message);
}
