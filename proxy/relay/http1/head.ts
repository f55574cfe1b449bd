/** The head of a request as it goes to the app: what is written here is checked here, whoever composed it. */
import { headerName } from '../../../http/header-names.ts';
import type { Headers } from '../../../http/headers.ts';

export interface RequestHead {
  readonly method: string;
  /** Origin form. */
  readonly target: string;
  /** Without framing, which is computed; without a `host`, the authority is it. */
  readonly headers: Headers;
  /** Of the body; null when there is none. */
  readonly bodyBytes: number | null;
}

/** Methods whose requests say that they have no body when they have none (RFC 9110 8.6). */
const expectBody = new Set(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);

const legalMethod = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const legalTarget = /^[\u0021-\u007e\u0080-\u00ff]+$/;
/** RFC 9110 5.5: no control character but tab; one byte for each character. */
const legalValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** As text, a byte for each character. Throws an Error for what would be read as something else than was meant. */
export function requestHead({ method, target, headers, bodyBytes }: RequestHead, authority: string): string {
  if (!legalMethod.test(method)) throw new Error(`the method ${JSON.stringify(method)} is not a token`);
  if (!legalTarget.test(target)) throw new Error('the request target has characters that none may have');
  let host = authority;
  let fields = '';
  for (const [name, value] of headers) {
    if (headerName(name) === null || !legalValue.test(value))
      throw new Error(`the header field ${JSON.stringify(name)} has illegal characters`);
    if (name === 'host') host = value;
    else fields += `${name}: ${value}\r\n`;
  }
  const length = bodyBytes === null && !expectBody.has(method) ? '' : `content-length: ${bodyBytes ?? 0}\r\n`;
  return `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${fields}${length}\r\n`;
}
