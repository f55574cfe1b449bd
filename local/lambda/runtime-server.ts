/**
 * The Runtime API of one execution environment, served over HTTP on loopback together with the Extensions API. It
 * translates between HTTP and the events of the environment; what they mean is decided there.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { finished, PassThrough, pipeline, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { answer, refuse } from './answer.ts';
import { createExtensions } from './extensions.ts';

export interface RuntimeEvent {
  readonly requestId: string;
  readonly deadline: number;
  readonly functionArn: string;
  readonly traceId: string;
  readonly payload: Uint8Array;
  /** JSON in ASCII. */
  readonly clientContext?: string | undefined;
}

export interface RuntimeFailure {
  readonly errorType: string;
  readonly payload: Buffer;
}

/** A response that arrives while the function is still writing it. */
export interface StreamedResponse {
  readonly contentType: string;
  /** Fails when the function dies before it is through. */
  readonly body: Readable;
  /** Settles after the body: what the function reported in trailers, when it failed midway. */
  readonly ended: Promise<RuntimeFailure | null>;
}

/** What an environment is told. */
export interface RuntimeListener {
  /** The runtime waits for work, and so do all extensions. */
  onAllWait(): void;
  onResponse(requestId: string, payload: Buffer): void;
  onStream(requestId: string, response: StreamedResponse): void;
  onError(requestId: string, failure: RuntimeFailure): void;
  onInitError(failure: RuntimeFailure): void;
}

export interface RuntimeServer {
  /** host:port, the value of AWS_LAMBDA_RUNTIME_API. */
  readonly endpoint: string;
  /** Answers the pending `next`. */
  deliver(event: RuntimeEvent): void;
  hasExtensions(): boolean;
  /** Forgets a runtime that is dead, and its extensions: once this resolves another one may start. */
  reset(): Promise<void>;
  close(): void;
}

export interface FunctionIdentity {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly handler: string;
}

/** A response of more bytes is refused (6 MiB + 100, the constant of AWS's own emulator). */
const maxResponseBytes = 6 * 1024 * 1024 + 100;

