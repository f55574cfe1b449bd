/** What `up start` answers to requests that no front door would hand to an app, and to those that have no content. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { Handler, HttpRequest } from '../../../http/message.ts';
import type { Refusal } from '../../../proxy/hosts/server.ts';
import { startServer } from '../../support/start-server.ts';
import { until } from '../../support/until.ts';

const refusals: Refusal[] = [];

async function asking(bytes: string, handler: Handler) {
  refusals.length = 0;
  const refused = (_req: unknown, refusal: Refusal) => void refusals.push(refusal);
  const server = startServer({ handler, stage: 'development', timeout: 10, refused }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(bytes, 'latin1');
  return { server, socket };
}

/** The answer to these bytes, to the end of the connection. */
async function answerTo(bytes: string, handler: Handler = async () => ({ status: 200, headers: [], body: null })) {
  const { socket } = await asking(bytes, handler);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body };
}

const close = 'connection: close\r\n';

test.each([
  ['no request', 'hello\r\n\r\n', 400, 'UP_REQUEST_MALFORMED'],
  [
    'two lengths',
    `POST / HTTP/1.1\r\nhost: a\r\n${close}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
    400,
    'UP_REQUEST_MALFORMED',
  ],
  ['no host', `GET / HTTP/1.1\r\n${close}\r\n`, 400, 'UP_REQUEST_MALFORMED'],
  ['two hosts', `GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n${close}\r\n`, 400, 'UP_EVENT_HEADER'],
  ['a host that is none', `GET / HTTP/1.1\r\nhost: u@h/x\r\n${close}\r\n`, 400, 'UP_EVENT_HEADER'],
  [
    'fields of 70 KB',
    `GET / HTTP/1.1\r\nhost: a\r\n${close}x: ${'y'.repeat(70_000)}\r\n\r\n`,
    431,
    'UP_HEADERS_TOO_LARGE',
  ],
  ['a tunnel', `CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n`, 405, 'UP_METHOD_NOT_ALLOWED'],
])('%s is an error like every other', async (_title, bytes, status, code) => {
  const answer = await answerTo(bytes);
  expect({ status: answer.status, ...JSON.parse(answer.body) }).toMatchObject({
    status,
    code,
    requestId: expect.stringMatching(/^.{36}$/),
  });
  expect(answer.head).toContain('\r\ncache-control: no-store\r\n');
  expect(answer.head).toMatch(new RegExp(`^http/1\\.1 ${status} [a-z ]+\\r\\n`));
});

test('what is no request is told why it is none, and what cannot be served that it cannot', async () => {
  expect((await answerTo('hello\r\n\r\n')).body).toContain('"this is no HTTP request: Parse Error: ');
  expect((await answerTo('CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n')).body).toContain(
    '"this method cannot be served"',
  );
});

test('a client of HTTP/1.0 may name no host', async () => {
  expect((await answerTo('GET / HTTP/1.0\r\n\r\n')).status).toBe(200);
});

test('what follows a request and is none does not get between the bytes of its answer', async () => {
  const body = new PassThrough();
  const handler: Handler = async () => ({ status: 200, headers: [['content-length', '10']], body });
  const { server, socket } = await asking('GET / HTTP/1.1\r\nhost: a\r\n\r\n', handler);
  body.write('begun');
  await once(socket, 'readable');
  const failed = once(server, 'clientError');
  socket.write('nonsense\r\n\r\n');
  await failed;
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)+\r\nbegun$/);
});

test('RFC 9110 8.6: a 204 tells nothing of content that it has not', async () => {
  const headers = [
    ['content-length', '2'],
    ['content-type', 'text/plain'],
    ['x-own', '1'],
  ] as const;
  const { head } = await answerTo(`GET / HTTP/1.1\r\nhost: a\r\n${close}\r\n`, async () => ({
    status: 204,
    headers,
    body: null,
  }));
  expect(head).toContain('x-own: 1');
  expect(head).not.toMatch(/content-(?:length|type)/);
});

test('header fields and target are those of a deployed app: no fragment, one cookie, the client’s own host forwarded', async () => {
  const seen: unknown[] = [];
  const handler: Handler = async ({ target, headers }) => {
    seen.push(
      target,
      headers.filter(([name]) => /^(?:cookie|x-forwarded-(?:for|host|proto))$/.test(name)),
    );
    return { status: 200, headers: [], body: null };
  };
  const fields = 'cookie: a=1\r\ncookie: b=2; c=3\r\nx-forwarded-host: shop.test\r\nx-forwarded-proto: https\r\n';
  await answerTo(`GET /a#b?c=d#e HTTP/1.1\r\nhost: a\r\n${fields}${close}\r\n`, handler);
  const forwarded = [
    ['x-forwarded-host', 'shop.test'],
    ['cookie', 'a=1; b=2; c=3'],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-proto', 'http'],
  ];
  expect(seen).toEqual(['/a%23b?c=d%23e', forwarded]);
});

test('the context names the path, as an HTTP API’s does, and the target has all of it', async () => {
  const seen: unknown[] = [];
  const handler: Handler = async ({ target, context }) => {
    seen.push(target, (context.platform as { http: { path: string } }).http.path);
    return { status: 200, headers: [], body: null };
  };
  await answerTo(`GET http://a/b?c=+ HTTP/1.1\r\nhost: a\r\n${close}\r\n`, handler);
  expect(seen).toEqual(['/b?c=+', '/b']);
});

test('an answer says no more than the stack has said', async () => {
  const headers = [
    ['x-own', '1'],
    ['content-length', '2'],
  ] as const;
  const body = Buffer.from('ab');
  const { head } = await answerTo(`GET / HTTP/1.1\r\nhost: a\r\n${close}\r\n`, async () => ({
    status: 200,
    headers,
    body,
  }));
  expect(head.split('\r\n')).toEqual(['http/1.1 200 ok', 'x-own: 1', 'content-length: 2', 'connection: close']);
});

test('an answer that breaks off ends the connection', async () => {
  const body = new PassThrough();
  const handler: Handler = async () => ({ status: 200, headers: [['content-length', '10']], body });
  const { socket } = await asking('GET / HTTP/1.1\r\nhost: a\r\n\r\n', handler);
  body.write('begun');
  await once(socket, 'readable');
  body.destroy(new Error('the app died'));
  expect(await text(socket)).toMatch(/\r\n\r\nbegun$/);
});

/** What the handler gets of each request in these bytes, the last of which closes the connection. */
async function requestsIn(bytes: string): Promise<HttpRequest[]> {
  const seen: HttpRequest[] = [];
  await answerTo(bytes, async (req) => {
    seen.push(req);
    return { status: 200, headers: [], body: null };
  });
  return seen;
}

test('the header fields are as they came, but for what is ours to say of the client', async () => {
  const forged =
    'X-Forwarded-For: 192.0.2.1\r\nx-forwarded-for: 192.0.2.2\r\nX-Forwarded-Host: b\r\nX-Forwarded-Proto: https\r\n';
  const [req] = await requestsIn(`GET / HTTP/1.1\r\nHost: a\r\n${forged}X: 1\r\nx: 2\r\n${close}\r\n`);
  expect(req?.headers).toEqual([
    ...[
      ['host', 'a'],
      ['x-forwarded-host', 'b'],
      ['x', '1'],
      ['x', '2'],
      ['connection', 'close'],
    ],
    ['x-forwarded-for', '192.0.2.1, 192.0.2.2, 127.0.0.1'],
    ['x-forwarded-port', expect.stringMatching(/^\d+$/)],
    ['x-forwarded-proto', 'http'],
  ]);
});

test('the context is that of a front door, and only the first request is cold', async () => {
  const ask = (method: string, more = '') => `${method} /a?b HTTP/1.1\r\nhost: a\r\n${more}\r\n`;
  const [first, second] = await requestsIn(`${ask('GET')}${ask('POST', `content-length: 2\r\n${close}`)}ab`);
  const { requestId = '', deadline = 0 } = first?.context ?? {};
  expect(first?.context).toMatchObject({
    ...{ clientIp: '127.0.0.1', stage: 'development', cold: true, scheme: 'http', whole: false },
    platform: {
      http: { method: 'GET', path: '/a', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      ...{ domainName: 'a', requestId, stage: 'development', timeEpoch: expect.any(Number) },
    },
  });
  expect(deadline - Date.now()).toBeGreaterThan(5_000);
  expect(deadline - Date.now()).toBeLessThanOrEqual(10_000);
  expect([first?.method, first?.body]).toEqual(['GET', null]);
  expect([second?.method, second?.body]).toEqual(['POST', Buffer.from('ab')]);
  expect(second?.context).toMatchObject({ cold: false, requestId: expect.not.stringMatching(requestId) });
});

test('a body is as large as Lambda takes it, and the log is told of one that is not', async () => {
  const post = (size: number) =>
    `POST / HTTP/1.1\r\nhost: a\r\n${close}content-length: ${size}\r\n\r\n${'a'.repeat(size)}`;
  const most = 6 * 1024 * 1024;
  expect((await requestsIn(post(most)))[0]?.body).toHaveLength(most);
  expect(refusals).toEqual([]);
  const started = performance.now();
  const { status, body } = await answerTo(post(most + 1));
  const { code, requestId: id } = JSON.parse(body);
  expect([status, code]).toEqual([413, 'UP_REQUEST_TOO_LARGE']);
  expect(refusals).toEqual([{ id, status, size: body.length, milliseconds: expect.any(Number) }]);
  expect(refusals[0]?.milliseconds).toBeLessThan(performance.now() - started);
});

test('what HEAD is not sent is read to its end', async () => {
  const body = new PassThrough();
  const ended = once(body, 'end');
  const answer = await answerTo(`HEAD / HTTP/1.1\r\nhost: a\r\n${close}\r\n`, async () => ({
    status: 200,
    headers: [['content-length', '5']],
    body: body.end('hello'),
  }));
  expect([answer.head.includes('content-length: 5'), answer.body]).toEqual([true, '']);
  await ended;
});

test('the signal of a request tells of a client that left before its answer', async () => {
  let signal: AbortSignal | undefined;
  const { socket } = await asking('GET / HTTP/1.1\r\nhost: a\r\n\r\n', (req) => {
    ({ signal } = req.context);
    return new Promise(() => {});
  });
  await until('the request', () => signal);
  expect(signal?.aborted).toBe(false);
  socket.destroy();
  await until('the signal', () => signal?.aborted);
  const [answered] = await requestsIn(`GET / HTTP/1.1\r\nhost: a\r\n${close}\r\n`);
  expect(answered?.context.signal?.aborted).toBe(false);
});
