/**
 * HTTP/1.1 over a raw socket, as far as one known local server needs it: Lambda's Runtime API and Extensions API.
 */
import { connect, type Socket } from 'node:net';
import { type Answer, type AnswerBytes, answerBytes } from './answer-bytes.ts';

/** What follows the head: nothing, text or bytes, or whatever a function writes. */
export type Payload = string | Buffer | null | ((socket: Socket) => Promise<void>);

export interface Connection {
  /** `head` is a whole request head. Rejects when the connection fails. */
  exchange(head: string, body: Payload): Promise<Answer>;
}

/**
 * One request at a time on one kept-alive connection, opened again when the server has closed it in between.
 * `endpoint` is a host and a port.
 */
export function createConnection(endpoint: string): Connection {
  const [host = '127.0.0.1', port = '80'] = endpoint.split(':');
  let line: Line | null = null;

  function exchange(head: string, body: Payload): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const reused = line !== null && !line.socket.destroyed;
      once(head, body, resolve, (error) => {
        line?.socket.destroy();
        line = null;
        // A kept-alive connection may be closed by the server at the very moment it is used; a fresh one shows whether
        // the server is there.
        if (reused && error instanceof ClosedEarly && typeof body !== 'function') once(head, body, resolve, reject);
        else reject(error);
      });
    });
  }

  function once(head: string, body: Payload, resolve: Waiting['resolve'], reject: Waiting['reject']): void {
    if (line === null || line.socket.destroyed) line = openLine(host, Number(port));
    line.roundTrip(head, body, { resolve, reject });
  }

  return { exchange };
}

/** The server closed the connection before the first byte of an answer. */
class ClosedEarly extends Error {}

interface Line {
  readonly socket: Socket;
  roundTrip(head: string, body: Payload, then: Waiting): void;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** Events of megabytes come in fewer pieces; only as much of it is memory as was ever read at once. */
const readBytes = 256 * 1024;

/** Up to here a body goes out with its head, in one string and one write. */
const smallText = 8 * 1024;

function openLine(host: string, port: number): Line {
  // Read into again and again: a buffer for each read is garbage of 64 KiB.
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  let received: AnswerBytes = answerBytes();
  let waiting: Waiting | null = null;
  let isSending = false;

  const socket = connect({ host, port, noDelay: true, onread: { buffer, callback: onBytes } });
  // A reset between two exchanges concerns no exchange, and without a listener it would end this process.
  socket.on('error', fail);
  socket.on('close', onClose);

  function onBytes(length: number): boolean {
    const answer = received.add(buffer, length);
    if (answer !== null) settle(answer);
    return true;
  }

  function onClose(): void {
    const answer = received.closed();
    if (answer !== null) settle(answer);
    else fail(new Error('the Runtime API closed the connection'));
  }

  function settle(answer: Answer): void {
    received = answerBytes();
    // An answer that comes before its request is fully sent: the rest of that must not precede the next request.
    if (isSending || answer.header('connection')?.toLowerCase() === 'close') socket.destroy();
    waiting?.resolve(answer);
    waiting = null;
  }

  function fail(error: Error): void {
    waiting?.reject(received.isEmpty() ? new ClosedEarly(error.message, { cause: error }) : error);
    waiting = null;
  }

  async function send(body: (socket: Socket) => Promise<void>): Promise<void> {
    isSending = true;
    try {
      await body(socket);
    } catch (error) {
      fail(error as Error);
    } finally {
      isSending = false;
    }
  }

  return {
    socket,
    roundTrip(head, body, then) {
      waiting = then;
      if (socket.destroyed) onClose();
      else if (typeof body === 'string') writeText(socket, head, body);
      else if (typeof body === 'function') {
        socket.write(head, 'latin1');
        void send(body);
      } else writeBytes(socket, head, body);
    },
  };
}

function writeText(socket: Socket, head: string, body: string): void {
  if (body.length <= smallText) socket.write(head + body, 'utf8');
  else writeBytes(socket, head, Buffer.from(body, 'utf8'));
}

function writeBytes(socket: Socket, head: string, body: Buffer | null): void {
  socket.cork();
  socket.write(head, 'latin1');
  if (body !== null && body.length > 0) socket.write(body);
  socket.uncork();
}
