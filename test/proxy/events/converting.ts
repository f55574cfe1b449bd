/** Events through the conversion, with a handler of the test's own in place of the app. */
import { readBody } from '../../../http/body.ts';
import type { HttpError } from '../../../http/error.ts';
import type { Handler, HttpRequest, HttpResponse } from '../../../http/message.ts';
import { answer } from '../../../proxy/events/answer.ts';
import { type EventSettings, InvocationFailure } from '../../../proxy/events/format.ts';
import type { Invocation } from '../../../proxy/events/invocation.ts';
import type { Prelude } from '../../../proxy/events/prelude.ts';

export const invocation: Omit<Invocation, 'whole'> = {
  requestId: 'request-1',
  stage: 'staging',
  deadline: Date.now() + 20_000,
  cold: false,
};

export const settings: EventSettings = { path: '', events_path: '/events', error_statuses: [] };

/** The members of every format's result. */
export interface Result {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly cookies?: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

interface Options {
  readonly events?: Partial<EventSettings>;
  readonly onRefusal?: (error: HttpError) => void;
}

/** The value of the result, as it is before it becomes JSON. */
export async function wholeOf(event: unknown, handler: Handler, options: Options = {}): Promise<unknown> {
  const { events, onRefusal = () => {} } = options;
  const answered = await answer(event, invocation, {
    handler,
    events: { ...settings, ...events },
    stream: false,
    onRefusal,
  });
  if (answered.kind !== 'whole') throw new Error('the answer is a stream');
  return answered.value();
}

/** The result of an event that is an HTTP request. */
export async function resultOf(event: unknown, res: Partial<HttpResponse>, options?: Options): Promise<Result> {
  return (await wholeOf(event, answering(res), options)) as Result;
}

/** The request the handler was given for an event, or the status and code of the refusal. */
export async function requestOf(event: unknown, events: Partial<EventSettings> = {}): Promise<HttpRequest | string> {
  let seen: HttpRequest | undefined;
  const handler: Handler = async (req) => {
    seen = req;
    return { status: 204, headers: [], body: null };
  };
  const value = await wholeOf(event, handler, { events }).catch((error: unknown) => {
    if (error instanceof InvocationFailure) return error;
    throw error;
  });
  if (seen) return seen;
  if (value instanceof InvocationFailure) return `failed ${value.errorType}`;
  const { statusCode, body } = value as Result;
  return `${statusCode} ${JSON.parse(body).code}`;
}

export async function fieldOf<K extends keyof HttpRequest>(
  event: unknown,
  key: K,
  events: Partial<EventSettings> = {},
): Promise<HttpRequest[K] | string> {
  const req = await requestOf(event, events);
  return typeof req === 'string' ? req : req[key];
}

export interface Streamed {
  readonly prelude: Prelude;
  readonly body: Buffer;
}

export async function streamedOf(event: unknown, res: Partial<HttpResponse>): Promise<Streamed> {
  const handler = answering(res);
  const answered = await answer(event, invocation, { handler, events: settings, stream: true, onRefusal: () => {} });
  if (answered.kind !== 'stream') throw new Error('the answer is whole');
  return { prelude: answered.prelude, body: await readBody(answered.body) };
}

export function answering(res: Partial<HttpResponse>): Handler {
  return async () => ({ status: 200, headers: [], body: null, ...res });
}

/** The bytes a front door makes of a result, after its way as JSON. */
export function bytesOf(result: Result): Buffer {
  const { body, isBase64Encoded } = JSON.parse(JSON.stringify(result)) as Result;
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}
