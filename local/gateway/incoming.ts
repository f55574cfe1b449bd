/** One request at a front door, read whole, and the facts about it that every event format needs. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type Header, withoutHopByHop } from '../../http/headers.ts';
import { originForm } from '../../http/message.ts';
import { newTraceRoot } from '../trace-root.ts';

export interface Incoming {
  readonly method: string;
  /** As sent. */
  readonly rawPath: string;
  /** As sent, without the question mark. */
  readonly rawQuery: string;
  /** Lower-case names, values as text, in order, repeats kept; hop-by-hop fields gone. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly protocol: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly clientIp: string;
  readonly port: number;
  readonly at: Date;
}

export function readIncoming(req: IncomingMessage, body: Buffer): Incoming {
  const url = originForm(req.url ?? '/');
  const mark = url.indexOf('?');
  return {
    method: req.method ?? 'GET',
    rawPath: mark === -1 ? url : url.slice(0, mark),
    rawQuery: mark === -1 ? '' : url.slice(mark + 1),
    headers: readHeaders(req),
    body,
    protocol: `HTTP/${req.httpVersion}`,
    scheme: 'encrypted' in req.socket ? 'https' : 'http',
    host: req.headers.host ?? '',
    clientIp: (req.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    port: req.socket.localPort ?? 0,
    at: new Date(),
  };
}

function readHeaders({ rawHeaders }: IncomingMessage): [string, string][] {
  const received: Header[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    received.push([rawHeaders[i]?.toLowerCase() ?? '', rawHeaders[i + 1] ?? '']);
  }
  const kept = withoutHopByHop(received).filter(([name]) => name !== 'expect');
  // Recorded: AWS hands values out as decoded Unicode.
  return kept.map(([name, bytes]) => [name, Buffer.from(bytes, 'latin1').toString('utf8')]);
}

/** The fields with those that every front door of AWS adds. */
export function withForwarded({ headers, clientIp, port, scheme }: Incoming): [string, string][] {
  const before = headers.filter(([name]) => name === 'x-forwarded-for').map(([, value]) => value);
  const set: [string, string][] = [
    ['x-forwarded-for', [...before, clientIp].join(', ')],
    ['x-forwarded-port', String(port)],
    ['x-forwarded-proto', scheme],
  ];
  const names = new Set(set.map(([name]) => name));
  const kept = headers.filter(([name]) => !names.has(name)).map(([name, value]): [string, string] => [name, value]);
  if (!kept.some(([name]) => name === 'x-amzn-trace-id')) set.push(['x-amzn-trace-id', newTraceRoot()]);
  return [...kept, ...set];
}

/** Repeated names joined by `separator`; without a prototype, because clients choose the names. */
export function joined(pairs: readonly (readonly [string, string])[], separator: string): Record<string, string> {
  const map: Record<string, string> = Object.create(null);
  for (const [name, value] of pairs) map[name] = name in map ? `${map[name]}${separator}${value}` : value;
  return map;
}

/** The last value of each name: what single-value maps hold. */
export function last(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const map: Record<string, string> = Object.create(null);
  for (const [name, value] of pairs) map[name] = value;
  return map;
}

/** All values of each name, in order. */
export function grouped(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const map: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) {
    const values = map[name];
    if (values) values.push(value);
    else map[name] = [value];
  }
  return map;
}

export interface EventBody {
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export function encode(body: Buffer, isText: boolean): EventBody {
  const text = body.length === 0 || (isText && isUtf8(body));
  return { body: body.toString(text ? 'utf8' : 'base64'), isBase64Encoded: !text };
}

/** `a%20b` as `a b`, with what is no escape left alone. */
export function decode(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      // Not UTF-8; recorded: AWS passes it through.
      return escapes;
    }
  });
}

/** The parts of a query as they stand, undecoded; `foo` alone has the value ''. */
export function queryPairs(rawQuery: string): [string, string][] {
  if (rawQuery === '') return [];
  return rawQuery.split('&').map((part) => {
    const equals = part.indexOf('=');
    return equals === -1 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
  });
}

/** To ask Intl for them takes longer than all the rest of an event. */
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 23/Nov/2026:16:13:48 +0000 */
export function commonLogTime(date: Date): string {
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}
