/** Reading the members of an event. AWS sends what it documents; hand-made events send anything. */
import { HttpError } from '../../http/error.ts';
import { headerName } from '../../http/header-names.ts';
import { type Header, type Headers, isHeaderName, isHeaderValue, toByteString } from '../../http/headers.ts';
import { isRecord } from '../../http/json.ts';
import { Base64, decodedLength } from './base64.ts';

/** AWS sends strings; hand-made events also numbers and lists of them. What has no text is no event. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (Array.isArray(value) && !value.some(Array.isArray)) return value.map(text).join(',');
  if (typeof value === 'object')
    throw new HttpError(400, 'UP_EVENT_UNSUPPORTED', 'the event holds an object where AWS sends a string');
  return String(value);
}

export function readMethod(value: unknown): string {
  const method = text(value) || 'GET';
  // RFC 9110 9.1: a method is a token, as the name of a field is.
  if (!isHeaderName(method))
    throw new HttpError(400, 'UP_EVENT_METHOD', 'the method holds characters that HTTP does not allow');
  return method;
}

/** Beyond this no server behind us takes them: Node's own limit is 16 KB, others go up to 64. */
const maxHeaderBytes = 64 * 1024;

/**
 * The fields of a request from name-value pairs in order, names in any case. Exactly one host: the front door's own word
 * for it where there is one, because a client chooses what it writes into the header.
 */
export function readHeaders(pairs: Iterable<readonly [string, unknown]>, domainName: unknown): Headers {
  const list: Header[] = [];
  const hosts: string[] = [];
  let size = 0;
  for (const [key, value] of pairs) {
    const header = checked(key, text(value));
    size += header[0].length + header[1].length + 4;
    if (header[0] === 'host') hosts.push(header[1]);
    else list.push(header);
  }
  if (size > maxHeaderBytes) {
    throw new HttpError(
      431,
      'UP_HEADERS_TOO_LARGE',
      `the header fields take ${size} bytes, ${maxHeaderBytes} are allowed`,
    );
  }
  return [checked('host', chooseHost(hosts, text(domainName))), ...list];
}

/** Of the hosts that a client sent. Throws an HttpError where they are two, or none that there could be. */
export function chooseHost(sent: readonly string[], domainName = ''): string {
  if (sent.length > 1 && new Set(sent).size > 1)
    throw new HttpError(400, 'UP_EVENT_HEADER', 'there is more than one host');
  const chosen = domainName || sent[0] || 'localhost';
  // RFC 3986 3.2.2 and 3.2.3: a name, an address or a bracketed address, and a port.
  if (!/^(?:[A-Za-z0-9._~%!$&'()*+,;=-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/.test(chosen)) {
    throw new HttpError(400, 'UP_EVENT_HEADER', 'the host is not a host');
  }
  return chosen;
}

/** What most values are made of; they need no other look. */
const plain = /^[\t\u0020-\u007e]*$/;

function checked(key: string, value: string): Header {
  const name = headerName(key);
  if (name !== null && plain.test(value)) return [name, value];
  if (name === null || !isHeaderValue(value)) {
    throw new HttpError(400, 'UP_EVENT_HEADER', 'a header field holds characters that HTTP does not allow');
  }
  return [name, toByteString(value)];
}

/** A map with one value a name. */
export function singlePairs(map: unknown): [string, unknown][] {
  return isRecord(map) ? Object.entries(map) : [];
}

/** A map with a list a name; a bare value counts as a list of one. */
export function multiPairs(map: unknown): [string, unknown][] {
  return singlePairs(map).flatMap(([name, values]): [string, unknown][] =>
    Array.isArray(values) ? values.map((value) => [name, value]) : [[name, values]],
  );
}

/** Several cookie lines are one field on the wire: RFC 9113 8.2.3. */
export function joinCookies<T>(pairs: readonly (readonly [string, T])[]): (readonly [string, T | string])[] {
  const cookies = pairs.filter(([name]) => name.toLowerCase() === 'cookie').map(([, value]) => text(value));
  if (cookies.length < 2) return [...pairs];
  return [...pairs.filter(([name]) => name.toLowerCase() !== 'cookie'), ['cookie', cookies.join('; ')]];
}

export function readBody(body: unknown, isBase64Encoded: unknown): Uint8Array | null {
  if (body === undefined || body === null || body === '') return null;
  if (body instanceof Base64)
    return decoded(
      body.decode(),
      body.characters.length,
      body.characters.toString('latin1', body.characters.length - 2),
    );
  // The console's test events may hold an object where AWS sends a string.
  if (typeof body !== 'string') return Buffer.from(JSON.stringify(body));
  if (!isBase64Encoded) return Buffer.from(body, 'utf8');
  if (isBase64Encoded !== true) throw notBase64();
  return decoded(Buffer.from(body, 'base64'), body.length, body.slice(-2));
}

/** Node skips what is not base64, so it decodes fewer bytes where that occurs. */
function decoded(bytes: Buffer, characters: number, end: string): Buffer {
  if (bytes.length !== decodedLength(characters, end)) throw notBase64();
  return bytes;
}

function notBase64(): HttpError {
  return new HttpError(400, 'UP_EVENT_BODY', 'the body is not valid base64');
}

/** The element of `X-Forwarded-For` that the front door itself wrote: the last. All before it is the client's word. */
export function lastForwarded(headers: Headers): string {
  const values = headers.filter(([name]) => name === 'x-forwarded-for').map(([, value]) => value);
  return values.join(',').split(',').at(-1)?.trim() ?? '';
}
