/** The result of a function as the answer an HTTP API makes of it. */
import type { ServerResponse } from 'node:http';

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** A result with a status is an answer; any other JSON is the body of a 200, as HTTP APIs infer it. */
export function fromResult(payload: Uint8Array): GatewayAnswer {
  const result = parse(payload);
  if (result === undefined) return gatewayError(500);
  if (!isObject(result) || result.statusCode === undefined) return inferred(result);
  const status = Number(result.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return gatewayError(500);
  const body = String(result.body ?? '');
  return {
    status,
    headers: [...resultHeaders(result.headers), ...cookieHeaders(result.cookies)],
    body: Buffer.from(body, result.isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

/** What API Gateway says by itself; it never says why. */
export function gatewayError(status: 400 | 404 | 413 | 429 | 500 | 503): GatewayAnswer {
  const messages = {
    400: 'Bad Request',
    404: 'Not Found',
    413: 'Request Entity Too Large',
    429: 'Too Many Requests',
    500: 'Internal Server Error',
    503: 'Service Unavailable',
  };
  return {
    status,
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify({ message: messages[status] })),
  };
}

export function send(res: ServerResponse, answer: GatewayAnswer, requestId: string, method: string): void {
  const bodiless = method === 'HEAD' || answer.status === 204 || answer.status === 304;
  // Only the function knows how long the answer to a GET would be.
  const kept = answer.headers.filter(([name]) => name !== 'content-length' || method === 'HEAD');
  const headers = kept.flatMap(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]);
  if (!bodiless) headers.push('content-length', String(answer.body.length));
  res.writeHead(answer.status, [...headers, 'apigw-requestid', requestId]);
  res.end(bodiless ? undefined : answer.body);
}

function inferred(result: unknown): GatewayAnswer {
  const body = typeof result === 'string' ? result : JSON.stringify(result);
  return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
}

const dropped = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

function resultHeaders(headers: unknown): [string, string][] {
  if (!isObject(headers)) return [['content-type', 'text/plain; charset=utf-8']];
  const list = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), String(value)]);
  return list.filter(([name]) => !dropped.has(name));
}

function cookieHeaders(cookies: unknown): [string, string][] {
  return Array.isArray(cookies) ? cookies.map((cookie): [string, string] => ['set-cookie', String(cookie)]) : [];
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
