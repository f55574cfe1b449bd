/**
 * All that a request or an answer may look like on the other side of the proxy, compared with the app served directly.
 * What is not listed here is the same, byte for byte. A new line needs a reason.
 */
import type { HostName } from './ways.ts';

/**
 * Fields that are not compared, whatever the host. Beside these, all are compared as maps in which repeats are joined
 * (RFC 9110 5.3; `set-cookie` aside), because events and results are such maps; and a body that came without a length,
 * because it was streamed, has the length it turned out to have.
 */
export const fields = {
  /** On the way to the app. */
  seen: {
    'x-request-id': 'set by the proxy',
    'x-stage': 'set by the proxy',
    'x-context': 'set by the proxy',
    'x-forwarded-for': 'set by the front door',
    'x-forwarded-port': 'set by the front door',
    'x-forwarded-proto': 'set by the front door',
    'x-amzn-trace-id': 'set by the front door',
    connection: 'RFC 9110 7.6.1: belongs to one connection',
    te: 'RFC 9110 7.6.1: belongs to one connection',
    'transfer-encoding': 'RFC 9110 7.6.1: belongs to one connection; the body arrives whole and has a length',
    expect: 'the body is there already: nobody waits for leave to send it',
  },
  /** On the way to the client. */
  answered: {
    date: 'the moment of the answer',
    connection: 'RFC 9110 7.6.1: belongs to one connection',
    'keep-alive': 'RFC 9110 7.6.1: belongs to one connection',
    'transfer-encoding': 'RFC 9110 7.6.1: belongs to one connection',
    trailer: 'no host can carry trailers, so none are announced',
    'apigw-requestid': 'added by API Gateway',
    'x-amzn-requestid': 'added by Function URLs and REST APIs',
    server: 'added by load balancers',
  },
} as const;

const httpApis: readonly HostName[] = ['handler', 'gateway', 'ric'];
const rests: readonly HostName[] = ['rest', 'rest-stream'];
const albs: readonly HostName[] = ['alb', 'alb-multi'];
const events: readonly HostName[] = [...httpApis, 'runtime', 'url', 'ric-stream', ...rests, ...albs];
const all: readonly HostName[] = [...events, 'start'];

export interface Difference {
  /** The title of the case. */
  readonly of: string;
  readonly on: readonly HostName[];
  readonly reason: string;
  /** What the app sees instead; a field that is null is not there. */
  readonly seen?: { readonly url?: string; readonly headers?: Readonly<Record<string, string | null>> };
  /** What the client gets instead. */
  readonly answered?: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string | null>>;
    readonly code?: string;
  };
}

const decodes = 'HTTP APIs hand the path out decoded; what can stand in a path as it is, is not encoded again';

