/**
 * One golden case, as text: up.json, an empty line, a request, `---`, the response. A first line `stage: NAME` chooses
 * another stage than production. The request's `host` is `shop.example` unless it says otherwise.
 */
import { parse } from '../config/parse.ts';
import { decode } from '../support/decode.ts';
import type { Answer, Sent } from '../support/http.ts';

export interface GoldenCase {
  readonly stage: string;
  readonly config: ReturnType<typeof parse>['config'];
  readonly sent: Sent;
  /** What stands before the response. */
  readonly given: string;
  readonly response: string;
}

const separator = '\n---\n';

export function readCase(text: string): GoldenCase {
  const [given = '', response = ''] = text.split(separator);
  const [, stage = 'production', rest = ''] = /^(?:stage: (\w+)\n)?([\s\S]*)$/.exec(given) ?? [];
  const start = rest.search(/^[A-Z]+ \S+$/m);
  const [head = '', ...body] = rest.slice(start).split('\n\n');
  const [line = '', ...fields] = head.split('\n').filter(Boolean);
  const [method = 'GET', path = '/'] = line.split(' ');
  const headers = fields.map((field): [string, string] => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon), field.slice(colon + 1).trim()];
  });
  if (!headers.some(([name]) => name.toLowerCase() === 'host')) headers.unshift(['host', 'shop.example']);
  return {
    stage,
    config: parse(JSON.parse(rest.slice(0, start))).config,
    sent: { method, path, headers, ...(body.length > 0 && { body: body.join('\n\n') }) },
    given,
    response,
  };
}

export function writeCase({ given }: GoldenCase, response: string): string {
  return given + separator + response;
}

/** What the hosts add, and what belongs to one connection or one moment. */
const left = /^(?:date|connection|keep-alive|transfer-encoding|content-length|x-amzn-requestid|apigw-requestid)$/;

/** A response as a case shows it: fields sorted, a compressed body unpacked, request ids and durations hidden. */
export function showResponse({ status, headers, body }: Answer): string {
  const fields = headers
    .filter(([name]) => !left.test(name))
    .map(([name, value]) => `${name}: ${value}`)
    .sort();
  // An answer to HEAD has the fields without the body.
  const content = body.length === 0 ? body : decode(body, headers.find(([name]) => name === 'content-encoding')?.[1]);
  return hide(`${[String(status), ...fields].join('\n')}\n\n${showBody(content)}`);
}

/** Long bodies by their ends and length; what is no text by its bytes. */
function showBody(body: Buffer): string {
  const text = body.toString('utf8');
  if (!Buffer.from(text).equals(body)) return `(${body.length} bytes) ${body.subarray(0, 40).toString('hex')}\n`;
  if (text.length > 2_000) return `${text.slice(0, 40)}…${text.slice(-40)} (${text.length} characters)\n`;
  return text.endsWith('\n') || text === '' ? text : `${text}\n`;
}

function hide(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|golden-1/g, 'REQUEST-ID')
    .replace(/dur=[\d.]+/g, 'dur=N');
}
