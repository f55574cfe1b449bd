/** The handler behind an ordinary HTTP server, for `up start`. Bodies are read whole, with the limit of the platform. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { isStream, readBody, readUpTo } from '../../http/body.ts';
import { errorResponse, HttpError } from '../../http/error.ts';
import { type Header, type Headers, toByteString } from '../../http/headers.ts';
import { type Handler, type HttpResponse, originForm, pathOf } from '../../http/message.ts';
import { chooseHost, joinCookies } from '../events/fields.ts';

export interface ServerOptions {
  readonly handler: Handler;
  readonly stage: string;
  /** `lambda.timeout`, seconds. */
  readonly timeout: number;
  /** Told of a request that is answered without the handler, whose log has all others. */
  readonly refused?: (req: IncomingMessage, refusal: Refusal) => void;
}

export interface Refusal {
  readonly id: string;
  readonly status: number;
  /** Bytes of the answer. */
  readonly size: number;
  readonly milliseconds: number;
}

/** A synchronous invocation takes 6 MB; the limit is shown here before the platform shows it. */
const maxBodyBytes = 6 * 1024 * 1024;

export const serverOptions = {
  /** Bytes of a request's head that are read at all; how much an app takes is for the stack to say. */
  maxHeaderSize: 64 * 1024,
  /** Of a request without one Node would say 400 and no more; it is refused here. */
  requireHostHeader: false,
};

/** Answers requests of any server of Node. The first one is cold. */
export function requestListener(options: ServerOptions): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  let cold = true;
  return async function answer(req, res) {
    const wasCold = cold;
    cold = false;
    await serve(options, req, res, wasCold);
  };
}

async function serve(
  { handler, stage, timeout, refused }: ServerOptions,
  req: IncomingMessage,
  res: ServerResponse,
  cold: boolean,
): Promise<void> {
  const requestId = randomUUID();
  const started = performance.now();
  const gone = new AbortController();
  // Aborting creates an error with a stack, which takes 50 µs: only for a client that left early.
  res.once('close', () => void (res.writableFinished || gone.abort()));
  const body = await readUpTo(req, maxBodyBytes).catch(() => undefined);
  if (body === undefined) return;
  const refusal = refusalOf(req, body);
  if (refusal !== null) {
    const answer = errorResponse(refusal, requestId);
    const size = (await readBody(answer.body)).length;
    refused?.(req, { id: requestId, status: answer.status, size, milliseconds: performance.now() - started });
    return send(res, answer, req.method);
  }
  const answer = await handler({
    method: req.method ?? 'GET',
    target: originForm(req.url ?? '/'),
    headers: requestHeaders(req),
    body: body?.length ? body : null,
    context: {
      requestId,
      clientIp: clientAddress(req),
      stage,
      deadline: Date.now() + timeout * 1000,
      cold,
      platform: platformContext(req, requestId, stage),
      scheme: schemeOf(req),
      whole: false,
      signal: gone.signal,
    },
  });
  await send(res, answer, req.method);
}

/**
 * The refusal that a front door would answer with; null for none. `body` is null when it is larger than Lambda takes.
 */
function refusalOf({ rawHeaders, httpVersion }: IncomingMessage, body: Buffer | null): HttpError | null {
  if (body === null) {
    const message = `the request body is larger than ${maxBodyBytes} bytes, which is what Lambda takes`;
    return new HttpError(413, 'UP_REQUEST_TOO_LARGE', message);
  }
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host');
  // RFC 9112 3.2
  if (hosts.length === 0 && httpVersion === '1.1')
    return new HttpError(400, 'UP_REQUEST_MALFORMED', 'this is no HTTP request: it names no host');
  try {
    chooseHost(hosts);
    return null;
  } catch (error) {
    return error as HttpError;
  }
}

/** RFC 9110 8.6 and 15.3.5: there is none to be told of. */
const ofContent = new Set(['content-length', 'content-type']);

async function send(
  res: ServerResponse,
  { status, headers, body }: HttpResponse,
  method: string | undefined,
): Promise<void> {
  res.sendDate = false;
  res.writeHead(status, (status === 204 ? headers.filter(([name]) => !ofContent.has(name)) : headers).flat());
  if (method === 'HEAD' || body === null || body instanceof Uint8Array) {
    // An answer to HEAD carries no body; reading the stream to its end keeps the connection to the app usable.
    if (isStream(body)) body.resume();
    res.end(method === 'HEAD' || body === null ? undefined : body);
    return;
  }
  // Sends the header fields before the body begins, or in one write with whatever part of the body arrives in this turn
  // of the event loop. Not by `flushHeaders`, which encodes field values as UTF-8 once more. The socket is corked, not
  // the response: Node 22 loses a body that ends while its response is corked.
  const { socket } = res;
  socket?.cork();
  setImmediate(() => socket?.uncork());
  res.write(Buffer.alloc(0));
  // A client that leaves, or an app that breaks off, ends both sides; the log record says which.
  await pipeline(body, res).catch(() => res.destroy());
}

/** What front doors say themselves; the other X-Forwarded-* are the client's, as on AWS. */
const forwardedNames = new Set(['x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto']);

/**
 * The header fields as a front door would hand them out: repeats kept, but for cookies, and the client's X-Forwarded-For
 * extended by what this server knows.
 */
function requestHeaders(req: IncomingMessage): Headers {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) {
    headers.push([req.rawHeaders[i]?.toLowerCase() ?? '', req.rawHeaders[i + 1] ?? '']);
  }
  const forwarded = headers.filter(([name]) => name === 'x-forwarded-for').map(([, value]) => value);
  const kept = headers.filter(([name]) => !forwardedNames.has(name));
  return [
    ...joinCookies(kept),
    ['x-forwarded-for', [...forwarded, clientAddress(req)].join(', ')],
    ['x-forwarded-port', String(req.socket.localPort ?? '')],
    ['x-forwarded-proto', schemeOf(req)],
  ];
}

function schemeOf({ socket }: IncomingMessage): 'http' | 'https' {
  return 'encrypted' in socket ? 'https' : 'http';
}

function clientAddress(req: IncomingMessage): string {
  return (req.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** The members of an HTTP API's requestContext that mean something here. */
function platformContext(req: IncomingMessage, requestId: string, stage: string): object {
  return {
    http: {
      method: req.method,
      path: pathOf(originForm(req.url ?? '/')),
      protocol: `HTTP/${req.httpVersion}`,
      sourceIp: clientAddress(req),
    },
    domainName: toByteString(req.headers.host ?? ''),
    requestId,
    stage,
    timeEpoch: Date.now(),
  };
}
