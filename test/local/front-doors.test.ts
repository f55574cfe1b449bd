/**
 * The front doors of the local platform: the event that a request becomes, and the bytes that a result becomes. One
 * file, because both ways are taken through the same doors.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { albFront } from '../../local/gateway/alb.ts';
import { type Dispatch, type Front, serve } from '../../local/gateway/front.ts';
import { functionUrlFront } from '../../local/gateway/function-url.ts';
import { httpApiFront } from '../../local/gateway/http-api.ts';
import { restApiFront } from '../../local/gateway/rest-api.ts';
import type { Outcome } from '../../local/lambda/environment.ts';
import type { HttpApi } from '../../local/model.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const api = { ApiId: 'abc' } as HttpApi;
const fronts = {
  'HTTP API': httpApiFront(api, '2.0', 30_000),
  'HTTP API 1.0': httpApiFront(api, '1.0', 30_000),
  'Function URL': functionUrlFront({ urlId: 'u', invokeMode: 'BUFFERED' }),
  'streaming Function URL': functionUrlFront({ urlId: 'u', invokeMode: 'RESPONSE_STREAM' }),
  REST: restApiFront({ apiId: 'abc', stage: 'prod', streams: false }),
  'streaming REST': restApiFront({ apiId: 'abc', stage: 'prod', streams: true }),
  'load balancer': albFront(false),
  'multi-value load balancer': albFront(true),
};
type Name = keyof typeof fronts;

/** The members the tests name; which of them an event has is what they are about. */
interface Event {
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly isBase64Encoded: boolean;
  readonly [member: string]: unknown;
}

interface Door {
  readonly port: number;
  readonly url: string;
  /** The events that came in, in order. */
  readonly events: Event[];
}

