/**
 * The front door of an application load balancer with a Lambda target.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
import { isRecord } from '../../http/json.ts';
import { albEvent } from './alb-event.ts';
import { type Answer, decodeBody, multiHeaders, parsePayload, parseStatus, singleHeaders } from './answer.ts';
import type { Failure, Front } from './front.ts';

const maxBytes = 1024 * 1024;

/** `multiValue` is the target group's attribute `lambda.multi_value_headers.enabled`. */
export function albFront(multiValue: boolean): Front {
  return {
    maxBodyBytes: maxBytes,
    maxResultBytes: maxBytes,
    timeout: 15 * 60_000,
    streams: false,
    toEvent: (incoming) => albEvent(incoming, multiValue),
    fromResult: (payload) => readAlbResult(payload, multiValue),
    failure: albFailure,
    ownHeaders: () => [['server', 'awselb/2.0']],
  };
}

/** It reads the map of its mode and no other; the one of the other mode is as good as absent. */
function readAlbResult(payload: Uint8Array, multiValue: boolean): Answer | Failure {
  const result = parsePayload(payload);
  if (!isRecord(result)) return 'bad result';
  const status = parseStatus(result.statusCode);
  const headers = multiValue ? multiHeaders(result.multiValueHeaders) : singleHeaders(result.headers);
  if (status === null || headers === null) return 'bad result';
  const body = decodeBody(result.body, result.isBase64Encoded);
  if (body.length > 0 && !headers.some(([name]) => name === 'content-type'))
    headers.push(['content-type', 'application/octet-stream']);
  return { status, headers, body };
}

function albFailure(failure: Failure): Answer {
  const words: Record<Failure, [number, string]> = {
    'not found': [503, 'Service Temporarily Unavailable'],
    denied: [502, 'Bad Gateway'],
    'too large': [413, 'Request Entity Too Large'],
    'function failed': [502, 'Bad Gateway'],
    'bad result': [502, 'Bad Gateway'],
    throttled: [502, 'Bad Gateway'],
    timeout: [504, 'Gateway Time-out'],
    upgrade: [400, 'Bad Request'],
  };
  const [status, title] = words[failure];
  const page = `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, headers: [['content-type', 'text/html']], body: Buffer.from(page) };
}
