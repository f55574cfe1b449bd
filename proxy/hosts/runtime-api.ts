/**
 * The Lambda Runtime API over one raw socket. It speaks HTTP/1.1 to one known local server, so it needs little of it;
 * measured, AWS's own client costs more per invocation than everything else this proxy does.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { connect, type Socket } from 'node:net';
import { collector } from './collect.ts';
import { drained } from './drained.ts';

export interface NextInvocation {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly traceId: string | undefined;
  readonly functionArn: string;
  readonly event: Buffer;
}

export interface RuntimeApi {
  /** Waits for the next invocation, as long as it takes. */
  next(): Promise<NextInvocation>;
  respond(requestId: string, result: Buffer): Promise<void>;
  /**
   * Sends an answer as it comes: `head` at once, then the body at the pace at which it is taken. What fails midway is
   * reported in trailers, which is all that can be said by then.
   */
  stream(requestId: string, head: Buffer, body: StreamBody): Promise<void>;
  /** Reports that an invocation failed, in the form the console shows. */
  fail(requestId: string, error: FunctionError): Promise<void>;
}

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

export interface StreamBody {
  readonly contentType: string;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Puts into words what the chunks failed with. */
  describe(error: unknown): FunctionError;
}

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

const base = '/2018-06-01/runtime/invocation';

/** `endpoint` is `AWS_LAMBDA_RUNTIME_API`: host and port. */
export function runtimeApi(endpoint: string): RuntimeApi {
  const [host = '127.0.0.1', port = '80'] = endpoint.split(':');
  const connection = createConnection(host, Number(port));

  async function post(path: string, body: Buffer, headers = ''): Promise<void> {
    const head = `POST ${path} HTTP/1.1\r\nHost: ${endpoint}\r\nContent-Type: application/json\r\n${headers}Content-Length: ${body.length}\r\n\r\n`;
    const { status, body: text } = await connection.exchange(head, body);
    // 413 is the platform's own verdict on a result; the invocation is settled either way.
    if (status >= 500 || status === 403) throw new Error(`the Runtime API answered ${status} to ${path}: ${text}`);
  }

  return {
    async next() {
      const { status, headers, body } = await connection.exchange(
        `GET ${base}/next HTTP/1.1\r\nHost: ${endpoint}\r\n\r\n`,
        null,
      );
      const requestId = headers.get('lambda-runtime-aws-request-id');
      if (status !== 200 || requestId === undefined)
        throw new Error(`the Runtime API answered ${status} to next: ${body}`);
      return {
        requestId,
        deadline: Number(headers.get('lambda-runtime-deadline-ms') ?? Date.now() + 3_000),
        traceId: headers.get('lambda-runtime-trace-id'),
        functionArn: headers.get('lambda-runtime-invoked-function-arn') ?? '',
        event: body,
      };
    },
    async stream(requestId, head, body) {
      const path = `${base}/${requestId}/response`;
      const { status, body: text } = await connection.exchange(
        `POST ${path} HTTP/1.1\r\nHost: ${endpoint}\r\nContent-Type: ${body.contentType}\r\n${streamingHeaders}\r\n`,
        (socket) => sendChunks(socket, head, body),
      );
      if (status >= 500 || status === 403) throw new Error(`the Runtime API answered ${status} to ${path}: ${text}`);
    },
    respond: (requestId, result) => post(`${base}/${requestId}/response`, result),
    fail: (requestId, error) =>
      post(
        `${base}/${requestId}/error`,
        Buffer.from(JSON.stringify({ ...error, stackTrace: [] })),
        `Lambda-Runtime-Function-Error-Type: ${error.errorType}\r\n`,
      ),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming */
const streamingHeaders =
  'Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n' +
  'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n';

async function sendChunks(socket: Socket, head: Buffer, { chunks, describe }: StreamBody): Promise<void> {
  const collect = collector();
  let trailers = '';
  try {
    await writeChunk(socket, head);
    for await (const chunk of chunks) {
      await writeChunk(socket, chunk);
      collect(chunk.byteLength);
    }
  } catch (error) {
    // The platform hung up: there is nobody left to tell.
    if (socket.destroyed) return;
    const failed = describe(error);
    const body = Buffer.from(JSON.stringify(failed)).toString('base64');
    trailers = `Lambda-Runtime-Function-Error-Type: ${failed.errorType}\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n`;
  }
  socket.write(`0\r\n${trailers}\r\n`, 'latin1');
}

/** Resolves when more may be written. */
async function writeChunk(socket: Socket, chunk: Uint8Array): Promise<void> {
  // A chunk of no bytes would end the message.
  if (chunk.byteLength === 0) return;
  if (socket.destroyed) throw new Error('the Runtime API closed the connection');
  socket.cork();
  socket.write(`${chunk.byteLength.toString(16)}\r\n`, 'latin1');
  socket.write(chunk);
  const ready = socket.write('\r\n', 'latin1');
  socket.uncork();
  if (!ready) await drained(socket);
}

/** What follows the head: nothing, bytes, or whatever a function writes. */
type Payload = Buffer | null | ((socket: Socket) => Promise<void>);

/** One request at a time on one kept-alive connection, opened again when the server has closed it in between. */
function createConnection(host: string, port: number) {
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
    if (socket === null || socket.destroyed) socket = open(host, port);
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
