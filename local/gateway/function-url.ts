/**
 * The front door of a Function URL, buffered or streaming.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
import { type Answer, jsonAnswer } from './answer.ts';
import type { Failure, Front } from './front.ts';
import { readV2Result } from './http-api.ts';
import { payloadV2 } from './payload-v2.ts';

export interface FunctionUrlOptions {
  readonly urlId: string;
  readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
}

const maxBodyBytes = 6 * 1024 * 1024;
/** The function's own limit ends a request long before. */
const timeoutMs = 15 * 60_000;

export function functionUrlFront({ urlId, invokeMode }: FunctionUrlOptions): Front {
  return {
    maxBodyBytes,
    maxResultBytes: 6 * 1024 * 1024 + 100,
    timeout: timeoutMs,
    streams: invokeMode === 'RESPONSE_STREAM',
    toEvent: (incoming, requestId) =>
      payloadV2(incoming, { kind: 'function-url', apiId: urlId, requestId, stage: '$default' }),
    fromResult: readV2Result,
    failure: functionUrlFailure,
    ownHeaders: (requestId) => [['x-amzn-requestid', requestId]],
  };
}

/** Recorded: 502 for a function that failed or answered nonsense. */
function functionUrlFailure(failure: Failure): Answer {
  const words: Record<Failure, [number, string]> = {
    'not found': [403, 'Forbidden'],
    denied: [403, 'Forbidden'],
    'too large': [413, 'Request Entity Too Large'],
    'function failed': [502, 'Internal Server Error'],
    'bad result': [502, 'Internal Server Error'],
    throttled: [429, 'Rate Exceeded.'],
    timeout: [504, 'Gateway Timeout'],
    upgrade: [400, 'Bad Request'],
  };
  const [status, Message] = words[failure];
  return jsonAnswer(status, { Message });
}
