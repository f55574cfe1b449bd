/**
 * The relay to a real app: requests, answers, crashes, deadlines, streams, what is no HTTP, kept connections. One file,
 * because each of them has to leave the connection fit for the next.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HttpError } from '../../../http/error.ts';
import { getHeader, type Headers } from '../../../http/headers.ts';
import type { Handler, HttpRequest } from '../../../http/message.ts';
import { stack } from '../../../middleware/stack.ts';
import { withGuessedType } from '../../../proxy/events/prelude.ts';
import { createBackground } from '../../../proxy/relay/background.ts';
import { relay } from '../../../proxy/relay/relay.ts';
import {
  bytesOf,
  freeze,
  isAlive,
  jsonOf,
  nodeApp,
  recorder,
  relayApp,
  request,
  sharedApp,
  shellApp,
  until,
} from '../apps.ts';
import { keeperAt, noFeatures, rawApp, relayTo, silent } from '../wire.ts';

async function refusalOf(answer: Promise<unknown>): Promise<HttpError> {
  const outcome = await answer.catch((error: unknown) => error);
  if (!(outcome instanceof HttpError)) throw new Error(`expected a refusal, got ${JSON.stringify(outcome)}`);
  return outcome;
}

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** What the app saw of a request. */
async function seenBy(handler: Handler, req: HttpRequest): Promise<Echo> {
  const { method, url, rawHeaders, body } = jsonOf(await handler(req));
  const headers: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) headers.push([rawHeaders[i], rawHeaders[i + 1]]);
  return { method, url, headers, body: Buffer.from(body, 'base64') };
}

