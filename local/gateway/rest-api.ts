/**
 * The front door of a REST API with a Lambda proxy integration, buffered or with response transfer mode STREAM.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
import { isRecord } from '../../http/json.ts';
import {
  type Answer,
  decodeBody,
  jsonAnswer,
  multiHeaders,
  parsePayload,
  parseStatus,
  singleHeaders,
} from './answer.ts';
import type { Failure, Front } from './front.ts';
import { payloadV1 } from './payload-v1.ts';

export interface RestApiOptions {
  readonly apiId: string;
  readonly stage: string;
  readonly streams: boolean;
}

const maxBodyBytes = 10 * 1024 * 1024;
/** "Total combined size of all header values": api-gateway-execution-service-limits-table.html. */
const maxHeaderValueBytes = 10_240;
/** 29 s buffered, 15 min streamed: response-transfer-mode.html. */
const timeoutMs = { buffered: 29_000, streamed: 15 * 60_000 };

export function restApiFront({ apiId, stage, streams }: RestApiOptions): Front {
  return {
    maxBodyBytes,
    maxResultBytes: Number.POSITIVE_INFINITY,
    maxHeaderValueBytes,
    timeout: streams ? timeoutMs.streamed : timeoutMs.buffered,
    streams,
    toEvent: (incoming, requestId) => payloadV1(incoming, { kind: 'rest', apiId, requestId, stage }),
    fromResult: readRestResult,
    failure: restFailure,
    ownHeaders: (requestId) => [['x-amzn-requestid', requestId]],
  };
}

/** Recorded: both maps are merged, the multiple one first; a value that is no list there is refused, and so is a member it does not know. */
export function readRestResult(payload: Uint8Array): Answer | Failure {
  const result = parsePayload(payload);
  if (!isRecord(result)) return 'bad result';
  const known = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded', 'statusDescription']);
  if (Object.keys(result).some((key) => !known.has(key))) return 'bad result';
  const status = parseStatus(result.statusCode);
  const multiple = multiHeaders(result.multiValueHeaders);
  if (status === null || multiple === null) return 'bad result';
  const headers = [...multiple, ...singleHeaders(result.headers)].map(remapped);
  const body = decodeBody(result.body, result.isBase64Encoded);
  if (!headers.some(([name]) => name === 'content-type')) headers.push(['content-type', 'application/json']);
  return { status, headers, body };
}

/** Recorded: these four come out under other names. */
function remapped([name, value]: [string, string]): [string, string] {
  return /^(?:connection|content-length|date|server)$/.test(name) ? [`x-amzn-remapped-${name}`, value] : [name, value];
}

function restFailure(failure: Failure): Answer {
  const words: Record<Failure, [number, string]> = {
    'not found': [403, 'Missing Authentication Token'],
    denied: [500, 'Internal server error'],
    'too large': [413, 'Request Too Long'],
    'function failed': [502, 'Internal server error'],
    'bad result': [502, 'Internal server error'],
    throttled: [429, 'Too Many Requests'],
    timeout: [504, 'Endpoint request timed out'],
    upgrade: [400, 'Bad Request'],
  };
  const [status, message] = words[failure];
  return jsonAnswer(status, { message });
}
