/** Random queries, each with a judge of its own that knows nothing of the parser, and random records. Seeded. */
import type { LogRecord } from '../../../cli/logs/record.ts';

/** What stands in a query, and whether a record is meant by it, and by its opposite. */
export interface Judged {
  readonly text: string;
  means(record: LogRecord): boolean;
  excludes(record: LogRecord): boolean;
}

export interface Random {
  /** From 0 up to, but not including, `limit`. */
  below(limit: number): number;
  of<T>(choices: readonly T[]): T;
}

/** Mulberry32: the same numbers for the same seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    of<T>(choices: readonly T[]): T {
      const chosen = choices[below(choices.length)];
      if (chosen === undefined) throw new Error('nothing to choose from');
      return chosen;
    },
  };
}

const levels = ['debug', 'info', 'warn', 'error', 'fatal'];
const words = [
  'GET',
  'POST',
  '/v1/pets',
  '/v1/pets/7',
  '/',
  'a"b',
  'back\\slash',
  '2 * 3',
  'naïve',
  '日本',
  'say hi',
  '',
];
const numbers = [-5, 0.5, 1024, 2000];
const texts = ['method', 'path'];
const names = ['status', 'duration', 'x-size', 'user', 'cold', 'odd key', 'items', 'version'];

/** Any field may hold anything, for an app logs what it likes. */
export function randomRecord(random: Random): LogRecord {
  const fields: Record<string, unknown> = {};
  for (const name of [...texts, ...names, 'stage']) {
    if (random.below(3) > 0) fields[name] = randomValue(random, 2);
  }
  if (random.below(2) === 0) fields.stage = random.of(['production', 'staging', 'beta']);
  if (random.below(2) === 0) fields.version = random.of(['1', '2', '10', 'x', '']);
  return {
    timestamp: `2026-11-26T1${random.below(10)}:00:00.000Z`,
    level: random.of(levels),
    message: random.of([...words, 'response', 'it says hi to all']),
    fields,
  };
}

function randomValue(random: Random, depth: number): unknown {
  const kind = random.below(depth > 0 ? 7 : 5);
  if (kind < 2) return random.of(words);
  if (kind < 4) return random.of(numbers);
  if (kind === 4) return random.of([true, false, null]);
  if (kind === 5) return Array.from({ length: random.below(3) }, () => randomValue(random, depth - 1));
  return { inner: randomValue(random, depth - 1) };
}

export function randomQuery(random: Random, depth = 3): Judged {
  const kind = random.below(depth > 0 ? 10 : 4);
  if (kind < 4)
    return random.of([severity, stage, ofText, ofText, ofNumber, ofNumber, ofConstant, ofRegex, existence])(random);
  if (kind < 5) return group(random, 'and', depth);
  if (kind < 6) return group(random, 'or', depth);
  const { text, means, excludes } = randomQuery(random, depth - 1);
  return { text: `${random.of(['not ', '!'])}(${text})`, means: excludes, excludes: means };
}

/** In parentheses, so that only what the sign says decides; sides without them are the business of the table. */
function group(random: Random, kind: 'and' | 'or', depth: number): Judged {
  const parts = [randomQuery(random, depth - 1), randomQuery(random, depth - 1)];
  const sign = kind === 'and' ? random.of([' and ', ' && ', ' ']) : random.of([' or ', ' || ']);
  const every = (ask: (part: Judged) => boolean) => parts.every(ask);
  const some = (ask: (part: Judged) => boolean) => parts.some(ask);
  return {
    text: `(${parts.map(({ text }) => text).join(`)${sign}(`)})`,
    means: (record) => (kind === 'and' ? every : some)((part) => part.means(record)),
    excludes: (record) => (kind === 'and' ? some : every)((part) => part.excludes(record)),
  };
}

function severity(random: Random): Judged {
  const level = random.of(levels);
  return judged(level, (record) => record.level === level);
}

function stage(random: Random): Judged {
  const name = random.of(['production', 'staging', 'beta']);
  return judged(name, ({ fields }) => fields.stage === name);
}

