/**
 * A front door: real HTTP in, event out, result in, real HTTP out. What is the same for all is here; what is particular
 * to one (its event, its reading of a result, its limits, its words for a failure) is a `Front`. The term is AWS's own:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/welcome.html
 */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { readUpTo } from '../../http/body.ts';
import { isThrottle } from '../aws/error.ts';
import type { Outcome } from '../lambda/environment.ts';
import { maxPayloadBytes } from '../lambda/invocation.ts';
import type { Target } from '../lambda/target.ts';
import {
  type Answer,
  cookieHeaders,
  jsonAnswer,
  multiHeaders,
  parseStatus,
  send,
  singleHeaders,
  wireHeaders,
} from './answer.ts';
import { type Incoming, readIncoming } from './incoming.ts';
import { splitPrelude } from './prelude.ts';

/**
 * Bytes of a request's head that are read at all: more than any front door takes, so that the front door refuses it and
 * not Node.
 */
export const maxHeadBytes: number = 64 * 1024;

/**
 * Milliseconds a connection may be idle. Node's own five seconds are shorter than what AWS's clients count on: they would
 * send into connections that are being closed.
 */
export const keepAliveMs: number = 75_000;

/** Why a front door answers by itself. */
export type Failure =
  | 'not found'
  | 'too large'
  | 'function failed'
  | 'bad result'
  | 'throttled'
  | 'timeout'
  | 'upgrade'
  | 'denied';

export interface Front {
  /** Bytes of a request body. */
  readonly maxBodyBytes: number;
  /** Bytes of a function's result; larger ones are failures. */
  readonly maxResultBytes: number;
  /** Bytes of all header values of an answer; more are failures. Default: none. */
  readonly maxHeaderValueBytes?: number;
  /** Milliseconds until the service gives up, whatever the function does. */
  readonly timeout: number;
  /** A function may stream through it. */
  readonly streams: boolean;
  toEvent(incoming: Incoming, requestId: string): object;
  /** The answer a result stands for; a failure when it cannot be read. */
  fromResult(payload: Uint8Array): Answer | Failure;
  failure(failure: Failure): Answer;
  /** Fields the service adds to every answer. */
  ownHeaders(requestId: string): readonly (readonly [string, string])[];
}

export type Dispatch = (target: Target, payload: Uint8Array) => Promise<Outcome>;

/** Answers one request. Never rejects. `target` is null when nothing is behind the front door. */
export async function serve(
  front: Front,
  target: Target | 'denied' | null,
  dispatch: Dispatch,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const requestId = randomBytes(11).toString('base64url');
  const method = req.method ?? 'GET';
  try {
    const outcome = await call(front, target, dispatch, req, requestId);
    if (res.destroyed) return discard(outcome);
    if (isAnswered(outcome)) return send(res, withOwn(front, outcome, requestId), method);
    await sendStream(front, outcome, res, requestId, method);
  } catch {
    // The client left, or a stream broke off: closing the connection is the only answer that is left.
    res.destroy();
  }
}

type Called = Answer | { readonly stream: NonNullable<Outcome['stream']> };

function isAnswered(called: Called): called is Answer {
  return 'status' in called;
}

function discard(called: Called): void {
  if (!isAnswered(called)) called.stream.body.destroy();
}

async function call(
  front: Front,
  target: Target | 'denied' | null,
  dispatch: Dispatch,
  req: IncomingMessage,
  requestId: string,
): Promise<Called> {
  if (target === null) return front.failure('not found');
  if (target === 'denied') return front.failure('denied');
  if (req.headers.upgrade) return front.failure('upgrade');
  if (!namesHost(req)) return jsonAnswer(400, { message: 'Bad Request' });
  const body = await readUpTo(req, front.maxBodyBytes);
  if (body === null) return front.failure('too large');
  const event = Buffer.from(JSON.stringify(front.toEvent(readIncoming(req, body), requestId)));
  // Base64 makes a third more of a body that is no text, and Lambda counts that.
  if (event.length > maxPayloadBytes.RequestResponse) return front.failure('too large');
  return within(
    front,
    dispatch(target, event).then(
      (outcome) => read(front, outcome),
      (error) => refused(front, error),
    ),
  );
}

