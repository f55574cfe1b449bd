/** 3.12: Lattice, and what is no request at all. */
import type { HttpResponse } from '../../../../http/message.ts';
import { InvocationFailure } from '../../../../proxy/events/format.ts';
import { answering, requestOf, resultOf, settings, wholeOf } from '../converting.ts';
import { appSees, clientOf, type Fact, facts, fixture, lineOf, targetOf, valuesOf } from './facts.ts';

const sqs = fixture('sqs-batch');
const result = (event: unknown, res: Partial<HttpResponse>, error_statuses: (number | string)[] = ['500-599']) =>
  wholeOf(event, answering(res), { events: { ...settings, error_statuses } }).catch((error: unknown) =>
    error instanceof InvocationFailure ? `failed: ${error.errorType}` : Promise.reject(error),
  );
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const posted = async (event: unknown) => {
  const req = await requestOf(event);
  return typeof req === 'string' || req.body === null ? req : JSON.parse(Buffer.from(req.body).toString());
};

const passedOn = [
  'sqs-batch',
  'sns-notification',
  's3-put',
  'dynamodb-stream',
  'eventbridge-rule',
  'scheduler-input',
  'console-hello',
  'edge-viewer-request',
  'websocket-connect',
  'websocket-message',
  'websocket-disconnect',
];

facts([
  [
    '3.12 Lattice 2.0: the query is in the path, once',
    () => targetOf(fixture('lattice-v2-get')),
    '/capture/plain?literalPlus=a+b&encodedPlus=a%2Bb&many=1&many=2',
  ],
  [
    '3.12 Lattice 2.0: the query is not lost where the path has none (HO loses it)',
    () => targetOf(fixture('lattice-v2-strings')),
    '/capture/plain?a=1&many=2',
  ],
  [
    '3.12 Lattice 2.0: lists of parameters',
    () => targetOf(fixture('lattice-v2-get', { path: '/p' })),
    '/p?literalPlus=a+b&encodedPlus=a%2Bb&many=1&many=2',
  ],
  ['3.12 Lattice 2.0: header values as lists', () => valuesOf(fixture('lattice-v2-get'), 'accept'), ['*/*']],
  ['3.12 Lattice 2.0: header values as strings', () => valuesOf(fixture('lattice-v2-strings'), 'accept'), ['*/*']],
  ['3.12 Lattice 2.0: method', () => lineOf(fixture('lattice-v2-post-binary')), 'POST /upload'],
  [
    '3.12 Lattice 2.0: its context reaches the app',
    async () => JSON.parse((await appSees(fixture('lattice-v2-get'), 'x-context'))[0] ?? ''),
    fixture('lattice-v2-get').requestContext,
  ],
  [
    '3.12 Lattice 1.0: raw_path, method, query_string_parameters',
    () => lineOf(fixture('lattice-v1-get')),
    'GET /capture/space%20value?literalPlus=a+b&order=1',
  ],
  ['3.12 Lattice 1.0: headers are strings', () => valuesOf(fixture('lattice-v1-get'), 'user-agent'), ['curl/8.5.0']],
  ['3.12 Lattice: the client is the last of X-Forwarded-For', () => clientOf(fixture('lattice-v2-get')), '10.0.1.20'],
  [
    '3.12 Lattice: the answer is one of a load balancer',
    () => resultOf(fixture('lattice-v2-get'), { status: 201, headers: [['x', '1']] }),
    { statusCode: 201, statusDescription: '201 Created', headers: { x: '1' }, body: '', isBase64Encoded: false },
  ],

  ...passedOn.map(
    (name): Fact => [
      `3.12 ${name}: posted to the app, whole`,
      async () => [await lineOf(fixture(name)), await posted(fixture(name))],
      ['POST /events', fixture(name)],
    ],
  ),
  ...[null, 7, 'text', [], {}].map(
    (event): Fact => [
      `3.12 ${JSON.stringify(event)}: posted to the app`,
      async () => [await lineOf(event), await posted(event)],
      ['POST /events', event],
    ],
  ),
  [
    '3.12 the path to post to is configured',
    async () => {
      const req = await requestOf(sqs, { events_path: '/queue' });
      return typeof req === 'string' ? req : req.target;
    },
    '/queue',
  ],
  [
    '3.12 a base path does not apply to it',
    async () => {
      const req = await requestOf(sqs, { path: '/events' });
      return typeof req === 'string' ? req : req.target;
    },
    '/events',
  ],
  ['3.12 WebSocket: CONNECT has headers, and is no GET', () => lineOf(fixture('websocket-connect')), 'POST /events'],
  [
    '3.12 WebSocket: the app gets the request context',
    async () => JSON.parse((await appSees(fixture('websocket-message'), 'x-context'))[0] ?? ''),
    fixture('websocket-message').requestContext,
  ],
  [
    '3.12 a requestContext of another event is no context of ours, whatever its size',
    () => appSees({ requestContext: { x: 'x'.repeat(100_000) } }, 'x-context'),
    ['null'],
  ],
  ['3.12 the event is JSON for the app', () => valuesOf(sqs, 'content-type'), ['application/json']],
  [
    '3.12 the app’s JSON is the result: a partial batch response',
    () => result(sqs, { body: json({ batchItemFailures: [{ itemIdentifier: 'a' }] }) }),
    { batchItemFailures: [{ itemIdentifier: 'a' }] },
  ],
  [
    '3.12 WebSocket: the app’s JSON is the result',
    () => result(fixture('websocket-connect'), { body: json({ statusCode: 401 }) }),
    { statusCode: 401 },
  ],
  ['3.12 an empty answer is null', () => result(sqs, { status: 204 }), null],
  ['3.12 an answer that is no JSON is a text', () => result(sqs, { body: Buffer.from('done') }), 'done'],
  [
    '3.12 a status of the list fails the invocation, so that it is tried again',
    () => result(sqs, { status: 503 }),
    'failed: UP_EVENT_REFUSED',
  ],
  [
    '3.12 a single status of the list fails the invocation',
    () => result(sqs, { status: 409 }, [409]),
    'failed: UP_EVENT_REFUSED',
  ],
  [
    '3.12 the ends of a range are in it',
    async () => [await result(sqs, { status: 400 }, ['400-499']), await result(sqs, { status: 499 }, ['400-499'])],
    ['failed: UP_EVENT_REFUSED', 'failed: UP_EVENT_REFUSED'],
  ],
  [
    '3.12 a status outside the list does not',
    () => result(sqs, { status: 404, body: json({ ok: false }) }),
    { ok: false },
  ],
  [
    '3.12 an answer that is not the app’s always fails it',
    () => result(sqs, { status: 503, failure: 'UP_APP_CRASHED' }, []),
    'failed: UP_APP_CRASHED',
  ],
  [
    '3.12 an answer larger than Lambda takes fails it',
    () => result(sqs, { body: json('x'.repeat(6_300_000)) }, []),
    'failed: UP_RESPONSE_TOO_LARGE',
  ],
  [
    '3.12 an event nested deeper than any stack fails it and ends nothing',
    () => result(JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), {}),
    'failed: UP_EVENT_UNSUPPORTED',
  ],
]);