/** A condition whose opposite is simply whatever it is not. */
function judged(text: string, means: (record: LogRecord) => boolean): Judged {
  return { text, means, excludes: (record) => !means(record) };
}

interface Place {
  readonly text: string;
  of(record: LogRecord): unknown;
}

function randomPlace(random: Random, from: readonly string[]): Place {
  const name = random.of(from);
  if (random.below(6) === 0) return { text: 'message', of: ({ message }) => message };
  if (random.below(6) === 0) return { text: 'user.inner', of: ({ fields }) => own(fields.user, 'inner') };
  if (random.below(8) === 0)
    return { text: 'items[1]', of: ({ fields }) => (Array.isArray(fields.items) ? fields.items[1] : undefined) };
  return { text: name === 'odd key' ? '"odd key"' : name, of: ({ fields }) => fields[name] };
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

/** A comparison that says `differs` holds for any other value that is there; an opposite also for none. */
function comparison(text: string, place: Place, holds: (value: unknown) => boolean): Judged {
  const there = (record: LogRecord) => place.of(record) !== undefined;
  return {
    text,
    means: (record) => there(record) && holds(place.of(record)),
    excludes: (record) => !there(record) || !holds(place.of(record)),
  };
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\*]/g, '\\$&')}"`;
}

function ofText(random: Random): Judged {
  const place = randomPlace(random, [...texts, ...names]);
  const word = random.of(words);
  const part = random.of(words.filter((text) => text !== ''));
  return random.of([
    comparison(`${place.text} = ${quote(word)}`, place, (value) => value === word),
    comparison(`${place.text} != ${quote(word)}`, place, (value) => value !== word),
    comparison(`${place.text} contains ${quote(part)}`, place, (value) => isText(value) && value.includes(part)),
    comparison(`${place.text} = "/v1/*"`, place, (value) => isText(value) && value.startsWith('/v1/')),
    comparison(`${place.text} != "*hi*"`, place, (value) => !isText(value) || !value.includes('hi')),
    comparison(`${place.text} in ("GET", ${quote(word)})`, place, (value) => value === 'GET' || value === word),
  ]);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

const orders: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
};

function ofNumber(random: Random): Judged {
  const place = randomPlace(random, ['status', 'duration', 'x-size', 'cold', 'odd key']);
  const limit = random.of(numbers);
  if (place.text === 'message') return severity(random);
  if (random.below(3) === 0) return comparison(`${place.text} = ${limit}`, place, (value) => value === limit);
  const [sign, holds] = random.of(Object.entries(orders));
  const isNumber = (record: LogRecord) => typeof place.of(record) === 'number';
  const above = (record: LogRecord) => holds(Number(place.of(record)), limit);
  return {
    text: `${place.text} ${sign} ${limit === 2000 ? '2s' : limit === 1024 ? '1kb' : limit}`,
    means: (record) => isNumber(record) && above(record),
    // A text is neither above nor below a number.
    excludes: (record) => place.of(record) === undefined || (isNumber(record) && !above(record)),
  };
}

function ofConstant(random: Random): Judged {
  const place = randomPlace(random, ['cold', 'user', 'status']);
  if (place.text === 'message') return severity(random);
  const wanted = random.of([true, false, null]);
  const isThere = (record: LogRecord) => place.of(record) !== undefined;
  return {
    text: `${place.text} = ${wanted}`,
    means: (record) => place.of(record) === wanted,
    excludes: (record) =>
      !isThere(record) || (wanted === null ? place.of(record) !== null : place.of(record) === !wanted),
  };
}

function ofRegex(random: Random): Judged {
  const place = randomPlace(random, ['method', 'path', 'user']);
  const regex = random.of(['^/v1', 'pets/[0-9]+$', 'G.T|POST', '(a|s)', 'h{1,2}i', '\\s']);
  const compiled = new RegExp(regex);
  const sign = random.of(['~', '!~']);
  return comparison(
    `${place.text} ${sign} "${regex}"`,
    place,
    (value) => (isText(value) && compiled.test(value)) === (sign === '~'),
  );
}

function existence(random: Random): Judged {
  const place = randomPlace(random, names);
  return judged(`exists ${place.text}`, (record) => place.of(record) !== undefined);
}
