/** Connections to the app that are used again: what belongs to one request must not reach the next. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HttpResponse } from '../../../http/message.ts';
import { createUpstream, type UpstreamRequest } from '../../../proxy/relay/upstream.ts';
import { until } from '../apps.ts';
import { rawApp } from '../wire.ts';

/** A GET that is taken whole and may be sent again, with changes. */
function requestOf(changes: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return {
    method: 'GET',
    target: '/',
    headers: [],
    body: null,
    whole: true,
    repeatable: true,
    bound: { isOver: () => false, onOver() {} },
    brokeOff: async () => false,
    ...changes,
  };
}

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
  return (target: string, { whole = true } = {}) => {
    const req = requestOf({ target, whole });
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

test('of an answer that nobody reads no more is taken than is read ahead', async () => {
  const bytes = 32_000_000;
  const send = await appOf(`HTTP/1.1 200 OK\r\ncontent-length: ${bytes}\r\n\r\n${'a'.repeat(bytes)}`, right);
  const body = (await send('/first', { whole: false })).body as Readable;
  await until('what is read ahead', () => body.readableLength >= 256 * 1024);
  for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(body.readableLength).toBeLessThan(4_000_000);
  body.destroy();
});

/** An app that answers each request with these bytes, and an upstream to it whose time is told by hand. */
async function idleApp(onRequest: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const app = await rawApp((socket) => {
    sockets.push(socket);
    socket.on('data', () => onRequest(socket));
  });
  onTestFinished(() => app.close());
  const clock = { passed: 0 };
  const upstream = createUpstream(() => ({ wall: 1_800_000_000_000 + clock.passed, monotonic: clock.passed }));
  onTestFinished(() => upstream.reset());
  const send = (changes?: Partial<UpstreamRequest>) =>
    upstream.send({ host: '127.0.0.1', port: app.port }, requestOf(changes));
  return { ...app, upstream, send, clock, sockets };
}

const empty = (fields = '') => `HTTP/1.1 200 OK\r\n${fields}content-length: 0\r\n\r\n`;

test.each([
  ['nothing', '', 999, true],
  ['nothing', '', 1_000, false],
  ['a second', 'keep-alive: timeout=1\r\n', 499, true],
  ['a second', 'Keep-Alive: Timeout=1\r\n', 500, false],
  ['five', 'keep-alive: timeout=5\r\n', 1_000, false],
])('of an app that said %s of its patience (%j), a connection that stood idle for %i ms is used again: %s', async (_said, hint, idle, isUsed) => {
  const { send, clock, sockets, connections } = await idleApp((socket) => socket.write(empty(hint)));
  await send();
  clock.passed += idle;
  await send();
  expect(sockets).toHaveLength(isUsed ? 1 : 2);
  await until('the other one to be closed', () => connections.size === 1);
});

test('a connection stands idle from the end of its answer, however long that took', async () => {
  const { send, clock, sockets } = await idleApp((socket) => {
    clock.passed += 5_000;
    socket.write(empty());
  });
  await send();
  await send();
  expect(sockets).toHaveLength(1);
});

describe('a connection is not used again', () => {
  const body = Buffer.from('1');

  test.each<[string, string, Partial<UpstreamRequest>, boolean]>([
    ['whose answer says that it is the last', empty('connection: close\r\n'), {}, false],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', {}, false],
    ['whose app may not have read the request', empty(), { body }, false],
    ['but one that is kept by an app that reads', empty('keep-alive: timeout=5\r\n'), { body }, true],
    ['whose app does not say for how long', empty('keep-alive: max=5\r\n'), { body }, false],
    ['whose app speaks of another time', empty('x-tea: timeout=5\r\n'), { body }, false],
    ['but one of an answer with content', answer('tea'), {}, true],
    ['but one after a body of nothing', empty(), { body: Buffer.alloc(0) }, true],
    ['where a 204 has a length', 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n', {}, false],
    ['where a 304 has a length', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n', {}, false],
    ['but one where that length is nothing', 'HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n', {}, true],
    ['but one where a 204 says no more', 'HTTP/1.1 204 No Content\r\nx-length: 5\r\n\r\n', {}, true],
  ])('%s', async (_title, bytes, changes, isUsed) => {
    const { send, sockets, connections } = await idleApp((socket) => socket.write(bytes));
    await send(changes);
    await send(changes);
    expect(sockets).toHaveLength(isUsed ? 1 : 2);
    await until('those to be closed that are of no use', () => connections.size === (isUsed ? 1 : 0));
  });

  test('while the request is still on its way', async () => {
    const { send, sockets } = await idleApp((socket) => {
      socket.pause();
      socket.write(empty('keep-alive: timeout=5\r\n'));
    });
    await send({ body: Buffer.alloc(20_000_000) });
    await send();
    expect(sockets).toHaveLength(2);
  });

  test('for a request that may not be sent twice', async () => {
    const { send, sockets } = await idleApp((socket) => socket.write(empty()));
    await send();
    await send({ repeatable: false });
    expect(sockets).toHaveLength(2);
  });

  test('for another app', async () => {
    const { send, upstream, sockets } = await idleApp((socket) => socket.write(empty()));
    const other = await rawApp((socket) => socket.on('data', () => right(socket)));
    onTestFinished(() => other.close());
    await send();
    expect(await textOf(await upstream.send({ host: '127.0.0.1', port: other.port }, requestOf()))).toBe('right');
    await until('the first to be closed', () => sockets[0]?.destroyed === true);
  });

  test('once all are dropped', async () => {
    const { send, upstream, sockets, connections } = await idleApp((socket) => socket.write(empty()));
    await Promise.all([send(), send()]);
    upstream.reset();
    await until('both to be closed', () => connections.size === 0);
    await send();
    expect(sockets).toHaveLength(3);
  });
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '[::1]'],
])('an app at %s is told so in Host, unless the request says another', async (host, named) => {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      asked.push(/^host: (.*)\r$/m.exec(bytes.toString())?.[1] ?? '');
      socket.write(empty());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  const upstream = createUpstream();
  onTestFinished(() => upstream.reset());
  const { port } = server.address() as AddressInfo;
  await upstream.send({ host, port }, requestOf());
  await upstream.send({ host, port }, requestOf({ headers: [['host', 'example.com']] }));
  expect(asked).toEqual([`${named}:${port}`, 'example.com']);
});

describe('a request that gets no answer says whether it reached the app', () => {
  /** Given up by hand. */
  function cancellation() {
    let listener: (() => void) | null = null;
    const bound = {
      isOver: () => false,
      onOver(told: (() => void) | null) {
        listener = told;
      },
    };
    return { bound, giveUp: () => listener?.(), isListened: () => listener !== null };
  }

  test.each<[string, string, object]>([
    ['the app closes at once', '', { kind: 'closed', delivered: true, begun: false }],
    ['it closes within its answer', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\na', { kind: 'closed', begun: true }],
    ['it speaks something else', 'SSH-2.0-tea\r\n', { kind: 'invalid', delivered: true, begun: false }],
  ])('where %s', async (_title, bytes, why) => {
    const { send } = await idleApp((socket) => socket.end(bytes));
    await expect(send()).rejects.toMatchObject(why);
  });

  test('where nobody listens', async () => {
    const { send, close } = await idleApp(() => {});
    await close();
    await expect(send()).rejects.toMatchObject({ kind: 'connect', delivered: false });
  });

  test('where it cannot be written', async () => {
    const { send, connections } = await idleApp((socket) => socket.write(empty()));
    await expect(send({ target: 'a b' })).rejects.toMatchObject({ kind: 'invalid', delivered: false });
    await until('its connection to be closed', () => connections.size === 0);
  });

  test('where it is given up before its answer', async () => {
    const { bound, giveUp, isListened } = cancellation();
    const { send, connections } = await idleApp(giveUp);
    await expect(send({ bound })).rejects.toMatchObject({ kind: 'aborted', delivered: true, begun: false });
    expect(isListened()).toBe(false);
    await until('its connection to be closed', () => connections.size === 0);
  });

  test('and is not given up any more once it has one', async () => {
    const { bound, isListened } = cancellation();
    const { send } = await idleApp((socket) => socket.write(empty()));
    await send({ bound });
    expect(isListened()).toBe(false);
  });

  test('where it is given up while an answer may be whole', async () => {
    const { bound, giveUp } = cancellation();
    const { send } = await idleApp((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhalf'));
    const brokeOff = async () => {
      giveUp();
      return false;
    };
    await expect(send({ bound, brokeOff })).rejects.toMatchObject({ kind: 'aborted', delivered: true, begun: true });
  });

  test('where its end is that of the app', async () => {
    const { send } = await idleApp((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhalf'));
    expect(await textOf(await send())).toBe('half');
    const brokeOff = async () => true;
    await expect(send({ brokeOff })).rejects.toMatchObject({ kind: 'closed', delivered: true, begun: true });
  });

  test('where it was given up before', async () => {
    const { send, sockets } = await idleApp((socket) => socket.write(empty()));
    const bound = { isOver: () => true, onOver() {} };
    await expect(send({ bound })).rejects.toMatchObject({ kind: 'aborted', delivered: false, begun: false });
    expect(sockets.filter((socket) => socket.bytesRead > 0)).toEqual([]);
  });
});
