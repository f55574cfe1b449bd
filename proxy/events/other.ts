/**
 * Events that are no HTTP requests (SQS, SNS, S3, EventBridge, schedules, WebSocket, a console's test, anything): posted
 * to the app as JSON. Its answer's JSON is the result; a status of the list makes the invocation fail.
 */
import { isRecord } from '../../http/json.ts';
import type { HttpRequest } from '../../http/message.ts';
import {
  type EventSettings,
  type Format,
  InvocationFailure,
  maxLambdaResultBytes,
  noPrelude,
  type WholeResponse,
} from './format.ts';
import { type Invocation, toContext } from './invocation.ts';

export function isWebSocket(event: Record<string, unknown>): boolean {
  const { requestContext } = event;
  return (
    isRecord(requestContext) &&
    typeof requestContext.connectionId === 'string' &&
    typeof requestContext.eventType === 'string'
  );
}

export function other(event: unknown, name: 'websocket' | 'other', settings: EventSettings): Format {
  return {
    name,
    toRequest: (invocation) => toRequest(event, name, settings.events_path, invocation),
    toResult: (res) => toResult(res, settings.error_statuses),
    toJson: JSON.stringify,
    toPrelude: noPrelude,
    maxResultBytes: maxLambdaResultBytes,
    streams: false,
  };
}

function toRequest(
  event: unknown,
  name: 'websocket' | 'other',
  eventsPath: string,
  invocation: Invocation,
): HttpRequest {
  // What a member of this name holds elsewhere is not the platform's word, and of any size; the body has it too.
  const platform = name === 'websocket' && isRecord(event) ? event.requestContext : null;
  return {
    method: 'POST',
    target: eventsPath,
    headers: [
      ['host', 'localhost'],
      ['content-type', 'application/json'],
    ],
    body: Buffer.from(JSON.stringify(event ?? null)),
    context: toContext(invocation, { clientIp: '', platform, sender: 'event' }),
  };
}

function toResult({ status, body, failure }: WholeResponse, errorStatuses: EventSettings['error_statuses']): unknown {
  const answer = body.toString('utf8');
  // An event must not be lost because there was no app to take it, whatever the list says.
  if (failure !== undefined) throw new InvocationFailure(failure, answer);
  if (errorStatuses.some((range) => isIn(status, range))) {
    throw new InvocationFailure(
      'UP_EVENT_REFUSED',
      `the app answered the event with ${status}: ${answer.slice(0, 1024)}`,
    );
  }
  return parse(answer);
}

function isIn(status: number, range: number | string): boolean {
  if (typeof range === 'number') return status === range;
  const [from, to] = range.split('-').map(Number);
  return status >= (from ?? 0) && status <= (to ?? 0);
}

function parse(answer: string): unknown {
  if (answer === '') return null;
  try {
    return JSON.parse(answer);
  } catch {
    // Not JSON: then it is a text, and a text has a JSON form too.
    return answer;
  }
}