function valuesOf({ headers }: Echo, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

describe('a request', () => {
  const handler = sharedApp({ app: nodeApp('web.mjs') });
  test('reaches the app as it is', async () => {
    const headers: Headers = [
      ['host', 'shop.example'],
      ['x-many', '1'],
      ['x-many', '2'],
      ['cookie', 'a=1; b=2'],
      ['x-bytes', '\u00c3\u00a9'],
    ];
    const body = Buffer.from([0, 255, 13, 10]);
    const echo = await seenBy(handler, request('//a/../%2F?b=c&b=%zz', { method: 'PUT', headers, body }));
    expect(echo).toMatchObject({ method: 'PUT', url: '//a/../%2F?b=c&b=%zz', body });
    expect(valuesOf(echo, 'host')).toEqual(['shop.example']);
    expect(valuesOf(echo, 'x-many')).toEqual(['1', '2']);
    expect(valuesOf(echo, 'x-bytes')).toEqual(['\u00c3\u00a9']);
    expect(valuesOf(echo, 'content-length')).toEqual(['4']);
  });

  test('of a thousand fields leaves our own where the app sees them', async () => {
    const headers: Headers = Array.from({ length: 1_500 }, (_, i) => [`x-${i}`, '']);
    const seen: unknown[] = [];
    const server = createServer((req, res) => {
      seen.push(req.headers['x-request-id'], req.headers['x-stage'], req.headers['x-context']);
      res.end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    await relayTo(typeof address === 'object' && address ? address.port : 0, 5)(request('/', { headers }));
    expect(seen).toEqual(['request-1', 'staging', '{"accountId":"0"}']);
  });

  test.each(['POST', 'PUT', 'PATCH'])('of method %s without a body says that it has none', async (method) => {
    expect(valuesOf(await seenBy(handler, request('/', { method })), 'content-length')).toEqual(['0']);
  });

  test.each(['GET', 'DELETE', 'OPTIONS', 'PROPFIND'])('of method %s may have a body', async (method) => {
    const echo = await seenBy(handler, request('/', { method, body: Buffer.from('x') }));
    expect(echo).toMatchObject({ method, body: Buffer.from('x') });
  });

  test.each(['CONNECT', 'TRACE'])('of method %s is refused', async (method) => {
    const error = await refusalOf(handler(request('/', { method })));
    expect(error).toMatchObject({ status: 405, code: 'UP_METHOD_NOT_ALLOWED' });
    expect(getHeader(error.headers, 'allow')).toContain('GET');
  });

  test('carries the id, the stage and the context of the platform, whatever the client sent', async () => {
    const spoofed = ['x-request-id', 'x_request_id', 'x-request_id', 'x-stage', 'x_stage', 'x-context', 'x_context'];
    const headers: Headers = [
      ['host', 'h'],
      ['connection', 'x-request-id, x-stage, x-context'],
      ...spoofed.map((name) => [name, 'spoofed'] as const),
    ];
    const platform = { authorizer: { name: 'Zoë\r\n😀' } };
    const echo = await seenBy(
      handler,
      request('/', { headers, context: { platform, requestId: 'id-7', stage: 'production' } }),
    );
    expect(JSON.stringify(echo.headers)).not.toContain('spoofed');
    expect(valuesOf(echo, 'x-request-id')).toEqual(['id-7']);
    expect(valuesOf(echo, 'x-stage')).toEqual(['production']);
    expect(valuesOf(echo, 'x-context').map((json) => JSON.parse(json))).toEqual([platform]);
  });

  test('carries the trace of the invocation, unless it has one', async () => {
    const context = { traceId: 'Root=1-a' };
    expect(valuesOf(await seenBy(handler, request('/', { context })), 'x-amzn-trace-id')).toEqual(['Root=1-a']);
    const headers: Headers = [
      ['host', 'h'],
      ['x-amzn-trace-id', 'Root=1-b'],
    ];
    expect(valuesOf(await seenBy(handler, request('/', { headers, context })), 'x-amzn-trace-id')).toEqual([
      'Root=1-b',
    ]);
  });

  test('carries the trace of the invocation alone where X-Ray records it', async () => {
    const context = { traceId: 'Root=1-a;Parent=53995c3f42cd8ad8;Sampled=1' };
    const headers: Headers = [
      ['host', 'h'],
      ['x-amzn-trace-id', 'Root=1-b'],
    ];
    expect(valuesOf(await seenBy(handler, request('/', { headers, context })), 'x-amzn-trace-id')).toEqual([
      context.traceId,
    ]);
  });

  test('cannot hide another one behind its framing', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    const smuggled = Buffer.from('0\r\n\r\nGET /admin HTTP/1.1\r\nHost: h\r\n\r\n');
    const lies: Headers[] = [
      [['content-length', '1']],
      [['content-length', '0']],
      [
        ['content-length', '1'],
        ['content-length', '2'],
      ],
      [['content-length', '999999']],
      [['transfer-encoding', 'chunked']],
      [
        ['transfer-encoding', 'chunked'],
        ['content-length', '3'],
      ],
      [['transfer-encoding', 'identity, chunked']],
      [['connection', 'content-length']],
      [['expect', '100-continue']],
      [
        ['upgrade', 'h2c'],
        ['connection', 'upgrade, http2-settings'],
        ['http2-settings', 'AAMAAABkAARAAAAAAAIAAAAA'],
      ],
      [
        ['te', 'trailers'],
        ['trailer', 'x'],
      ],
    ];
    let asked = 0;
    for (const lie of lies) {
      for (const method of ['GET', 'POST']) {
        const echo = await seenBy(
          handler,
          request(`/a${++asked}`, { method, headers: [['host', 'h'], ...lie], body: smuggled }),
        );
        expect(echo).toMatchObject({ url: `/a${asked}`, body: smuggled });
        expect(valuesOf(echo, 'content-length')).toEqual([String(smuggled.length)]);
        expect(valuesOf(echo, 'transfer-encoding')).toEqual([]);
      }
    }
    expect(jsonOf(await handler(request('/pid'))).served).toBe(asked + 1);
  });

  test('whose headers are more than a Node app takes gets the app’s own 431', async () => {
    const res = await handler(
      request('/', {
        headers: [
          ['host', 'h'],
          ['x-big', 'x'.repeat(20_000)],
        ],
      }),
    );
    expect(res.status).toBe(431);
    expect((await handler(request('/'))).status).toBe(200);
  });
});

describe('an answer', () => {
  const handler = sharedApp({ app: nodeApp('web.mjs') });
  test('loses the fields of its connection and keeps all others', async () => {
    const { headers } = await handler(request('/cookies'));
    expect(headers.map(([name]) => name)).not.toEqual(expect.arrayContaining(['connection']));
    for (const gone of ['connection', 'keep-alive', 'transfer-encoding'])
      expect(getHeader(headers, gone)).toBeUndefined();
    expect(headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)).toEqual([
      'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT',
      'b=2',
    ]);
  });

  test.each([
    ['/no-content', 'GET', 204],
    ['/no-content', 'POST', 204],
    ['/not-modified', 'GET', 304],
    ['/big', 'HEAD', 200],
  ])('without a body ends at once: %s by %s', async (target, method, status) => {
    const res = await handler(request(target, { method }));
    expect(res.status).toBe(status);
    expect(bytesOf(res)).toHaveLength(0);
    expect((await handler(request('/'))).status).toBe(200);
  });

  test('comes without the 1xx before it and the trailers behind it', async () => {
    const hints = await handler(request('/hints'));
    expect([hints.status, bytesOf(hints).toString(), getHeader(hints.headers, 'link')]).toEqual([
      200,
      'after hints',
      undefined,
    ]);
    const trailers = await handler(request('/trailers'));
    expect(bytesOf(trailers).toString()).toBe('body');
    expect(JSON.stringify(trailers.headers)).not.toMatch(/trailer|checksum/);
  });

  test('may be large, both ways', async () => {
    const body = Buffer.alloc(6 * 1024 * 1024, 'binary\u0000\u00ff', 'latin1');
    const echo = await seenBy(handler, request('/', { method: 'POST', body }));
    expect(echo.body.equals(body)).toBe(true);
    expect(bytesOf(await handler(request('/big')))).toHaveLength(8 * 1024 * 1024);
  });

  test('belongs to its own request, however many are in flight', async () => {
    const urls = Array.from({ length: 50 }, (_, index) => `/n${index}`);
    const seen = await Promise.all(urls.map((url) => seenBy(handler, request(url))));
    expect(seen.map(({ url }) => url)).toEqual(urls);
  });
});

describe('an app that crashes on a request', () => {
  test('costs a POST a 502 at once, with the evidence, and the next request nothing', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    await handler(request('/'));
    const started = performance.now();
    const error = await refusalOf(handler(request('/crash', { method: 'POST', body: Buffer.from('x') })));
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(error).toMatchObject({
      status: 502,
      code: 'UP_APP_CRASHED',
      message: 'the app crashed while it handled the request',
    });
    expect((await handler(request('/', { method: 'POST' }))).status).toBe(200);
  });

  test('has a GET repeated on the new run', async () => {
    const { handler, runs } = relayApp({ app: nodeApp('web.mjs') });
    const res = await handler(request('/crash-once'));
    expect(bytesOf(res).toString()).toBe('survived');
    expect(runs).toHaveLength(2);
  });

  test('is not repeated more than once, and what fails again is told', async () => {
    const { handler, runs } = relayApp({ app: nodeApp('web.mjs') });
    const error = await refusalOf(handler(request('/crash')));
    expect(error).toMatchObject({ status: 502, code: 'UP_APP_CRASHED' });
    await until('the third run', () => runs.length >= 3);
    expect((await handler(request('/'))).status).toBe(200);
  });

  test.each([
    '/partial',
    '/partial-chunked',
    '/partial-closed',
  ])('after half an answer gives 502, never half an answer: %s', async (target) => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    expect(await refusalOf(handler(request(target, { method: 'POST' })))).toMatchObject({
      status: 502,
      code: 'UP_APP_CRASHED',
    });
  });

  test('is told from one that ends its answer with the connection', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    expect(bytesOf(await handler(request('/closed'))).toString()).toBe('all of it');
  });

  test('is told from one that ends itself with its answer, time and again', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    for (let count = 0; count < 6; count++)
      expect(bytesOf(await handler(request('/closed-and-over'))).toString()).toBe('all of it');
  });

  test('breaks the stream off that only its end says is whole', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    const { body } = await handler(request('/partial-closed', { method: 'POST', context: { whole: false } }));
    await expect((body as Readable).toArray()).rejects.toThrow('the app ended before its answer did');
  });

  test('costs a POST nothing that reaches nobody any more, while its shell lives on', async () => {
    const { handler, runs } = relayApp({ app: shellApp('node web.mjs; sleep 0.4; exit 1') });
    const { pid } = jsonOf(await handler(request('/pid')));
    process.kill(pid, 'SIGKILL');
    await until('the server to be dead', () => !isAlive(pid));
    expect((await handler(request('/', { method: 'POST', body: Buffer.from('x') }))).status).toBe(200);
    expect(runs).toHaveLength(2);
  });

  test('is started anew when what had started it runs on, as a watcher does that waits for its files', async () => {
    const { handler, runs, messages } = relayApp({ app: shellApp('node web.mjs; sleep 60') });
    const { pid } = jsonOf(await handler(request('/pid')));
    process.kill(pid, 'SIGKILL');
    await until('the server to be dead', () => !isAlive(pid));
    expect((await handler(request('/', { method: 'POST', body: Buffer.from('x') }))).status).toBe(200);
    expect(runs).toHaveLength(2);
    expect(messages()).toContain('the app is stuck and is restarted');
  });

  test('is told from one that closes a connection, also when it crashed once before', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    await refusalOf(handler(request('/crash', { method: 'POST' })));
    await handler(request('/'));
    const error = await refusalOf(handler(request('/reset', { method: 'POST' })));
    expect(error).toMatchObject({ status: 502, code: 'UP_APP_CLOSED', message: 'the app closed the connection' });
    expect(error.evidence).not.toHaveProperty('signal');
  });
});

