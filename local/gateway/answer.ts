/** What a front door sends back, and the results of functions as each front door reads them. */
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { isRecord } from '../../http/json.ts';

export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** The members a result may have; anything may be missing or of another type. */
export type Result = Readonly<Record<string, unknown>>;

export function jsonAnswer(status: number, body: object): Answer {
  return { status, headers: [['content-type', 'application/json']], body: Buffer.from(JSON.stringify(body)) };
}

/** Undefined when the payload is no JSON. */
export function parsePayload(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Whole numbers, and strings of them (recorded: `"418"` is taken); null for anything else, and for a status that is no end. */
export function parseStatus(value: unknown): number | null {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599 ? status : null;
}

/** JSON may hold objects whose `toString` is no function. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return isRecord(value) ? JSON.stringify(value) : String(value);
}

export function singleHeaders(headers: unknown): [string, string][] {
  return isRecord(headers) ? Object.entries(headers).map(([name, value]) => [name.toLowerCase(), textOf(value)]) : [];
}

/** Null when a value is no list, which front doors refuse. */
export function multiHeaders(headers: unknown): [string, string][] | null {
  const list: [string, string][] = [];
  for (const [name, values] of Object.entries(isRecord(headers) ? headers : {})) {
    if (!Array.isArray(values)) return null;
    list.push(...values.map((value): [string, string] => [name.toLowerCase(), textOf(value)]));
  }
  return list;
}

export function cookieHeaders(cookies: unknown): [string, string][] {
  return Array.isArray(cookies) ? cookies.map((cookie) => ['set-cookie', textOf(cookie)]) : [];
}

export function decodeBody(body: unknown, isBase64Encoded: unknown): Buffer {
  return Buffer.from(textOf(body ?? ''), isBase64Encoded === true ? 'base64' : 'utf8');
}

const dropped = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** Fields as they go on the wire: what the front door computes itself is dropped, text becomes bytes. */
export function wireHeaders(headers: Answer['headers'], keepLength: boolean): string[] {
  return headers
    .filter(([name]) => !dropped.has(name) || (keepLength && name === 'content-length'))
    .flatMap(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]);
}

export function send(res: ServerResponse, { status, headers, body }: Answer, method: string): void {
  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  // Only the function knows how long the answer to a GET would be.
  const wire = wireHeaders(headers, method === 'HEAD');
  if (!bodiless) wire.push('content-length', String(body.length));
  res.writeHead(status, wire);
  res.end(bodiless ? undefined : body);
}

/** Our own words: those of AWS do not say why. */
const refusal = JSON.stringify({ message: 'Bad Request: front doors of Lambda pass no WebSockets on' });

/** Answers a request to upgrade as every front door does, and closes the connection. */
export function refuseUpgrade(socket: Duplex): void {
  // Node has taken its own listener off the socket: without one, a client that resets it would end this process.
  socket.on('error', () => socket.destroy());
  const head = ['HTTP/1.1 400 Bad Request', 'Connection: close', 'Content-Type: application/json'];
  socket.end([...head, `Content-Length: ${refusal.length}`, '', refusal].join('\r\n'));
}
