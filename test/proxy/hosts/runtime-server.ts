/** A Runtime API to test against, speaking HTTP by hand so that it can also misbehave. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Posted {
  readonly path: string;
  readonly headers: string;
  readonly body: string;
}

/** How to hand out an event: the bytes of the answer, or null to wait. */
export type Answer = (event: unknown, requestId: string) => Buffer;

export interface RuntimeServer {
  readonly endpoint: string;
  readonly posts: Posted[];
  /** Every connection that was opened. */
  readonly connections: Socket[];
  /** Hands an event to the runtime and resolves with what it posts. */
  invoke(event: unknown, answer?: Answer): Promise<Posted>;
  /** The answer to the next post; by default 202. */
  postAnswer: Buffer;
  /** What happens to the connection after the next post was answered. */
  afterPost: (socket: Socket) => void;
  /** Events handed out so far. */
  handedOut: number;
  /** The events that extensions have registered for. */
  readonly extensions: string[][];
  /** How often an extension has asked for its next event. */
  extensionNexts: number;
  /** Tells the extension that waits of an invocation. */
  tellExtension(requestId: string): void;
  /** Hangs up on the extension that waits. */
  dropExtension(): void;
}

export function fieldsFor(requestId: string): string {
  return [
    `Lambda-Runtime-Aws-Request-Id: ${requestId}`,
    `Lambda-Runtime-Deadline-Ms: ${Date.now() + 10_000}`,
    'Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:x',
    'Lambda-Runtime-Trace-Id: Root=1-abc',
  ].join('\r\n');
}

export function withLength(event: unknown, requestId: string): Buffer {
  const body = Buffer.from(JSON.stringify(event));
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\n${fieldsFor(requestId)}\r\nContent-Length: ${body.length}\r\n\r\n`),
    body,
  ]);
}

/** As AWS's own server does it, here with chunks of few bytes. */
export function withChunks(size: number): Answer {
  return (event, requestId) => {
    const body = Buffer.from(JSON.stringify(event));
    const parts = [Buffer.from(`HTTP/1.1 200 OK\r\n${fieldsFor(requestId)}\r\nTransfer-Encoding: chunked\r\n\r\n`)];
    for (let at = 0; at < body.length; at += size) {
      const chunk = body.subarray(at, at + size);
      parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
    }
    return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
  };
}

const accepted = Buffer.from('HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n');

function json(value: object, fields = ''): Buffer {
  const body = JSON.stringify(value);
  return Buffer.from(`HTTP/1.1 200 OK\r\n${fields}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

interface Waiting {
  readonly event: unknown;
  readonly answer: Answer;
  readonly posted: (post: Posted) => void;
}

export async function runtimeServer(
  write: (socket: Socket, bytes: Buffer) => void = (socket, bytes) => socket.write(bytes),
): Promise<RuntimeServer> {
  const queue: Waiting[] = [];
  const pollers: Socket[] = [];
  const pending = new Map<string, Waiting>();
  let count = 0;

  let waitingExtension: Socket | null = null;
  const api: Omit<RuntimeServer, 'endpoint'> = {
    posts: [],
    handedOut: 0,
    extensions: [],
    extensionNexts: 0,
    tellExtension(requestId) {
      const event = { eventType: 'INVOKE', requestId, deadlineMs: Date.now() + 10_000 };
      waitingExtension?.write(json(event));
      waitingExtension = null;
    },
    dropExtension: () => waitingExtension?.destroy(),
    connections: [],
    postAnswer: accepted,
    afterPost: () => {},
    invoke: (event, answer = withLength) =>
      new Promise((posted) => {
        queue.push({ event, answer, posted });
        handOut();
      }),
  };

  function handOut(): void {
    while (queue.length > 0 && pollers.length > 0) {
      const socket = pollers.shift();
      if (socket === undefined || socket.destroyed || socket.writableEnded) continue;
      const waiting = queue.shift();
      if (waiting === undefined) return;
      const requestId = `invocation-${++count}`;
      api.handedOut = count;
      pending.set(requestId, waiting);
      write(socket, waiting.answer(waiting.event, requestId));
    }
  }

  function onRequest(socket: Socket, head: string, body: Buffer): void {
    const path = head.split(' ')[1] ?? '';
    if (path.endsWith('/extension/register')) {
      api.extensions.push(JSON.parse(body.toString()).events);
      write(socket, json({}, 'Lambda-Extension-Identifier: 1\r\n'));
      return;
    }
    if (path.endsWith('/extension/event/next')) {
      api.extensionNexts++;
      waitingExtension = socket;
      return;
    }
    if (path.endsWith('/next')) {
      pollers.push(socket);
      handOut();
      return;
    }
    const post = { path, headers: head, body: body.toString('utf8') };
    api.posts.push(post);
    write(socket, api.postAnswer);
    api.afterPost(socket);
    const requestId = path.split('/').at(-2) ?? '';
    pending.get(requestId)?.posted(post);
    pending.delete(requestId);
  }

  const server = createServer((socket) => {
    api.connections.push(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      // What arrives after the end was written is lost, as with any server.
      if (socket.writableEnded) return;
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const end = received.indexOf('\r\n\r\n');
        if (end === -1) return;
        const head = received.toString('latin1', 0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (received.length < end + 4 + length) return;
        const body = received.subarray(end + 4, end + 4 + length);
        received = received.subarray(end + 4 + length);
        onRequest(socket, head, body);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of api.connections) socket.destroy();
  });
  const address = server.address();
  return Object.assign(api, { endpoint: `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` });
}