/** RFC 9112 3.2: one, but for HTTP/1.0. */
function namesHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host');
  return hosts.length === 0 ? httpVersion === '1.0' : new Set(hosts).size === 1;
}

function read(front: Front, { payload, stream, functionError }: Outcome): Called {
  if (functionError) return front.failure('function failed');
  if (stream) return front.streams ? { stream } : unstreamable(front, stream);
  if (payload.length > front.maxResultBytes) return front.failure('bad result');
  const answer = front.fromResult(payload);
  if (typeof answer === 'string') return front.failure(answer);
  return takes(front, answer.headers) ? answer : front.failure('bad result');
}

/**
 * Whether an answer can be sent at all: one with invalid fields would end as a closed connection, and an error of the
 * front door says more.
 */
function takes({ maxHeaderValueBytes }: Front, headers: Answer['headers']): boolean {
  if (!headers.every(isField)) return false;
  const size = headers.reduce((sum, [, value]) => sum + Buffer.byteLength(value), 0);
  return size <= (maxHeaderValueBytes ?? Number.POSITIVE_INFINITY);
}

function isField([name, value]: Answer['headers'][number]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, Buffer.from(value, 'utf8').toString('latin1'));
    return true;
  } catch {
    return false;
  }
}

function unstreamable(front: Front, { body }: NonNullable<Outcome['stream']>): Answer {
  body.destroy();
  return front.failure('bad result');
}

function refused(front: Front, error: unknown): Answer {
  return front.failure(isThrottle(error) ? 'throttled' : 'function failed');
}

async function within(front: Front, called: Promise<Called>): Promise<Called> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), front.timeout);
  });
  const first = await Promise.race([called, late]);
  clearTimeout(timer);
  if (first !== 'late') return first;
  // The result and its failure are of no interest any more.
  called.then(discard, () => {});
  return front.failure('timeout');
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html */
const preludeType = 'application/vnd.awslambda.http-integration-response';

async function sendStream(
  front: Front,
  { stream }: Exclude<Called, Answer>,
  res: ServerResponse,
  requestId: string,
  method: string,
): Promise<void> {
  const { prelude, rest } =
    stream.contentType === preludeType ? await splitPrelude(stream.body) : { prelude: {}, rest: stream.body };
  const status = prelude === null ? null : parseStatus(prelude.statusCode ?? 200);
  const headers = streamHeaders(prelude ?? {}, stream.contentType);
  if (status === null || !takes(front, headers)) {
    rest.destroy();
    return send(res, withOwn(front, front.failure('bad result'), requestId), method);
  }
  res.writeHead(status, wireHeaders([...headers, ...front.ownHeaders(requestId)], method === 'HEAD'));
  // Not flushHeaders: it writes them as UTF-8, which is one encoding too many.
  res.write(Buffer.alloc(0));
  if (method === 'HEAD' || status === 204 || status === 304) {
    rest.resume();
    res.end();
    return;
  }
  await pipeline(rest, res, { end: false });
  // A function that failed midway has reported so in its trailers; the client learns it by the connection.
  if ((await stream.ended) !== null) res.destroy();
  else res.end();
}

function streamHeaders(prelude: Record<string, unknown>, contentType: string): [string, string][] {
  const headers = [...singleHeaders(prelude.headers), ...(multiHeaders(prelude.multiValueHeaders) ?? [])];
  // A stream without a prelude is all body, of the type that its function named.
  if (contentType !== preludeType) headers.push(['content-type', contentType || 'application/octet-stream']);
  return [...headers, ...cookieHeaders(prelude.cookies)];
}

function withOwn(front: Front, answer: Answer, requestId: string): Answer {
  return { ...answer, headers: [...answer.headers, ...front.ownHeaders(requestId)] };
}
