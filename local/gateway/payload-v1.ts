/**
 * The event of a REST API (and of an HTTP API with payload 1.0): decoded maps, single and multiple, and the path without
 * the stage. https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
import { accountId } from '../aws/identity.ts';
import { commonLogTime, decode, encode, grouped, type Incoming, last, queryPairs, withForwarded } from './incoming.ts';

export interface PayloadV1Source {
  readonly kind: 'rest' | 'http-api';
  readonly apiId: string;
  readonly requestId: string;
  readonly stage: string;
}

/** Recorded: a REST API takes these away before Lambda. */
const removed = new Set([
  'content-length',
  'content-md5',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'www-authenticate',
]);

export function payloadV1(incoming: Incoming, { kind, apiId, requestId, stage }: PayloadV1Source): object {
  const { method, rawPath, rawQuery, protocol, clientIp, host, at, body } = incoming;
  const isRest = kind === 'rest';
  const path = isRest ? rawPath : decode(rawPath);
  const resource = isRest ? '/{proxy+}' : '$default';
  const headers = withForwarded(incoming)
    .filter(([name]) => !isRest || !removed.has(name))
    .map(([name, value]): [string, string] => [ownCase(name), value]);
  const query = queryPairs(rawQuery).map(([name, value]): [string, string] => [form(name), form(value)]);
  // With `*/*` as binary media type, as our own REST front door has it, every body comes as base64.
  const encoded = encode(body, !isRest);
  return {
    ...(!isRest && { version: '1.0' }),
    resource,
    path,
    httpMethod: method,
    headers: last(headers),
    multiValueHeaders: grouped(headers),
    queryStringParameters: query.length > 0 ? last(query) : null,
    multiValueQueryStringParameters: query.length > 0 ? grouped(query) : null,
    // The one route of an HTTP API that up makes takes every path and names no part of it.
    pathParameters: isRest ? { proxy: path.replace(/^\//, '') } : null,
    stageVariables: null,
    requestContext: {
      accountId,
      apiId,
      domainName: host,
      domainPrefix: host.split('.')[0],
      httpMethod: method,
      identity: { sourceIp: clientIp, userAgent: last(incoming.headers)['user-agent'] ?? '' },
      path: isRest ? `/${stage}${path}` : path,
      protocol,
      requestId,
      requestTime: commonLogTime(at),
      requestTimeEpoch: at.getTime(),
      resourcePath: resource,
      stage,
    },
    body: body.length > 0 ? encoded.body : null,
    isBase64Encoded: body.length > 0 && encoded.isBase64Encoded,
  };
}

/** Recorded: these arrive capitalised, others as the client wrote them. */
function ownCase(name: string): string {
  if (!/^(?:content-length|host|user-agent|x-forwarded-.*|x-amzn-trace-id)$/.test(name)) return name;
  return name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

function form(text: string): string {
  return decode(text.replaceAll('+', ' '));
}
