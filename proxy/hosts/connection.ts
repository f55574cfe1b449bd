/**
 * HTTP/1.1 over a raw socket, as far as one known local server needs it: Lambda's Runtime API and Extensions API.
 */
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** What follows the head: nothing, bytes, or whatever a function writes. */
export type Payload = Buffer | null | ((socket: Socket) => Promise<void>);

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
  let socket: Socket | null = null;

  async function exchange(head: string, body: Payload): Promise<Answer> {
    const reused = socket !== null && !socket.destroyed;
    try {
      return await once(head, body);
    } catch (error) {
      socket?.destroy();
      socket = null;
      // A connection kept alive may be closed at the very moment it is used; a fresh one tells.
      if (reused && error instanceof ClosedEarly && typeof body !== 'function') return once(head, body);
      throw error;
    }
  }

  function once(head: string, body: Payload): Promise<Answer> {
    if (socket === null || socket.destroyed) socket = open(host, Number(port));
    return roundTrip(socket, head, body);
  }

  return { exchange };
}

function open(host: string, port: number): Socket {
  const socket = connect({ host, port, noDelay: true });
  // A reset between two exchanges has no other listener, and without one it would end this process.
  socket.on('error', () => {});
  return socket;
}

/** The server closed the connection before the first byte of an answer. */
class ClosedEarly extends Error {}

function roundTrip(socket: Socket, head: string, body: Payload): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const received = accumulator();

    const finish = (settle: () => void) => {
      socket.off('data', onData);
      socket.off('error', onError);
      socket.off('close', onClose);
      settle();
    };
    const onData = (chunk: Buffer) => {
      received.add(chunk);
      take(false);
    };
    const onError = (error: Error) => finish(() => reject(received.bytes().length === 0 ? early(error) : error));
    const onClose = () => {
      if (!take(true)) onError(new Error('the Runtime API closed the connection'));
    };
    const take = (closed: boolean): boolean => {
      const answer = parseAnswer(received.bytes(), closed);
      if (answer === null) return false;
      if (answer.headers.get('connection')?.toLowerCase() === 'close') socket.destroy();
      finish(() => resolve(answer));
      return true;
    };

    socket.on('data', onData);
    socket.on('error', onError);
    socket.on('close', onClose);
    if (socket.destroyed) return onClose();
    socket.cork();
    socket.write(head, 'latin1');
    if (body instanceof Buffer && body.length > 0) socket.write(body);
    socket.uncork();
    if (typeof body === 'function') body(socket).catch((error: Error) => finish(() => reject(error)));
  });
}

/** Bytes as they arrive, in a buffer that doubles: joined anew for each packet, an event of 6 MB took 60 ms more. */
function accumulator() {
  let buffer: Buffer = Buffer.alloc(0);
  let length = 0;

  function grow(): void {
    const larger = Buffer.allocUnsafe(2 * length);
    buffer.copy(larger);
    buffer = larger;
  }

  return {
    add(chunk: Buffer): void {
      const at = length;
      length += chunk.length;
      // Most answers are one packet, which needs no copy.
      if (at === 0) {
        buffer = chunk;
        return;
      }
      if (length > buffer.length) grow();
      chunk.copy(buffer, at);
    },
    bytes: (): Buffer => buffer.subarray(0, length),
  };
}

function early(cause: Error): ClosedEarly {
  return new ClosedEarly(cause.message, { cause });
}

/** A whole answer, or null while bytes are missing. */
function parseAnswer(received: Buffer, closed: boolean): Answer | null {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [statusLine = '', ...lines] = received.toString('latin1', 0, end).split('\r\n');
  const headers = new Map(lines.map(parseField));
  const status = Number(statusLine.split(' ')[1]);
  const body = parseBody(received.subarray(end + 4), headers, status, closed);
  return body === null ? null : { status, headers, body };
}

function parseField(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function parseBody(rest: Buffer, headers: ReadonlyMap<string, string>, status: number, closed: boolean): Buffer | null {
  if (status === 204 || status === 304) return Buffer.alloc(0);
  const length = headers.get('content-length');
  if (length !== undefined) return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : null;
  if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') return parseChunks(rest);
  return closed ? rest : null;
}

/** RFC 9112 7.1. */
function parseChunks(rest: Buffer): Buffer | null {
  // The last chunk ends with an empty line, with trailers or without; before that there is no need to look.
  if (rest.length < 5 || rest.toString('latin1', rest.length - 4) !== '\r\n\r\n') return null;
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + 2;
    if (size === 0) return rest.indexOf('\r\n', start) === -1 ? null : Buffer.concat(chunks);
    if (!(rest.length >= start + size + 2)) return null;
    chunks.push(rest.subarray(start, start + size));
    at = start + size + 2;
  }
}
