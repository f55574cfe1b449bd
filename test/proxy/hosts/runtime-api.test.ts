import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runtimeApi } from '../../../proxy/hosts/runtime-api.ts';
import { until } from '../apps.ts';
import { type Answer, fieldsFor, runtimeServer, withChunks, withLength } from './runtime-server.ts';

/** Writes bytes so that they arrive a few at a time. */
async function trickle(socket: Socket, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; at += 7) {
    socket.write(bytes.subarray(at, at + 7));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const event = { text: 'héllo €\r\n\r\n', list: [1, 2, 3] };

describe('the next invocation', () => {
  test.each<[string, Answer]>([
    ['with a length', withLength],
    ['in one chunk', withChunks(1_000)],
    ['in many chunks', withChunks(3)],
    [
      'in chunks with trailers',
      (value, id) => Buffer.concat([withChunks(9)(value, id).subarray(0, -2), Buffer.from('x-sum: 1\r\n\r\n')]),
    ],
    [
      'that ends with the connection',
      (value, id) =>
        Buffer.from(`HTTP/1.1 200 OK\r\n${fieldsFor(id)}\r\nConnection: close\r\n\r\n${JSON.stringify(value)}`),
    ],
  ])('is read from an answer %s', async (title, answer) => {
    const server = await runtimeServer((socket, bytes) =>
      title.includes('connection') ? socket.end(bytes) : socket.write(bytes),
    );
    const api = runtimeApi(server.endpoint);
    void server.invoke(event, answer);
    const invocation = await api.next();
    expect(JSON.parse(invocation.event.toString('utf8'))).toEqual(event);
    expect(invocation).toMatchObject({
      requestId: 'invocation-1',
      traceId: 'Root=1-abc',
      functionArn: expect.stringContaining('function:x'),
    });
    expect(invocation.deadline).toBeGreaterThan(Date.now());
  });

  test.each<[string, Answer]>([
    ['a length', withLength],
    ['chunks', withChunks(5)],
  ])('may arrive in packets that part everything: %s', async (_title, answer) => {
    const server = await runtimeServer((socket, bytes) => void trickle(socket, bytes));
    const api = runtimeApi(server.endpoint);
    for (let i = 0; i < 3; i++) {
      const posted = server.invoke({ ...event, i }, answer);
      const { requestId, event: received } = await api.next();
      expect(JSON.parse(received.toString('utf8'))).toEqual({ ...event, i });
      await api.respond(requestId, Buffer.from(`answer ${i}`));
      expect((await posted).body).toBe(`answer ${i}`);
    }
    expect(server.connections).toHaveLength(1);
  });

  test('may be six megabytes', async () => {
    const server = await runtimeServer();
    const api = runtimeApi(server.endpoint);
    const body = 'x'.repeat(6 * 1024 * 1024);
    const posted = server.invoke({ body });
    const invocation = await api.next();
    await api.respond(invocation.requestId, invocation.event);
    expect(JSON.parse((await posted).body).body).toHaveLength(body.length);
  });

  test('that is refused is an error which says so', async () => {
    const server = await runtimeServer();
    const refusal = Buffer.from('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    void server.invoke(event, () => refusal);
    await expect(runtimeApi(server.endpoint).next()).rejects.toThrow('the Runtime API answered 403 to next: no');
  });

  test('of an API that is not there is an error', async () => {
    await expect(runtimeApi('127.0.0.1:1').next()).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a result', () => {
  test('is posted to its invocation, with its length', async () => {
    const server = await runtimeServer();
    const api = runtimeApi(server.endpoint);
    await api.respond('abc', Buffer.from('"é"'));
    expect(server.posts).toEqual([
      {
        path: '/2018-06-01/runtime/invocation/abc/response',
        headers: expect.stringContaining('Content-Length: 4'),
        body: '"é"',
      },
    ]);
  });

  test('of nothing is a result too', async () => {
    const server = await runtimeServer();
    await runtimeApi(server.endpoint).respond('abc', Buffer.alloc(0));
    expect(server.posts[0]?.body).toBe('');
  });

  test('of an invocation that failed is posted as an error, by its type', async () => {
    const server = await runtimeServer();
    await runtimeApi(server.endpoint).fail('abc', { errorType: 'Runtime.ProxyError', errorMessage: 'broken' });
    const [post] = server.posts;
    expect(post?.path).toBe('/2018-06-01/runtime/invocation/abc/error');
    expect(post?.headers).toContain('Lambda-Runtime-Function-Error-Type: Runtime.ProxyError');
    expect(JSON.parse(post?.body ?? '')).toEqual({
      errorType: 'Runtime.ProxyError',
      errorMessage: 'broken',
      stackTrace: [],
    });
  });

  test.each([
    ['413, which is the platform’s verdict', 413, true],
    ['400, for an invocation that is over', 400, true],
    ['500', 500, false],
  ])('answered with %s', async (_title, status, settled) => {
    const server = await runtimeServer();
    server.postAnswer = Buffer.from(`HTTP/1.1 ${status} X\r\nContent-Length: 2\r\n\r\n{}`);
    const responding = runtimeApi(server.endpoint).respond('abc', Buffer.from('{}'));
    if (settled) await expect(responding).resolves.toBeUndefined();
    else await expect(responding).rejects.toThrow('answered 500');
  });
});

describe('a connection that the server ends between two invocations', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['closed', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
  ])('is replaced, once this is known: %s', async (_title, end) => {
    const server = await runtimeServer();
    const api = runtimeApi(server.endpoint);
    for (let i = 0; i < 3; i++) {
      await api.respond('abc', Buffer.from('{}'));
      const [socket] = server.connections.slice(-1);
      if (socket) end(socket);
      await until('the end of the connection', () => socket?.destroyed ?? true);
      // The news must have reached the other end of it as well.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(server.posts).toHaveLength(3);
    expect(server.connections).toHaveLength(3);
  });

  test('is replaced while it is being used', async () => {
    const server = await runtimeServer();
    const api = runtimeApi(server.endpoint);
    server.afterPost = (socket) => socket.end();
    for (let i = 0; i < 5; i++) await api.respond('abc', Buffer.from('{}'));
    expect(server.posts).toHaveLength(5);
  });

  test('and announced to end is not used again', async () => {
    const server = await runtimeServer();
    const api = runtimeApi(server.endpoint);
    server.postAnswer = Buffer.from('HTTP/1.1 202 Accepted\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n');
    await api.respond('abc', Buffer.from('{}'));
    await api.respond('abc', Buffer.from('{}'));
    expect(server.connections).toHaveLength(2);
  });

  test('in the middle of an answer is an error, not half an event', async () => {
    const server = await runtimeServer((socket, bytes) => socket.end(bytes.subarray(0, -3)));
    void server.invoke(event);
    await expect(runtimeApi(server.endpoint).next()).rejects.toThrow('the Runtime API closed the connection');
  });

  test('that answers a stream in its middle is not used again: what is still written of it must be no part of the next', async () => {
    const received: string[] = [];
    const server = createServer((socket) => {
      const at = received.push('') - 1;
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        received[at] += bytes.toString('latin1');
        if (at === 0) socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n');
        else socket.write(withLength(event, 'next'));
      });
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const api = runtimeApi(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    let goOn = () => {};
    const answered = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    async function* chunks() {
      yield Buffer.from('first');
      await answered;
      yield Buffer.from('second');
    }
    const describe = () => ({ errorType: 'x', errorMessage: 'x' });
    await api.stream('abc', Buffer.from('{}'), { contentType: 'x', chunks: chunks(), describe });
    const next = api.next();
    goOn();
    expect((await next).requestId).toBe('next');
    expect(received.map((text) => text.split(' ')[0])).toEqual(['POST', 'GET']);
  });
});
