/**
 * Payload 2.0, as HTTP APIs and Function URLs send it. They differ in the path: an HTTP API hands it out decoded, a
 * Function URL as it was sent (both recorded).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { accountId } from '../aws/identity.ts';
import { commonLogTime, decode, encode, type Incoming, joined, queryPairs, withForwarded } from './incoming.ts';

export interface PayloadV2Source {
  readonly kind: 'http-api' | 'function-url';
  readonly apiId: string;
  readonly requestId: string;
  readonly stage: string;
}

export function payloadV2(incoming: Incoming, { kind, apiId, requestId, stage }: PayloadV2Source): object {
  const { rawPath, rawQuery, method, protocol, clientIp, host, at, body } = incoming;
  const path = decode(rawPath);
  const headers = joined(withForwarded(incoming), ',');
  const cookies = incoming.headers.filter(([name]) => name === 'cookie').flatMap(([, value]) => value.split(/;\s*/));
  // Recorded: a Function URL has cookies in both places, an HTTP API in `cookies` alone; and a length where none was sent.
  if (kind === 'http-api') {
    delete headers.cookie;
    headers['content-length'] ??= '0';
  }
  const parameters = joined(
    queryPairs(rawQuery).map(([name, value]) => [form(name), form(value)]),
    ',',
  );
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: kind === 'http-api' ? path : rawPath,
    rawQueryString: rawQuery,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(rawQuery !== '' && { queryStringParameters: parameters }),
    requestContext: {
      // Whoever calls a URL that is open to all.
      accountId: kind === 'function-url' ? 'anonymous' : accountId,
      apiId,
      domainName: host,
      // The id of a Function URL is the first label of its domain, whatever this front door is called.
      domainPrefix: kind === 'function-url' ? apiId : host.split('.')[0],
      http: { method, path, protocol, sourceIp: clientIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey: '$default',
      stage,
      time: commonLogTime(at),
      timeEpoch: at.getTime(),
    },
    ...withBody(body, headers['content-type']),
  };
}

function withBody(body: Buffer, contentType: string | undefined): object {
  const encoded = encode(body, isTextType(contentType));
  return body.length > 0 ? encoded : { isBase64Encoded: false };
}

function isTextType(contentType: string | undefined): boolean {
  const textual = /^\s*(?:text\/|application\/(?:json|javascript|xml)\b|[^;]+\+(?:json|xml)\b)/i;
  return contentType === undefined || textual.test(contentType);
}

function form(text: string): string {
  return decode(text.replaceAll('+', ' '));
}
