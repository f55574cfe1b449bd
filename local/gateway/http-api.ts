/** The front door of an HTTP API. */
import { isRecord } from '../../http/json.ts';
import type { HttpApi } from '../model.ts';
import {
  type Answer,
  cookieHeaders,
  decodeBody,
  jsonAnswer,
  parsePayload,
  parseStatus,
  singleHeaders,
} from './answer.ts';
import type { Failure, Front } from './front.ts';
import type { Incoming } from './incoming.ts';
import { payloadV1 } from './payload-v1.ts';
import { payloadV2 } from './payload-v2.ts';
import { readRestResult } from './rest-api.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.md */
const maxBodyBytes = 10 * 1024 * 1024;

/** `mappingKey` is that of the custom domain it was asked by: payload 1.0 has it in its path, 2.0 has not. */
export function httpApiFront(api: Pick<HttpApi, 'ApiId'>, version: string, timeout: number, mappingKey = ''): Front {
  const apiId = api.ApiId;
  return {
    maxBodyBytes,
    maxResultBytes: Number.POSITIVE_INFINITY,
    timeout,
    streams: false,
    toEvent: (incoming, requestId) =>
      version === '1.0'
        ? payloadV1(incoming, { kind: 'http-api', apiId, requestId, stage: '$default' })
        : payloadV2(withoutKey(incoming, mappingKey), { kind: 'http-api', apiId, requestId, stage: '$default' }),
    fromResult: version === '1.0' ? readRestResult : readV2Result,
    failure: httpApiFailure,
    ownHeaders: (requestId) => [['apigw-requestid', requestId]],
  };
}

function withoutKey(incoming: Incoming, key: string): Incoming {
  return key === '' ? incoming : { ...incoming, rawPath: incoming.rawPath.slice(key.length + 1) || '/' };
}

/** A result with a status is an answer; any other JSON is the body of a 200, as HTTP APIs infer it. */
export function readV2Result(payload: Uint8Array): Answer | Failure {
  const result = parsePayload(payload);
  if (result === undefined) return 'bad result';
  if (!isRecord(result) || result.statusCode === undefined) {
    const body = typeof result === 'string' ? result : JSON.stringify(result);
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
  }
  const status = parseStatus(result.statusCode);
  if (status === null) return 'bad result';
  const headers = singleHeaders(result.headers);
  const body = decodeBody(result.body, result.isBase64Encoded);
  if (body.length > 0 && !headers.some(([name]) => name === 'content-type'))
    headers.push(['content-type', 'text/plain; charset=utf-8']);
  return { status, headers: [...headers, ...cookieHeaders(result.cookies)], body };
}

/** Recorded: a failed function is a 500 here, where a REST API and a Function URL say 502. */
function httpApiFailure(failure: Failure): Answer {
  const words: Record<Failure, [number, string]> = {
    'not found': [404, 'Not Found'],
    'too large': [413, 'Request Entity Too Large'],
    'function failed': [500, 'Internal Server Error'],
    'bad result': [500, 'Internal Server Error'],
    denied: [500, 'Internal Server Error'],
    throttled: [503, 'Service Unavailable'],
    timeout: [503, 'Service Unavailable'],
    upgrade: [400, 'Bad Request'],
  };
  const [status, message] = words[failure];
  return jsonAnswer(status, { message });
}
