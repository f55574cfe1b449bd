/**
 * An HTTP request as the event an HTTP API or a Function URL sends (payload 2.0), with what each does to it on the way.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Header, withoutHopByHop } from '../../http/headers.ts';

export interface FrontDoorRequest {
  readonly req: IncomingMessage;
  readonly body: Buffer;
  readonly apiId: string;
  readonly stage: string;
  readonly requestId: string;
  readonly accountId: string;
}

export function toEvent({ req, body, apiId, stage, requestId, accountId }: FrontDoorRequest): object {
  const [rawPath = '/', ...rest] = (req.url ?? '/').split('?');
  const rawQueryString = rest.join('?');
  const now = new Date();
  const isText = body.length === 0 || (isTextType(req.headers['content-type']) && isUtf8(body));
  const domainName = req.headers.host ?? '';
  const path = decode(rawPath);
  const cookies = req.headers.cookie
    ?.split(';')
    .map((cookie) => cookie.trim())
    .filter(Boolean);
  return {
    version: '2.0',
    routeKey: '$default',
    // Recorded: an HTTP API hands the path out decoded.
    rawPath: path,
    rawQueryString,
    ...(cookies && { cookies }),
    headers: eventHeaders(req),
    ...(rawQueryString !== '' && { queryStringParameters: queryParameters(rawQueryString) }),
    requestContext: {
      accountId,
      apiId,
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: req.method,
        path,
        protocol: `HTTP/${req.httpVersion}`,
        sourceIp: clientAddress(req),
        userAgent: req.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage,
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: !isText,
  };
}

/** Lower-case names, repeats joined with commas, no cookies (they have a member of their own), forwarded fields added. */
function eventHeaders(req: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, bytes] of withoutHopByHop(received(req))) {
    if (name === 'cookie' || name === 'expect') continue;
    const value = Buffer.from(bytes, 'latin1').toString('utf8');
    headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  const forwarded = headers['x-forwarded-for'];
  const address = clientAddress(req);
  headers['x-forwarded-for'] = forwarded ? `${forwarded}, ${address}` : address;
  headers['x-forwarded-port'] = String(req.socket.localPort ?? '');
  headers['x-forwarded-proto'] = 'http';
  headers['x-amzn-trace-id'] ??=
    `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`;
  headers['content-length'] ??= '0';
  return headers;
}

function received({ rawHeaders }: IncomingMessage): Header[] {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.push([rawHeaders[i]?.toLowerCase() ?? '', rawHeaders[i + 1] ?? '']);
  }
  return headers;
}

/** Repeats are joined with commas: ambiguous, but it is what AWS does. */
function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [key, value] of new URLSearchParams(query)) {
    parameters[key] = key in parameters ? `${parameters[key]},${value}` : value;
  }
  return parameters;
}

function isTextType(contentType: string | undefined): boolean {
  return (
    contentType === undefined ||
    /^\s*(?:text\/|application\/(?:json|javascript|xml)\b|[^;]+\+(?:json|xml)\b)/i.test(contentType)
  );
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // Recorded: AWS passes malformed escapes through.
    return path;
  }
}

function clientAddress(req: IncomingMessage): string {
  return (req.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** 23/Nov/2026:16:13:48 +0000 */
function commonLogTime(date: Date): string {
  const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${month}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}
