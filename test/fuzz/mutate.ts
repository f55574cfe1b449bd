/** Events of the corpus, bent: members gone, doubled, of the wrong type, hostile. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

export type Corpus = readonly { readonly name: string; readonly json: string }[];

export function readCorpus(dir: string): Corpus {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ name: file.slice(0, -5), json: readFileSync(join(dir, file), 'utf8') }));
}

/** What a mutation puts in. Named, because some of them are too large to be printed. */
const hostile: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  true: () => true,
  false: () => false,
  zero: () => 0,
  negative: () => -1,
  fraction: () => 1e-7,
  big: () => 1e300,
  empty: () => '',
  list: () => [],
  'list of lists': () => [['a'], [['b']]],
  'list of nulls': () => [null, null],
  'list of texts': () => ['a', 'b', 'c'],
  object: () => ({}),
  'object in object': () => ({ a: { b: 'c' } }),
  CRLF: () => 'a\r\nx-stage: evil\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: evil\r\n\r\n',
  LF: () => 'a\nb',
  NUL: () => 'a\u0000b',
  escape: () => '\u001b[31m',
  DEL: () => '\u007f',
  unicode: () => 'Srīperumbūdūr 日本 😀',
  latin1: () => 'caf\u00e9\u00ff\u0080',
  'lone surrogate': () => 'a\ud800b\udc00',
  separators: () => '\u2028\u2029\ufeff\u00a0',
  percent: () => '%%T%%/%F/%zz/%00%0d%0a%2F',
  target: () => '/a b?c#d&e=f;g,h',
  slashes: () => '//evil.example//x',
  absolute: () => 'http://evil.example:99999/x',
  dots: () => '/../../%2e%2e/./etc',
  backslashes: () => '\\\\evil\\x',
  space: () => ' padded\t',
  chunked: () => 'chunked',
  length: () => '999',
  lengths: () => '1, 2',
  hop: () => 'x-request-id, host, x-many, close',
  expect: () => '100-continue',
  upgrade: () => 'websocket',
  'text that is base64': () => 'AP+AfQo=',
  'text that is no base64': () => '*not=base64*',
  'base64 cut short': () => 'AAAAA',
  'version 1.0': () => '1.0',
  'version 2.0': () => '2.0',
  GET: () => 'GET',
  HEAD: () => 'HEAD',
  POST: () => 'POST',
  CONNECT: () => 'CONNECT',
  TRACE: () => 'TRACE',
  OPTIONS: () => 'OPTIONS',
  'unknown method': () => 'FROBNICATE',
  'lower-case method': () => 'get',
  address: () => '[::1]:80',
  'bad host': () => 'a b:c@d/e',
  'ten levels': () => nested(10),
};

/** Slow to handle, so they are put in less often. */
const huge: Readonly<Record<string, () => unknown>> = {
  '70 KB': () => 'x'.repeat(70_000),
  '60 KB': () => 'y'.repeat(60_000),
  '200 KB of umlauts': () => 'ü'.repeat(100_000),
  'a thousand members': () => Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, `v${i}`])),
  'a thousand items': () => Array.from({ length: 1_000 }, (_, i) => `i${i}`),
  'twenty thousand levels': () => nested(20_000),
};

function made(name: string): unknown {
  return (hostile[name] ?? huge[name])?.();
}

function nested(levels: number): unknown {
  let value: unknown = 'x';
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Names of members that mean something somewhere. */
const keys = [
  '__proto__',
  'constructor',
  'toString',
  'host',
  'Host',
  'content-length',
  'Content-Length',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'cookie',
  'Cookie',
  'x-request-id',
  'X_Request_Id',
  'X-Stage',
  'x-context',
  'x-amzn-trace-id',
  'accept-encoding',
  'content-type',
  'x-forwarded-for',
  'http2-settings',
  '',
  'a b',
  'a:b',
  ':authority',
  'ünï',
  'x\r\ny',
  'requestContext',
  'http',
  'elb',
  'serviceArn',
  'connectionId',
  'version',
  'httpMethod',
  'path',
  'rawPath',
  'body',
  'isBase64Encoded',
  'headers',
  'multiValueHeaders',
  'cookies',
] as const;

export interface Mutation {
  readonly kind: 'drop' | 'put' | 'add' | 'rename' | 'double' | 'move' | 'text' | 'base64';
  /** Which member of the event, and which other one. */
  readonly at: number;
  readonly to: number;
  readonly key: string;
  readonly value: string;
  readonly text: string;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(
    'drop',
    'put',
    'put',
    'put',
    'add',
    'add',
    'rename',
    'double',
    'move',
    'text',
    'text',
    'base64',
  ),
  at: fc.nat(9_999),
  to: fc.nat(9_999),
  key: fc.constantFrom(...keys),
  value: fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...Object.keys(hostile)) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(huge)) },
  ),
  text: fc.array(fc.nat(0xffff), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
});

interface Place {
  readonly owner: Record<string, unknown> | unknown[];
  readonly key: string;
}

/** The event of a case, made anew from its text, because a mutation changes it in place. */
export function mutate(json: string, mutations: readonly Mutation[]): unknown {
  const root: Record<string, unknown> = { event: JSON.parse(json) };
  for (const change of mutations) apply(root, change);
  return root.event;
}

function apply(root: Record<string, unknown>, { kind, at, to, key, value, text }: Mutation): void {
  const places = placesIn(root);
  const place = places[at % places.length];
  const other = places[to % places.length];
  if (!place || !other) return;
  const current = get(place);
  const kinds: Readonly<Record<Mutation['kind'], () => void>> = {
    drop: () => remove(place),
    put: () => set(place.owner, place.key, made(value)),
    text: () => set(place.owner, place.key, typeof current === 'string' ? current + text : text),
    base64: () => set(place.owner, place.key, Buffer.from(text, 'utf8').toString('base64')),
    add: () => set(typeof current === 'object' && current !== null ? current : place.owner, key, made(value)),
    rename() {
      remove(place);
      set(place.owner, key, current);
    },
    double: () => set(place.owner, otherCase(place.key), current),
    move: () => set(other.owner, other.key, copy(current)),
  };
  kinds[kind]();
}

function placesIn(root: object): Place[] {
  const places: Place[] = [];
  const visit = (owner: Record<string, unknown> | unknown[], depth: number) => {
    for (const key of Object.keys(owner)) {
      places.push({ owner, key });
      const value = (owner as Record<string, unknown>)[key];
      // What is nested deeper is of our own making, and a thousand members are enough to choose from.
      if (typeof value === 'object' && value !== null && depth < 8 && places.length < 1_000) {
        visit(value as Record<string, unknown>, depth + 1);
      }
    }
  };
  visit(root as Record<string, unknown>, 0);
  return places;
}

function get({ owner, key }: Place): unknown {
  return (owner as Record<string, unknown>)[key];
}

/** As JSON.parse does: `__proto__` becomes a member like any other. */
function set(owner: object, key: string, value: unknown): void {
  if (Array.isArray(owner) && !(Number(key) < owner.length)) {
    owner.push(value);
    return;
  }
  Object.defineProperty(owner, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove({ owner, key }: Place): void {
  if (Array.isArray(owner)) owner.splice(Number(key), 1);
  else delete owner[key];
}

function otherCase(key: string): string {
  if (/^\d*$/.test(key)) return 'one more';
  return key === key.toLowerCase() ? key.toUpperCase() : key.toLowerCase();
}

/** So that no member contains itself. */
function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  try {
    return structuredClone(value);
  } catch {
    return null;
  }
}