describe('the deadline', () => {
  test.each([
    ['proxy.timeouts', { timeouts: { '/hang': 0.2 } }, {}],
    ['that of the invocation', { timeout: 10 }, { deadline: 300 }],
  ])('ends a request that hangs with 504: %s', async (_title, options, { deadline }: { deadline?: number }) => {
    const { handler, keeper } = relayApp({ app: nodeApp('web.mjs'), ...options });
    await keeper.ready(10_000);
    const context = deadline === undefined ? {} : { deadline: Date.now() + deadline };
    const started = performance.now();
    const error = await refusalOf(handler(request('/hang', { context })));
    expect(error).toMatchObject({ status: 504, code: 'UP_APP_TIMEOUT' });
    // The seconds it had, whichever of the two they come from.
    expect(error.evidence?.timeout).toBeLessThanOrEqual(0.3);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect((await handler(request('/'))).status).toBe(200);
  });

  test('says what the app has said last for the request, where it has said anything', async () => {
    const { handler, keeper } = relayApp({ app: nodeApp('web.mjs'), timeout: 0.2 });
    await keeper.ready(10_000);
    const loud = await refusalOf(handler(request('/hang-loudly')));
    expect(loud.evidence).toEqual({ timeout: 0.2, last_log: 'calling stripe' });
    await keeper.ready(10_000);
    expect((await refusalOf(handler(request('/hang')))).evidence).toEqual({ timeout: 0.2 });
  });

  test('also ends an answer that comes a byte at a time', async () => {
    const { handler, keeper } = relayApp({ app: nodeApp('web.mjs'), timeout: 0.3 });
    await keeper.ready(10_000);
    expect(await refusalOf(handler(request('/drip', { context: { whole: true } })))).toMatchObject({
      code: 'UP_APP_TIMEOUT',
      message: 'the app did not finish its answer in time',
      evidence: { timeout: 0.3, hint: expect.stringContaining('"url": "function_url"') },
    });
  });

  test('also ends a request whose connection was lost just before', async () => {
    const app = createServer((req) => {
      // The first time too late for another try to be in time, the second time never.
      if (served++ === 0) setTimeout(() => req.socket.resetAndDestroy(), 190);
    }).listen(0, '127.0.0.1');
    let served = 0;
    await once(app, 'listening');
    const address = app.address();
    const handler = relayTo(typeof address === 'object' && address ? address.port : 0, 0.2);
    const error = await refusalOf(handler(request('/')));
    app.close();
    app.closeAllConnections();
    expect(error).toMatchObject({ status: 504, code: 'UP_APP_TIMEOUT' });
  });

  test('a client that goes away ends the request, and is not called a timeout', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    const client = new AbortController();
    await handler(request('/'));
    const answer = refusalOf(handler(request('/hang', { context: { signal: client.signal } })));
    client.abort();
    expect(await answer).toMatchObject({ status: 499, code: 'UP_CLIENT_GONE' });
  });

  test('a client that was gone before is not served', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    const error = await refusalOf(handler(request('/', { context: { signal: AbortSignal.abort() } })));
    expect(error.code).toBe('UP_CLIENT_GONE');
  });
});

