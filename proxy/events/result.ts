/** What the result formats have in common: which fields go out, and how bytes become JSON. */
import { isUtf8 } from 'node:buffer';
import { isRecord } from '../../http/json.ts';
import type { HttpResponse } from '../../http/message.ts';
import { reasonOf } from '../../http/reason.ts';
import { Base64 } from './base64.ts';
import type { WholeResponse } from './format.ts';
import { type EncodedBody, encodeBody, withType } from './text.ts';

export interface ResultParts {
  /** Values as text, in order. No Set-Cookie. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly cookies: readonly string[];
  readonly encoded: EncodedBody;
}

/** RFC 9110 6.4.1: these have no content, whatever the app wrote. */
export function isBodiless(status: number, method: string): boolean {
  return method === 'HEAD' || status === 204 || status === 304;
}

/** `dropped`: fields that this front door sets by itself or renames. */
export function resultParts(res: WholeResponse, method: string, dropped: ReadonlySet<string> = none): ResultParts {
  const body = isBodiless(res.status, method) ? Buffer.alloc(0) : res.body;
  const fields = withType(res.headers, body);
  const headers: (readonly [string, string])[] = [];
  const cookies: string[] = [];
  for (const field of fields) {
    const [name, value] = field;
    if (dropped.has(name) || !isOutgoing(name, res.status, method)) continue;
    if (name === 'set-cookie') cookies.push(fromBytes(value));
    else headers.push(isAscii(value) ? field : [name, fromBytes(value)]);
  }
  return { headers, cookies, encoded: encodeBody(body, fields) };
}

const none: ReadonlySet<string> = new Set();

/** The fields of a streamed answer: those of a whole one, without its body. */
export function preludeParts(res: HttpResponse, method: string, dropped: ReadonlySet<string> = none) {
  return resultParts({ ...res, body: Buffer.alloc(0) }, method, dropped);
}

/** Whether a field may go to a client. */
function isOutgoing(name: string, status: number, method: string): boolean {
  // The front door counts what it sends; only for HEAD is the app's figure the one that is wanted.
  if (name === 'content-length') return method === 'HEAD' && status !== 204;
  // RFC 9110 15.3.5: there is no content for it to be the type of.
  return name !== 'content-type' || status !== 204;
}

/** Repeats joined with commas (RFC 9110 5.3), which every field but Set-Cookie allows. */
export function joinedHeaders(headers: ResultParts['headers']): Record<string, string> {
  const map: Record<string, string> = {};
  for (const [name, value] of headers) {
    // An app may send a field called `constructor`.
    const joined = Object.hasOwn(map, name) ? `${map[name]}, ${value}` : value;
    if (name !== '__proto__') map[name] = joined;
    else Object.defineProperty(map, name, { value: joined, enumerable: true, configurable: true, writable: true });
  }
  return map;
}

/** All values of each name. */
export function groupedHeaders(headers: ResultParts['headers']): Record<string, string[]> {
  const map: Record<string, string[]> = Object.create(null);
  for (const [name, value] of headers) {
    const values = map[name];
    if (values) values.push(value);
    else map[name] = [value];
  }
  return map;
}

/**
 * Several cookies in a map that holds one value a name: the same name in different letter cases, which the map tells
 * apart and HTTP does not.
 */
export function cookiesByCase(cookies: readonly string[]): Record<string, string> {
  const map: Record<string, string> = {};
  cookies.forEach((cookie, index) => {
    map[inCase('set-cookie', index)] = cookie;
  });
  return map;
}

/** The letters of `name` in upper case where `bits` has a one. */
function inCase(name: string, bits: number): string {
  let letter = 0;
  return name.replace(/[a-z]/g, (char) => ((bits >> letter++) & 1 ? char.toUpperCase() : char));
}

export function statusDescription(status: number): string {
  return `${status} ${reasonOf(status) ?? 'Unknown'}`;
}

/** Results are JSON: bytes that form UTF-8 are shown as what they mean, others as U+0080 to U+00FF. */
function fromBytes(value: string): string {
  if (isAscii(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}

function isAscii(value: string): boolean {
  return !/[\u0080-\u00ff]/.test(value);
}

/**
 * The JSON of a result whose body `encodeBody` made. Base64 holds nothing that JSON would escape: to have a megabyte of it
 * looked through took longer than everything else about it.
 */
export function resultJson(value: unknown): string | Buffer {
  if (!isBase64Result(value)) return JSON.stringify(value);
  const { body, ...rest } = value;
  const before = `${JSON.stringify(rest).slice(0, -1)},"body":"`;
  if (typeof body === 'string') return `${before}${body}"}`;
  return Buffer.concat([Buffer.from(before), body.characters, Buffer.from('"}')]);
}

/** For a host that makes the JSON itself. */
export function plainResult(value: unknown): unknown {
  return isBase64Result(value) && typeof value.body !== 'string' ? { ...value, body: value.body.toString() } : value;
}

function isBase64Result(value: unknown): value is { readonly isBase64Encoded: true; readonly body: string | Base64 } {
  return (
    isRecord(value) &&
    value.isBase64Encoded === true &&
    (typeof value.body === 'string' || value.body instanceof Base64)
  );
}
