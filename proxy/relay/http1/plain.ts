/**
 * Parses the heads of answers that are plain, as nearly all are: HTTP/1.1, each field on a line of its own in visible
 * ASCII, and either one length or no body at all. Anything else, and anything that could be read in two ways, is left
 * to llhttp. A test holds both parsers against each other.
 */
import { headerName } from '../../../http/header-names.ts';
import type { Header, Headers } from '../../../http/headers.ts';

export interface PlainHead {
  readonly status: number;
  readonly headers: Headers;
  /** Bytes of the body that follows. */
  readonly bodyBytes: number;
  readonly reusable: boolean;
}

/** RFC 9112 2.1, RFC 9110 5.6.2 and 5.5: a final status, no folded lines, no space but after the colon, no obs-text. */
const plain =
  /^HTTP\/1\.1 [2-5][0-9]{2}(?: [\t -~]*)?\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t ]*(?:[!-~](?:[\t -~]*[!-~])?)?\r\n)*$/;

/** Fields that change what an answer is, or what comes after it. */
const ofFraming = new Set(['content-length', 'transfer-encoding', 'connection', 'proxy-connection', 'upgrade']);
const statusAt = 'HTTP/1.1 '.length;
const bytesAtMost = /^[0-9]{1,15}$/;

/** What the text, to the end of its last field, says; null when it is not plain. `isHead`: it answers HEAD. */
export function plainHead(text: string, isHead: boolean): PlainHead | null {
  if (!plain.test(text)) return null;
  const status = Number(text.slice(statusAt, statusAt + 3));
  const headers: Header[] = [];
  let length = '';
  let connection = '';
  for (let at = text.indexOf('\r\n') + 2; at < text.length; ) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    const name = headerName(text.slice(at, colon));
    if (name === null) return null;
    const value = text.slice(afterSpace(text, colon + 1), end);
    headers.push([name, value]);
    at = end + 2;
    if (!ofFraming.has(name)) continue;
    if (name === 'content-length' && length === '' && bytesAtMost.test(value)) length = value;
    else if (name === 'connection' && connection === '' && /^(?:keep-alive|close)$/i.test(value)) connection = value;
    else return null;
  }
  const hasNoBody = status === 204 || status === 304;
  // Without a length the body ends with the connection, and a length where there can be no body is suspicious.
  if (!isHead && hasNoBody !== (length === '')) return null;
  return { status, headers, bodyBytes: isHead ? 0 : Number(length), reusable: connection.toLowerCase() !== 'close' };
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
