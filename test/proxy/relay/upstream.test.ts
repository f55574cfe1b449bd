/** Connections to the app that are used again: what belongs to one request must not reach the next. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { HttpResponse } from '../../../http/message.ts';
import { createUpstream, type UpstreamRequest } from '../../../proxy/relay/upstream.ts';
import { until } from '../apps.ts';
import { rawApp } from '../wire.ts';

/** An app that answers the first request of a connection with these bytes, and asks for the others here. */
async function appOf(first: string, other: (socket: Socket) => void) {
  const app = await rawApp((socket) => {
    socket.on('data', (bytes) => {
      if (bytes.toString().startsWith('GET /first')) socket.write(first);
      else other(socket);
    });
  });
  onTestFinished(() => app.close());
  const upstream = createUpstream();
  onTestFinished(() => upstream.reset());
  const bound = { isOver: () => false, onOver() {} };
  const brokeOff = async () => false;
  return (target: string, { whole = true } = {}) => {
    const req: UpstreamRequest = {
      method: 'GET',
      target,
      headers: [],
      body: null,
      whole,
      repeatable: true,
      bound,
      brokeOff,
    };
    return upstream.send({ host: '127.0.0.1', port: app.port }, req);
  };
}

async function textOf({ body }: HttpResponse): Promise<string> {
  if (body === null) return '';
  if (body instanceof Uint8Array) return Buffer.from(body).toString('latin1');
  return Buffer.concat(await body.toArray()).toString('latin1');
}

const answer = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const right = (socket: Socket) => void socket.write(answer('right'));

test.each(
  [70_000, 140_000, 1_000_000].flatMap((bytes) => [true, false].map((whole) => ({ bytes, whole }))),
)('what an app sends behind $bytes bytes is no answer to a request of the same turn (whole: $whole)', async ({
  bytes,
  whole,
}) => {
  const body = 'a'.repeat(bytes);
  const send = await appOf(`${answer(body)}${answer('smuggled')}`, right);
  for (let tries = 0; tries < 10; tries++) {
    expect(await textOf(await send('/first', { whole }))).toBe(body);
    expect(await textOf(await send('/second', { whole }))).toBe('right');
  }
});

test('a reader that leaves an answer which came whole takes nothing from the next request', async () => {
  let answerSecond = () => {};
  const asked = new Promise<void>((resolve) => {
    answerSecond = resolve;
  });
  let second: Socket | undefined;
  const send = await appOf(answer('a'.repeat(1000)), (socket) => {
    second = socket;
    answerSecond();
  });
  const first = await send('/first', { whole: false });
  const body = first.body as Readable;
  await until('the whole answer, with which its connection is free', () => body.readableLength === 1000);
  const next = send('/second');
  await asked;
  body.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  second?.write(answer('right'));
  expect(await textOf(await next)).toBe('right');
});

test.each([
  ['nothing', '', 999, true],
  ['nothing', '', 1_000, false],
  ['a second', 'keep-alive: timeout=1\r\n', 499, true],
  ['a second', 'keep-alive: timeout=1\r\n', 500, false],
  ['five', 'keep-alive: timeout=5\r\n', 1_000, false],
])('of an app that said %s of its patience (%j), a connection that stood idle for %i ms is used again: %s', async (_said, hint, idle, isUsed) => {
  const sockets = new Set<Socket>();
  const app = await rawApp((socket) => {
    sockets.add(socket);
    socket.on('data', () => socket.write(`HTTP/1.1 204 No Content\r\n${hint}\r\n`));
  });
  onTestFinished(() => app.close());
  let passed = 0;
  const upstream = createUpstream(() => ({ wall: 1_800_000_000_000 + passed, monotonic: passed }));
  onTestFinished(() => upstream.reset());
  const bound = { isOver: () => false, onOver() {} };
  const brokeOff = async () => false;
  const req: UpstreamRequest = {
    method: 'GET',
    target: '/',
    headers: [],
    body: null,
    whole: true,
    repeatable: true,
    bound,
    brokeOff,
  };
  for (let request = 0; request < 2; request++, passed += idle)
    await upstream.send({ host: '127.0.0.1', port: app.port }, req);
  expect(sockets.size).toBe(isUsed ? 1 : 2);
});