describe('an answer that is streamed', () => {
  const streaming = (target: string) => request(target, { context: { whole: false } });

  test('is handed out while it still arrives', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    const res = await handler(streaming('/drip'));
    expect(String((await once(res.body as Readable, 'data'))[0])).toMatch(/^\.+$/);
    (res.body as Readable).destroy();
  });

  test('has all its bytes', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    for (let i = 0; i < 3; i++)
      expect(await text((await handler(streaming('/big'))).body as Readable)).toHaveLength(8 * 1024 * 1024);
  });

  test('holds the app back while nobody reads, and tells it when the reader is gone', async () => {
    const { handler, messages } = relayApp({ app: nodeApp('web.mjs') });
    const body = (await handler(streaming('/endless'))).body as Readable;
    await once(body, 'readable');
    body.read();
    // Long enough for hundreds of megabytes, were it not held back.
    await new Promise((resolve) => setTimeout(resolve, 300));
    body.destroy();
    await until('the app to notice', () => messages().some((line) => line.startsWith('client gone')));
    const sent = Number(/\d+/.exec(messages().find((line) => line.startsWith('client gone')) ?? '')?.[0]);
    expect(sent).toBeLessThan(32 * 1024 * 1024);
    expect((await handler(request('/pid'))).status).toBe(200);
  });

  test.each([
    '/partial',
    '/partial-chunked',
  ])('fails loudly when the app dies in the middle of it: %s', async (target) => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    const res = await handler(streaming(target));
    expect(res.status).toBe(200);
    await expect(text(res.body as Readable)).rejects.toThrow();
    expect(await text((await handler(streaming('/no-content'))).body as Readable)).toBe('');
  });

  test('has the deadline of any answer, for all of it', async () => {
    const { handler, keeper } = relayApp({ app: nodeApp('web.mjs'), timeout: 0.3 });
    await keeper.ready(10_000);
    const started = performance.now();
    const body = (await handler(streaming('/drip'))).body as Readable;
    await expect(text(body)).rejects.toMatchObject({ kind: 'aborted' });
    expect(performance.now() - started).toBeGreaterThan(250);
    expect(performance.now() - started).toBeLessThan(600);
    expect(await text((await handler(streaming('/no-content'))).body as Readable)).toBe('');
  });
});

