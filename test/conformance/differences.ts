/**
 * All that a request or an answer may look like on the other side of the proxy, compared with the app served directly.
 * What is not listed here is the same, byte for byte. A new line needs a reason.
 */
import type { HostName } from './hosts.ts';

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
    'x-amzn-requestid': 'added by Function URLs',
  },
} as const;

const events: readonly HostName[] = ['handler', 'runtime', 'gateway', 'url'];
const httpApis: readonly HostName[] = ['handler', 'gateway'];
const all: readonly HostName[] = ['handler', 'runtime', 'gateway', 'url', 'start'];

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
