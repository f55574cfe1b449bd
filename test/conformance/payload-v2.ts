/**
 * What AWS's two front doors make of an HTTP request (payload format 2.0) and of a function's result. Written from the
 * documentation and what others have recorded, not from the code under test.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { type Answer, type Fields, type Sent, valuesOf } from '../support/http.ts';

export type Source = 'http-api' | 'function-url';

export function readEvent(name: string) {
  return JSON.parse(readFileSync(new URL(`../fixtures/events/payload-v2-${name}.json`, import.meta.url), 'utf8'));
}

export function toEvent(source: Source, { method = 'GET', path = '/', headers = [], body = '' }: Sent): object {
  const base = readEvent(source);
  const [rawPath = '', ...query] = path.split('?');
  const bytes = Buffer.from(body);
  const lower = headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const cookies = valuesOf(lower, 'cookie').flatMap((line) => line.split(/; */));
  const isText = bytes.length === 0 || (isTextType(valuesOf(lower, 'content-type')[0]) && isUtf8(bytes));
  const seen = eventHeaders(source, lower, bytes, base.headers);
  return {
    ...base,
    // Recorded by others: an HTTP API hands the path out decoded, a Function URL as it was sent.
    rawPath: source === 'http-api' ? decoded(rawPath) : rawPath,
    rawQueryString: query.join('?'),
    cookies: cookies.length > 0 ? cookies : undefined,
    headers: seen,
    queryStringParameters: undefined,
    requestContext: {
      ...base.requestContext,
      // AWS routes by it, so it is what the client asked for.
      domainName: seen.host,
      domainPrefix: source === 'http-api' ? seen.host?.split('.')[0] : base.requestContext.apiId,
      http: { ...base.requestContext.http, method, path: decoded(rawPath) },
      timeEpoch: Date.now(),
    },
    body: bytes.length > 0 ? bytes.toString(isText ? 'utf8' : 'base64') : undefined,
    isBase64Encoded: !isText,
  };
}

/** Names in lower case, repeats joined with commas, values as Unicode, what belongs to one connection left out. */
function eventHeaders(
  source: Source,
  sent: Fields,
  body: Buffer,
  base: Record<string, string>,
): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  const named = valuesOf(sent, 'connection').flatMap((value) => value.split(/ *, */));
  for (const [name, value] of sent) {
    if (hopByHop.has(name) || named.includes(name) || (name === 'cookie' && source === 'http-api')) continue;
    const text = Buffer.from(value, 'latin1').toString('utf8');
    headers[name] = name in headers ? `${headers[name]}${name === 'cookie' ? '; ' : ','}${text}` : text;
  }
  for (const name of ['x-amzn-trace-id', 'x-forwarded-port', 'x-forwarded-proto']) headers[name] = base[name] ?? '';
  headers['content-length'] ??= String(body.length);
  headers['x-forwarded-for'] = [...valuesOf(sent, 'x-forwarded-for'), '192.0.2.7'].join(', ');
  headers.host ??= base.host ?? '';
  return headers;
}

const hopByHop = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect']);

function isTextType(type: string | undefined): boolean {
  return type === undefined || /^(?:text\/|application\/(?:json|javascript|xml))/.test(type);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export interface Result {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export function fromResult(result: Result, method: string): Answer {
  const { statusCode: status, headers = {}, cookies = [], body = '', isBase64Encoded } = result;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const fields = [
    ...Object.entries(headers).map(([name, value]) => [name, wire(value)] as const),
    ...cookies.map((value) => ['set-cookie', wire(value)] as const),
  ];
  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  const counted = bodiless ? [] : [['content-length', String(bytes.length)] as const];
  return { status, headers: [...fields, ...counted], body: bytes, text: bytes.toString('utf8') };
}

/** JSON is Unicode, the wire is bytes: UTF-8. */
function wire(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}