describe('an app that answers with something else than HTTP', () => {
  const handler = sharedApp({ app: nodeApp('raw.mjs'), timeout: 5 });
  const raw = (bytes: string | Buffer, then = '') => `/?bytes=${Buffer.from(bytes).toString('base64url')}${then}`;
  const ok = 'HTTP/1.1 200 OK\r\n';

  test.each<[string, string, string]>([
    ['garbage', raw('hello there\r\n\r\n'), 'UP_APP_BAD_RESPONSE'],
    ['a binary protocol', raw(Buffer.from('160301020001000', 'hex')), 'UP_APP_BAD_RESPONSE'],
    ['HTTP/2', raw('HTTP/2 200\r\n\r\n'), 'UP_APP_BAD_RESPONSE'],
    ['two different lengths', raw(`${ok}content-length: 3\r\ncontent-length: 5\r\n\r\nhello`), 'UP_APP_BAD_RESPONSE'],
    ['a length that is no number', raw(`${ok}content-length: many\r\n\r\nx`), 'UP_APP_BAD_RESPONSE'],
    [
      'a length and chunks',
      raw(`${ok}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
      'UP_APP_BAD_RESPONSE',
    ],
    ['a chunk of no size', raw(`${ok}transfer-encoding: chunked\r\n\r\nxyz\r\n`), 'UP_APP_BAD_RESPONSE'],
    ['a status of two digits', raw('HTTP/1.1 99 Low\r\n\r\n'), 'UP_APP_BAD_RESPONSE'],
    ['status 000', raw('HTTP/1.1 000 Zero\r\ncontent-length: 0\r\n\r\n'), 'UP_APP_BAD_RESPONSE'],
    ['status 099', raw('HTTP/1.1 099 Low\r\ncontent-length: 0\r\n\r\n'), 'UP_APP_BAD_RESPONSE'],
    ['a status of four digits', raw('HTTP/1.1 1000 High\r\n\r\n'), 'UP_APP_BAD_RESPONSE'],
    ['NUL in a header', raw(`${ok}x: a\u0000b\r\ncontent-length: 0\r\n\r\n`), 'UP_APP_BAD_RESPONSE'],
    ['a space in the name of a header', raw(`${ok}x y: a\r\ncontent-length: 0\r\n\r\n`), 'UP_APP_BAD_RESPONSE'],
    ['headers without end', raw(`${ok}x: ${'x'.repeat(100_000)}\r\n`), 'UP_APP_BAD_RESPONSE'],
    ['nothing, and it closes', raw('', '&end'), 'UP_APP_CLOSED'],
    ['nothing, and it resets', raw('', '&reset'), 'UP_APP_CLOSED'],
    ['half a head, and it closes', raw('HTTP/1.1 200', '&end'), 'UP_APP_CLOSED'],
    ['half a body, and it closes', raw(`${ok}content-length: 10\r\n\r\nhalf`, '&end'), 'UP_APP_CLOSED'],
    [
      'half a body of its last answer, and it closes',
      raw(`${ok}connection: close\r\ncontent-length: 10\r\n\r\nhalf`, '&end'),
      'UP_APP_CLOSED',
    ],
    [
      'half the chunks, and it closes',
      raw(`${ok}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n`, '&end'),
      'UP_APP_CLOSED',
    ],
    [
      '101, which nobody asked for',
      raw('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
      'UP_APP_BAD_RESPONSE',
    ],
  ])('gives 502 and no more: %s', async (_title, target, code) => {
    const error = await refusalOf(handler(request(target, { method: 'POST' })));
    expect(error).toMatchObject({ status: 502, code });
    expect((await handler(request(raw(`${ok}content-length: 2\r\n\r\nok`)))).status).toBe(200);
  });

  test.each<[string, string, number, string]>([
    ['a body that ends with the connection', raw(`${ok}\r\nuntil the end`, '&end'), 200, 'until the end'],
    ['HTTP/1.0', raw('HTTP/1.0 200 OK\r\n\r\nold', '&end'), 200, 'old'],
    ['one length said twice the same', raw(`${ok}content-length: 2\r\n\r\nok`), 200, 'ok'],
    [
      '102 and 103 before 200',
      raw(
        `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${ok}content-length: 2\r\n\r\nok`,
      ),
      200,
      'ok',
    ],
    ['trailers', raw(`${ok}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n`), 200, 'ok'],
    ['chunk extensions', raw(`${ok}transfer-encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\n\r\n`), 200, 'ok'],
    ['a body under 204', raw('HTTP/1.1 204 No Content\r\n\r\nlost'), 204, ''],
    [
      '304 with the length of what it does not send',
      raw('HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n'),
      304,
      '',
    ],
    ['204 with a length', raw('HTTP/1.1 204 No Content\r\ncontent-length: 9\r\n\r\n'), 204, ''],
    ['a status nobody knows', raw('HTTP/1.1 599 Go Away\r\ncontent-length: 2\r\n\r\nno'), 599, 'no'],
    ['more than it announced', raw(`${ok}content-length: 2\r\n\r\nok${ok}content-length: 4\r\n\r\nevil`), 200, 'ok'],
    [
      'header values in latin1',
      raw(Buffer.from(`${ok}x: caf\u00e9\r\ncontent-length: 2\r\n\r\nok`, 'latin1')),
      200,
      'ok',
    ],
  ])('is passed on faithfully where it is HTTP: %s', async (_title, target, status, body) => {
    for (let i = 0; i < 3; i++) {
      const res = await handler(request(target));
      expect([res.status, bytesOf(res).toString()]).toEqual([status, body]);
    }
  });

  test('304 with a length is passed on as a stream too', async () => {
    const target = raw('HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n');
    for (let i = 0; i < 3; i++) {
      const { status, body } = await handler(request(target, { context: { whole: false } }));
      expect([status, await text(body as Readable)]).toEqual([304, '']);
    }
  });

  test('a body that would end with the connection is not whole when the connection breaks instead', async () => {
    const target = raw(`${ok}\r\nhalf`, '&resetlater');
    expect(await refusalOf(handler(request(target, { method: 'POST' })))).toMatchObject({
      status: 502,
      code: 'UP_APP_CLOSED',
    });
    const { body } = await handler(request(target, { method: 'POST', context: { whole: false } }));
    await expect(text(body as Readable)).rejects.toMatchObject({ kind: 'closed' });
    expect((await handler(request(raw(`${ok}content-length: 2\r\n\r\nok`)))).status).toBe(200);
  });

  test('nor is it when the break is seen together with its last bytes', async () => {
    const { port, close } = await rawApp((socket) => {
      socket.once('data', () => {
        // The reader looks up when both are there: this process is busy till then.
        socket.write(`${ok}\r\nhalf`, () => {
          socket.resetAndDestroy();
          freeze(20);
        });
      });
    });
    const to = relayTo(port);
    for (let times = 0; times < 5; times++)
      expect(await refusalOf(to(request('/', { method: 'POST' })))).toMatchObject({ code: 'UP_APP_CLOSED' });
    await close();
  });

  test('within the bytes of its head lets go of the app, and of whoever waits for its first byte', async () => {
    const app = await rawApp((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.write(`${ok}transfer-encoding: chunked\r\n\r\nZZ\r\n`));
    });
    const keeper = keeperAt(app.port);
    const ends: string[] = [];
    const ready = async () => ({ ...(await keeper.ready(0, false)), ended: (how: string) => void ends.push(how) });
    const background = createBackground({ log: silent, seconds: 0 });
    const to = relay({ keeper: { ...keeper, ready }, background, timeout: 10 });
    const res = await to(request('/', { context: { whole: false } }));
    expect(ends).toEqual(['over']);
    const { body } = await withGuessedType(res, 'GET');
    await expect(text(body as Readable)).rejects.toMatchObject({ kind: 'invalid' });
    await app.close();
  });

  test.each<[string, string]>([
    ['at once with its answer', ''],
    ['before it', '&cut=25'],
    ['and is cut in the middle of its status', '&cut=11'],
  ])('100 Continue, which nobody asked for, is dropped when it comes %s', async (_title, cut) => {
    const target = raw(`HTTP/1.1 100 Continue\r\n\r\n${ok}content-length: 2\r\n\r\nok`, cut);
    for (let i = 0; i < 3; i++) {
      const res = await handler(request(target, { method: 'POST' }));
      expect([res.status, bytesOf(res).toString()]).toEqual([200, 'ok']);
      const { status, body } = await handler(request(target, { context: { whole: false } }));
      expect([status, await text(body as Readable)]).toEqual([200, 'ok']);
    }
  });

  test('never hangs and never ends this process, whatever the bytes', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        ok,
        'HTTP/1.1 304 Not Modified\r\n',
        'content-length: 3\r\n',
        'transfer-encoding: chunked\r\n',
        '\r\n',
        '3\r\nabc\r\n',
        '0\r\n\r\n',
        'connection: close\r\n',
        'abc',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const method = parts.length % 2 === 0 ? 'POST' : 'GET';
        const outcome = await handler(request(raw(parts.join(''), '&end'), { method })).catch(
          (error: unknown) => error,
        );
        if (outcome instanceof HttpError) expect([502, 504]).toContain(outcome.status);
        else expect(outcome).toMatchObject({ status: expect.any(Number) });
      }),
      { numRuns: 60 },
    );
  });
});

describe('kept connections', () => {
  test('are used again while the app keeps them', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    for (let i = 0; i < 20; i++) await handler(request('/'));
    // One more may be the probe that found it listening.
    expect(Number(bytesOf(await handler(request('/connections'))))).toBeLessThanOrEqual(2);
  });

  // The app closes them while this process stands still, as in a freeze, and does not say beforehand that it will.
  test.each([
    100, 400, 1_100,
  ])('lose no request to an app that closes them within %i ms of a freeze', async (duration) => {
    const { handler } = relayApp({ app: nodeApp('web.mjs'), env: { KEEP_ALIVE_MS: '50' } });
    for (let i = 0; i < 3; i++) {
      expect((await handler(request('/', { method: 'POST' }))).status).toBe(200);
      freeze(duration);
    }
    expect((await handler(request('/', { method: 'POST' }))).status).toBe(200);
  });

  test('are not for a POST, which an app that closes one at this moment would cost', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    await handler(request('/'));
    const before = Number(bytesOf(await handler(request('/connections'))));
    expect(Number(bytesOf(await handler(request('/connections', { method: 'POST' }))))).toBe(before + 1);
  });

  test('are not trusted after a second, as a freeze leaves them', async () => {
    const { handler } = relayApp({ app: nodeApp('web.mjs') });
    await handler(request('/'));
    const before = Number(bytesOf(await handler(request('/connections'))));
    freeze(1_050);
    expect(Number(bytesOf(await handler(request('/connections'))))).toBe(before + 1);
  });
});

test.each([
  true,
  false,
])('faults.md, a status that no front door takes is a 502, in the log too (whole: %s)', async (whole) => {
  const app = await rawApp((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 600 Odd\r\ncontent-length: 3\r\n\r\nodd'));
  });
  onTestFinished(() => app.close());
  const { log, records } = recorder();
  const features = { ...noFeatures, logs: { ...noFeatures.logs, disable: false } };
  const handler = await stack({ log, features, dir: '/nowhere' }, relayTo(app.port));
  const { status, failure } = await handler(request('/', { context: { whole } }));
  expect({ status, failure }).toEqual({ status: 502, failure: 'UP_APP_BAD_RESPONSE' });
  expect(records.find(({ message }) => message === 'response')?.fields).toMatchObject({ status: 502 });
});