export async function runtimeServer(identity: FunctionIdentity, listener: RuntimeListener): Promise<RuntimeServer> {
  let pendingNext: ServerResponse | null = null;
  let current: string | null = null;
  /** The current event has its answer, or is about to. */
  let isSettled = false;
  const extensions = createExtensions(identity);

  const server = createServer((req, res) => {
    route(req, res).catch((error: unknown) => refuse(res, 500, 'InternalServerError', String(error)));
  });
  // `next` waits as long as there is no work, and connections outlive every freeze.
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.keepAliveTimeout = 0;
  server.timeout = 0;

  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = req.url ?? '';
    const invocation = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path);
    if (path === '/2018-06-01/runtime/invocation/next') return next(res);
    if (path === '/2018-06-01/runtime/init/error') return initError(req, res);
    if (invocation?.[1] && invocation[2]) return settle(req, res, invocation[1], invocation[2]);
    if (path === '/2020-01-01/extension/register') return extensions.register(req, res);
    if (path === '/2020-01-01/extension/event/next') return extensionNext(req, res);
    refuse(res, 404, 'NotFound', `no such route: ${path}`);
  }

  function next(res: ServerResponse): void {
    pendingNext = res;
    current = null;
    extensions.closeRegistration();
    tellWhenAllWait();
  }

  function extensionNext(req: IncomingMessage, res: ServerResponse): void {
    extensions.next(req, res);
    tellWhenAllWait();
  }

  function tellWhenAllWait(): void {
    if (pendingNext !== null && extensions.allWait()) listener.onAllWait();
  }

  async function settle(req: IncomingMessage, res: ServerResponse, requestId: string, kind: string): Promise<void> {
    if (requestId === current && isSettled) return refuseAgain(req, res, kind);
    if (requestId === current) isSettled = true;
    if (kind === 'response' && isStreaming(req) && requestId === current) return stream(req, res, requestId);
    const payload = await buffer(req);
    if (requestId !== current) return refuse(res, 400, 'InvalidRequestID', 'Invalid request ID');
    if (kind === 'error') {
      listener.onError(requestId, { errorType: errorType(req), payload });
    } else if (payload.length > maxResponseBytes) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (6291556 bytes).`;
      listener.onError(requestId, failure('Function.ResponseSizeTooLarge', errorMessage));
      return refuse(res, 413, 'RequestEntityTooLarge', errorMessage);
    } else {
      listener.onResponse(requestId, payload);
    }
    answer(res, 202, { status: 'OK' });
  }

  /** Passes the body on as it comes; the reader's pace becomes the function's pace. */
  async function stream(req: IncomingMessage, res: ServerResponse, requestId: string): Promise<void> {
    const body = new PassThrough();
    const ended = new Promise<RuntimeFailure | null>((resolve) => {
      finished(req, () => resolve(trailerFailure(req)));
    });
    // A request that breaks off is an error for whoever reads the body; nobody else has to hear of it.
    pipeline(req, body, () => {});
    listener.onStream(requestId, { contentType: req.headers['content-type'] ?? '', body, ended });
    await ended;
    if (req.complete) answer(res, 202, { status: 'OK' });
  }

  async function initError(req: IncomingMessage, res: ServerResponse): Promise<void> {
    listener.onInitError({ errorType: errorType(req), payload: await buffer(req) });
    answer(res, 202, { status: 'OK' });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliver(event) {
      const res = pendingNext;
      if (res === null) throw new Error('the runtime does not wait for an event');
      pendingNext = null;
      current = event.requestId;
      isSettled = false;
      extensions.tell(event);
      res.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': event.payload.byteLength,
        'Lambda-Runtime-Aws-Request-Id': event.requestId,
        'Lambda-Runtime-Deadline-Ms': event.deadline,
        'Lambda-Runtime-Invoked-Function-Arn': event.functionArn,
        'Lambda-Runtime-Trace-Id': event.traceId,
        ...(event.clientContext !== undefined && { 'Lambda-Runtime-Client-Context': event.clientContext }),
      });
      res.end(event.payload);
    },
    hasExtensions: extensions.any,
    async reset() {
      await allAccepted(server);
      server.closeAllConnections();
      pendingNext = null;
      current = null;
      extensions.reset();
    },
    close: () => closeNow(server),
  };
}

function failure(type: string, message: string): RuntimeFailure {
  return { errorType: type, payload: Buffer.from(JSON.stringify({ errorType: type, errorMessage: message })) };
}

function isStreaming(req: IncomingMessage): boolean {
  return req.headers['lambda-runtime-function-response-mode'] === 'streaming';
}

/** https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html: the error of a stream that has begun is in trailers. */
function trailerFailure({ trailers }: IncomingMessage): RuntimeFailure | null {
  const type = trailers['lambda-runtime-function-error-type'];
  if (type === undefined) return null;
  return { errorType: type, payload: Buffer.from(trailers['lambda-runtime-function-error-body'] ?? '', 'base64') };
}

/** In the words of AWS's own emulator. */
async function refuseAgain(req: IncomingMessage, res: ServerResponse, kind: string): Promise<void> {
  await buffer(req);
  const wanted = kind === 'response' ? 'InvocationResponse' : 'InvocationErrorResponse';
  const why = `State transition from ResponseSent to ${wanted} failed for runtime. Error: State transition is not allowed`;
  refuse(res, 403, 'InvalidStateTransition', why);
}

function errorType(req: IncomingMessage): string {
  return String(req.headers['lambda-runtime-function-error-type'] ?? 'Runtime.Unknown');
}

/**
 * Waits until all connections of a dead runtime have been accepted, whose requests would otherwise be taken for those
 * of its successor. The kernel queues connections in order, so one of our own comes after all of them.
 */
async function allAccepted(server: Server): Promise<void> {
  if (!server.listening) return;
  const { port } = server.address() as AddressInfo;
  const own = connect({ port, host: '127.0.0.1' });
  await new Promise<void>((resolve) => {
    const onConnection = (socket: Socket) => {
      if (socket.remotePort !== own.localPort) return;
      server.off('connection', onConnection);
      resolve();
    };
    server.on('connection', onConnection);
    // The server has been closed meanwhile.
    own.on('error', () => {});
    own.on('close', () => resolve());
  });
  own.destroy();
}

function closeNow(server: Server): void {
  server.close();
  server.closeAllConnections();
}
