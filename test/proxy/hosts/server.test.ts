/** What `up start` answers to requests that no front door would hand to an app, and to those that have no content. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { Handler } from '../../../http/message.ts';
import { startServer } from '../../support/start-server.ts';

async function asking(bytes: string, handler: Handler) {
  const server = startServer({ handler, stage: 'development', timeout: 10 }).listen(0, '127.0.0.1');
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

test('the context names the path, as an HTTP API’s does, and the target has all of it', async () => {
  const seen: unknown[] = [];
  const handler: Handler = async ({ target, context }) => {
    seen.push(target, (context.platform as { http: { path: string } }).http.path);
    return { status: 200, headers: [], body: null };
  };
  await answerTo(`GET http://a/b?c=+ HTTP/1.1\r\nhost: a\r\n${close}\r\n`, handler);
  expect(seen).toEqual(['/b?c=+', '/b']);
});
