/**
 * The Lambda Runtime API over one raw socket: measured, AWS's own client costs more per invocation than everything else
 * this proxy does.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import type { Socket } from 'node:net';
import { collectHeld, collector, held } from './collect.ts';
import { createConnection } from './connection.ts';
import { drained } from './drained.ts';

export interface NextInvocation {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly traceId?: string;
  readonly functionArn: string;
  readonly event: Buffer | string;
}

export interface RuntimeApi {
  /** Waits for the next invocation, as long as it takes. */
  next(): Promise<NextInvocation>;
  respond(requestId: string, result: string | Buffer): Promise<void>;
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

const base = '/2018-06-01/runtime/invocation';

/** `endpoint` is `AWS_LAMBDA_RUNTIME_API`: host and port. */
export function runtimeApi(endpoint: string): RuntimeApi {
  const connection = createConnection(endpoint);
  const nextHead = `GET ${base}/next HTTP/1.1\r\nHost: ${endpoint}\r\n\r\n`;

  async function post(path: string, body: string | Buffer, headers = ''): Promise<void> {
    const head = `POST ${path} HTTP/1.1\r\nHost: ${endpoint}\r\nContent-Type: application/json\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const { status, body: text } = await connection.exchange(head, body);
    held(body.length);
    collectHeld();
    // 413 is the platform's own verdict on a result; the invocation is settled either way.
    if (status >= 500 || status === 403) throw new Error(`the Runtime API answered ${status} to ${path}: ${text}`);
  }

  return {
    async next() {
      const { status, header, body } = await connection.exchange(nextHead, null);
      const requestId = header('lambda-runtime-aws-request-id');
      const traceId = header('lambda-runtime-trace-id');
      held(Number(header('content-length') ?? 0));
      if (status !== 200 || requestId === undefined)
        throw new Error(`the Runtime API answered ${status} to next: ${body}`);
      return {
        requestId,
        deadline: Number(header('lambda-runtime-deadline-ms') ?? Date.now() + 3_000),
        ...(traceId !== undefined && { traceId }),
        functionArn: header('lambda-runtime-invoked-function-arn') ?? '',
        event: body,
      };
    },
    async stream(requestId, head, body) {
      const path = `${base}/${requestId}/response`;
      const { status, body: text } = await connection.exchange(
        `POST ${path} HTTP/1.1\r\nHost: ${endpoint}\r\nContent-Type: ${body.contentType}\r\n${streamingHeaders}\r\n`,
        (socket) => sendChunks(socket, head, body),
      );
      collectHeld();
      if (status >= 500 || status === 403) throw new Error(`the Runtime API answered ${status} to ${path}: ${text}`);
    },
    respond: (requestId, result) => post(`${base}/${requestId}/response`, result),
    fail: (requestId, error) =>
      post(
        `${base}/${requestId}/error`,
        JSON.stringify({ ...error, stackTrace: [] }),
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