/** A door whose function answers with what `answer` makes of the event. */
async function open(
  front: Front,
  answer: (event: Event) => unknown,
  target: 'denied' | null | object = {},
): Promise<Door> {
  const events: Event[] = [];
  const dispatch: Dispatch = async (_target, payload) => {
    const event = JSON.parse(Buffer.from(payload).toString()) as Event;
    events.push(event);
    const result = answer(event);
    return (isOutcome(result) ? result : { payload: Buffer.from(JSON.stringify(result)) }) as Outcome;
  };
  const server = createServer((req, res) => void serve(front, target as never, dispatch, req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}`, events };
}

function isOutcome(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('payload' in value || 'stream' in value);
}

const ok = { statusCode: 200, body: 'ok' };

async function eventOf(name: Name, path: string, init: RequestInit = {}): Promise<Event> {
  const door = await open(fronts[name], () => ok);
  await fetch(door.url + path, init);
  return door.events[0] as Event;
}

describe('the event', () => {
  test.each<[Name, string, string]>([
    ['HTTP API', '/a b', 'rawPath'],
    ['HTTP API 1.0', '/a b', 'path'],
    ['Function URL', '/a%20b', 'rawPath'],
    ['REST', '/a%20b', 'path'],
    ['load balancer', '/a%20b', 'path'],
  ])('%s hands out /a%%20b as %s', async (name, expected, member) => {
    expect((await eventOf(name, '/a%20b'))[member]).toBe(expected);
  });

  test.each<[Name, object]>([
    ['HTTP API', { rawPath: '/a', rawQueryString: 'b=1' }],
    ['Function URL', { rawPath: '/a', rawQueryString: 'b=1' }],
    ['REST', { path: '/a', queryStringParameters: { b: '1' } }],
    ['load balancer', { path: '/a', queryStringParameters: { b: '1' } }],
  ])('%s hands out the path of a proxy’s client, which names the host before it', async (name, expected) => {
    const { port, events } = await open(fronts[name], () => ok);
    const sent = request({ port, host: '127.0.0.1', path: 'http://shop.example/a?b=1' }).end();
    const [res] = (await once(sent, 'response')) as [IncomingMessage];
    res.resume();
    expect(events).toMatchObject([expected]);
  });

  test.each<[Name, object]>([
    ['HTTP API', { rawQueryString: 'a=1%2B&a=x+y&e=', queryStringParameters: { a: '1+,x y', e: '' } }],
    [
      'REST',
      { queryStringParameters: { a: 'x y', e: '' }, multiValueQueryStringParameters: { a: ['1+', 'x y'], e: [''] } },
    ],
    ['load balancer', { queryStringParameters: { a: 'x+y', e: '' } }],
    ['multi-value load balancer', { multiValueQueryStringParameters: { a: ['1%2B', 'x+y'], e: [''] } }],
  ])('%s hands out a query its own way', async (name, expected) => {
    expect(await eventOf(name, '/?a=1%2B&a=x+y&e=')).toMatchObject(expected);
  });

  test.each<[Name, object]>([
    ['HTTP API', { cookies: ['a=1', 'b=2'] }],
    ['Function URL', { cookies: ['a=1', 'b=2'], headers: { cookie: 'a=1; b=2' } }],
    ['REST', { multiValueHeaders: { cookie: ['a=1; b=2'] } }],
    ['load balancer', { headers: { cookie: 'a=1; b=2' } }],
  ])('%s hands out cookies its own way', async (name, expected) => {
    const event = await eventOf(name, '/', { headers: { cookie: 'a=1; b=2' } });
    expect(event).toMatchObject(expected);
    if (name === 'HTTP API') expect(event.headers).not.toHaveProperty('cookie');
  });

  test.each<[Name, boolean]>([
    ['HTTP API', false],
    ['Function URL', false],
    ['REST', true],
    ['load balancer', false],
  ])('%s sends a JSON body as base64: %s', async (name, base64) => {
    const event = await eventOf(name, '/', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(event.isBase64Encoded).toBe(base64);
    expect(Buffer.from(event.body, base64 ? 'base64' : 'utf8').toString()).toBe('{}');
  });

  test.each(Object.keys(fronts) as Name[])('%s sends bytes that are no text as base64', async (name) => {
    const body = Buffer.from([0, 255, 128]);
    const event = await eventOf(name, '/', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(event.body, 'base64')).toEqual(body);
  });
});

describe('the answer', () => {
  test.each<[Name, object, string[]]>([
    ['HTTP API', { statusCode: 200, cookies: ['a=1', 'b=2'] }, ['a=1', 'b=2']],
    ['REST', { statusCode: 200, multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] } }, ['a=1', 'b=2']],
    ['load balancer', { statusCode: 200, headers: { 'set-cookie': 'a=1', 'Set-cookie': 'b=2' } }, ['a=1', 'b=2']],
    [
      'multi-value load balancer',
      { statusCode: 200, multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] } },
      ['a=1', 'b=2'],
    ],
    ['multi-value load balancer', { statusCode: 200, headers: { 'set-cookie': 'a=1' } }, []],
  ])('of %s carries cookies', async (name, result, expected) => {
    const door = await open(fronts[name], () => result);
    expect((await fetch(door.url)).headers.getSetCookie()).toEqual(expected);
  });

  test('of a REST API with a member it does not know is a 502', async () => {
    const door = await open(fronts.REST, () => ({ statusCode: 200, cookies: ['a=1'] }));
    expect((await fetch(door.url)).status).toBe(502);
  });

  test.each<[Name, number, number]>([
    ['REST', 10_240, 200],
    ['REST', 10_241, 502],
    ['HTTP API 1.0', 12_000, 200],
  ])('of %s with header values of %i bytes is %i', async (name, bytes, status) => {
    const values = ['a=1', 'b=2', 'x'.repeat(bytes - 6 - 'text/css'.length)];
    const multiValueHeaders = { 'set-cookie': values, 'content-type': ['text/css'] };
    const door = await open(fronts[name], () => ({ statusCode: 200, multiValueHeaders }));
    expect((await fetch(door.url)).status).toBe(status);
  });

  test('of an HTTP API without a status is the body of a 200', async () => {
    const door = await open(fronts['HTTP API'], () => ({ hello: 1 }));
    const res = await fetch(door.url);
    expect([res.status, res.headers.get('content-type'), await res.json()]).toEqual([
      200,
      'application/json',
      { hello: 1 },
    ]);
  });

  const failed = { payload: Buffer.from('{}'), functionError: 'Unhandled' };
  test.each<[Name, number, string]>([
    ['HTTP API', 500, '{"message":"Internal Server Error"}'],
    ['Function URL', 502, '{"Message":"Internal Server Error"}'],
    ['REST', 502, '{"message":"Internal server error"}'],
    ['load balancer', 502, '502 Bad Gateway'],
  ])('of a function that failed is, at %s, %i', async (name, status, body) => {
    const door = await open(fronts[name], () => failed);
    const res = await fetch(door.url);
    expect(res.status).toBe(status);
    expect(await res.text()).toContain(body);
  });

  // "The target is a Lambda function and the response body exceeds 1 MB": load-balancer-troubleshooting.html, HTTP 502.
  test('of a load balancer is at most 1 MB of JSON', async () => {
    const door = await open(fronts['load balancer'], () => ({ statusCode: 200, body: 'x'.repeat(1024 * 1024) }));
    expect((await fetch(door.url)).status).toBe(502);
  });

  test('to a request for an upgrade is a refusal', async () => {
    const door = await open(fronts['HTTP API'], () => ok);
    const socket = connect(door.port, '127.0.0.1');
    closers.push(() => socket.destroy());
    const head = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    expect(await head).toMatch(/^HTTP\/1.1 400 /);
    expect(door.events).toEqual([]);
  });
});

describe('a streamed answer', () => {
  const preludeType = 'application/vnd.awslambda.http-integration-response';

  function streamed(body: PassThrough, ended: Promise<unknown> = Promise.resolve(null), contentType = preludeType) {
    return { payload: Buffer.alloc(0), stream: { contentType, body, ended } };
  }

  function prelude(value: object): Buffer {
    return Buffer.concat([Buffer.from(JSON.stringify(value)), Buffer.alloc(8)]);
  }

  test('has its status and fields before its body ends', async () => {
    const body = new PassThrough();
    const door = await open(fronts['streaming Function URL'], () => streamed(body));
    body.write(prelude({ statusCode: 201, headers: { 'content-type': 'text/event-stream' }, cookies: ['a=1', 'b=2'] }));
    const res = await fetch(door.url);
    expect([res.status, res.headers.get('content-type'), res.headers.getSetCookie()]).toEqual([
      201,
      'text/event-stream',
      ['a=1', 'b=2'],
    ]);
    const reader = (res.body as ReadableStream<Uint8Array>).getReader();
    body.write('data: 1\n\n');
    expect(Buffer.from((await reader.read()).value as Uint8Array).toString()).toBe('data: 1\n\n');
    body.end();
    expect((await reader.read()).done).toBe(true);
  });

  test('may be empty', async () => {
    const body = new PassThrough();
    const door = await open(fronts['streaming Function URL'], () => streamed(body));
    body.end(prelude({ statusCode: 204 }));
    expect((await fetch(door.url)).status).toBe(204);
  });

  test('whose prelude comes byte by byte is read all the same', async () => {
    const body = new PassThrough();
    const door = await open(fronts['streaming Function URL'], () => streamed(body));
    for (const byte of prelude({ statusCode: 202 })) body.write(Buffer.from([byte]));
    body.end('tail');
    const res = await fetch(door.url);
    expect([res.status, await res.text()]).toEqual([202, 'tail']);
  });

  test('that the function reports as failed ends in a cut connection', async () => {
    const body = new PassThrough();
    const door = await open(fronts['streaming Function URL'], () =>
      streamed(body, Promise.resolve({ errorType: 'X' })),
    );
    body.write(prelude({ statusCode: 200 }));
    body.end('half');
    const outcome = await new Promise<string>((resolve) => {
      request(door.url, (res) => {
        res.resume();
        res.once('end', () => resolve('complete'));
        res.once('error', () => resolve('cut'));
      }).end();
    });
    expect(outcome).toBe('cut');
  });

  test('without a prelude is a 502', async () => {
    const body = new PassThrough();
    const door = await open(fronts['streaming Function URL'], () => streamed(body));
    body.end('no prelude');
    expect((await fetch(door.url)).status).toBe(502);
  });

  test('of a REST API with more header values than it passes on is a 502', async () => {
    const body = new PassThrough();
    const door = await open(fronts['streaming REST'], () => streamed(body));
    body.write(prelude({ statusCode: 200, multiValueHeaders: { 'x-long': ['x'.repeat(10_241)] } }));
    expect((await fetch(door.url)).status).toBe(502);
    expect(body.destroyed).toBe(true);
  });

  test('behind a front door that cannot stream is an error of the front door', async () => {
    const body = new PassThrough();
    const door = await open(fronts['HTTP API'], () => streamed(body));
    expect((await fetch(door.url)).status).toBe(500);
    expect(body.destroyed).toBe(true);
  });
});

describe('a door', () => {
  test.each<[Name, 'denied' | null, number]>([
    ['HTTP API', null, 404],
    ['HTTP API', 'denied', 500],
    ['Function URL', 'denied', 403],
    ['REST', null, 403],
  ])('%s with nothing behind it (%s) answers %i', async (name, target, status) => {
    const door = await open(fronts[name], () => ok, target);
    expect((await fetch(door.url)).status).toBe(status);
    expect(door.events).toEqual([]);
  });
});