export const differences: readonly Difference[] = [
  { of: 'an encoded slash', on: httpApis, reason: decodes, seen: { url: '/a/b/c' } },
  { of: 'encoded dots', on: httpApis, reason: decodes, seen: { url: '/a/../b' } },
  { of: 'letters encoded without need', on: httpApis, reason: decodes, seen: { url: '/Az-~' } },
  { of: 'small hexadecimal digits', on: httpApis, reason: decodes, seen: { url: '/%C3%BC' } },
  { of: 'sub-delimiters, encoded', on: httpApis, reason: decodes, seen: { url: "/!$&'()*+,;=:@" } },
  {
    of: 'characters that should have been encoded',
    on: httpApis,
    reason: 'a path that was decoded is encoded again, and correctly',
    seen: { url: '/%22%3C%3E%60%7B%7D|^' },
  },
  {
    of: 'a percent sign without digits',
    on: httpApis,
    reason: 'HTTP APIs pass malformed escapes through; the proxy makes the path legal',
    seen: { url: '/100%25' },
  },
  {
    of: 'a NUL in the path',
    on: httpApis,
    reason: 'decoded it is a control character, which no path holds by accident',
    answered: { status: 400, code: 'UP_EVENT_PATH' },
  },
  {
    of: 'a line break in the path',
    on: httpApis,
    reason: 'decoded it is a control character, which no path holds by accident',
    answered: { status: 400, code: 'UP_EVENT_PATH' },
  },
  {
    of: 'a question mark at the end',
    on: events,
    reason: 'events do not tell an empty query from none',
    seen: { url: '/path' },
  },
  ...Object.entries({
    'plus, %20 and %2B': '/search?q=a%20b%20c%2Bd',
    'a second question mark': '/?a=%3F&b=%2F%3F',
    'malformed escapes in a query': '/?a=%25&b=%25zz&c=%25E9',
    'brackets and quotes in a query': '/?a%5B0%5D=x&b=%22y%22&c=%7Bz%7D&d=%7C',
    'a query of commas': '/?ids=1%2C2%2C3&ids=4',
  }).map(([of, url]) => ({
    of,
    on: rests,
    reason: 'a REST API hands the query out decoded; it is encoded again, and says the same',
    seen: { url },
  })),
  {
    of: 'repeats, order, bare names, empty parts',
    on: [...rests, 'alb-multi'],
    reason: 'the query is a map: repeats come together, and what had no = or no name is not told from what had',
    seen: { url: '/?b=2&b=1&a=1&=&=&c=&d=' },
  },
  {
    of: 'repeats, order, bare names, empty parts',
    on: ['alb'],
    reason: 'the query is a map of one value a name, the last',
    seen: { url: '/?b=1&a=1&=&c=&d=' },
  },
  {
    of: 'a query of commas',
    on: ['alb'],
    reason: 'the query is a map of one value a name, the last',
    seen: { url: '/?ids=4' },
  },
  {
    of: 'repeated fields',
    on: ['alb'],
    reason: 'the fields are a map of one value a name, the last',
    seen: { headers: { accept: 'image/png', 'x-many': '2,3' } },
  },
  ...['1 MB of bytes', '1 MB of text', 'big', 'big-text'].map((of) => ({
    of,
    on: albs,
    reason: 'a load balancer takes 1 MB of JSON, in which the answer is larger',
    answered: { status: 413, code: 'UP_RESPONSE_TOO_LARGE' },
  })),
  {
    of: 'longer-header',
    on: rests,
    reason: 'a REST API passes 10,240 bytes of header values on',
    answered: { status: 413, code: 'UP_RESPONSE_HEADERS_TOO_LARGE' },
  },
  ...['empty', 'created', 'redirect-away', 'no-content', 'not-modified'].map((of) => ({
    of,
    on: ['rest'] as const,
    reason: 'recorded: a REST API calls an answer without a type JSON, and there is no result without one',
    answered: { headers: { 'content-type': 'application/json' } },
  })),
  {
    of: 'PROPFIND',
    on: all,
    reason: 'RFC 9110 8.6: a length of zero says the same as none; our client sends it where a body is usual',
    seen: { headers: { 'content-length': '0' } },
  },
  {
    of: 'fields that belong to the connection',
    on: all,
    reason: 'RFC 9110 7.6.1: a field that Connection names is for the next hop only',
    seen: { headers: { 'x-private': null } },
  },
  {
    of: 'TRACE',
    on: all,
    reason: 'RFC 9110 9.3.8: it would show the client what only the app may see',
    answered: { status: 405, code: 'UP_METHOD_NOT_ALLOWED' },
  },
  ...Object.entries({
    untyped: 'text/plain; charset=utf-8',
    'untyped-html': 'text/html; charset=utf-8',
    'untyped-binary': 'application/octet-stream',
  }).map(([of, type]) => ({
    of,
    on: events,
    reason: 'left out, front doors would call the body JSON; so it is looked at, as a browser would',
    answered: { headers: { 'content-type': type } },
  })),
  {
    of: 'latin1-header',
    on: events,
    reason: 'a result is JSON: a value that is no UTF-8 goes out as the UTF-8 of its characters',
    answered: { headers: { 'x-name': 'ZoÃ«' } },
  },
  {
    of: 'hop-by-hop',
    on: all,
    reason: 'RFC 9110 7.6.1: a field that Connection names is for the next hop only',
    answered: { headers: { 'x-private': null } },
  },
];

/** What differs for one case on one host. */
export function differenceOf(title: string, host: HostName): Difference | undefined {
  return differences.find(({ of, on }) => of === title && on.includes(host));
}
