/** Event in, answer out; the handler between them speaks HTTP. Decides whether the answer goes out whole or as a stream. */
import type { Readable } from 'node:stream';
import { discard, readBody } from '../../http/body.ts';
import { errorResponse, HttpError } from '../../http/error.ts';
import type { Handler, HttpRequest, HttpResponse } from '../../http/message.ts';
import { sharingFields } from '../../http/sharing.ts';
import type { Refusals } from '../../middleware/refusals.ts';
import { askedFor } from './asked.ts';
import { compressed } from './compressed.ts';
import { detect } from './detect.ts';
import { type EventSettings, type Format, InvocationFailure, type WholeResponse } from './format.ts';
import type { Invocation } from './invocation.ts';
import { type Prelude, withGuessedType } from './prelude.ts';
import { plainResult } from './result.ts';

export interface WholeAnswer {
  readonly kind: 'whole';
  /** The result of the invocation. */
  value(): unknown;
  /** Its JSON, which is made once; of a large one its bytes. */
  json(): string | Buffer;
}

export type Answer =
  | WholeAnswer
  | { readonly kind: 'stream'; readonly prelude: Prelude; readonly body: Readable | Uint8Array | null };

/** The response that goes out, as the log is to see it, and what the host makes of it. */
type Sent = { readonly res: HttpResponse } & ({ readonly answer: Answer } | { readonly failure: InvocationFailure });

export interface AnswerOptions {
  readonly handler: Handler;
  readonly events: EventSettings;
  /** `proxy.stream`: the front door takes streams. */
  readonly stream: boolean;
  /** Without them refusals are bare, and leave no record. */
  readonly refusals?: Refusals;
  /** Called with every refusal that is sent in place of the handler's answer, whose record then has another status. */
  readonly onRefusal: (error: HttpError) => void;
}

export function whole(value: unknown, toJson: Format['toJson'] = JSON.stringify): WholeAnswer {
  let json: string | Buffer | undefined;
  return {
    kind: 'whole',
    value: () => plainResult(value),
    json() {
      json ??= toJson(value);
      return json;
    },
  };
}

/** Rejects with an InvocationFailure when the invocation must fail, and never because of what the event holds. */
export async function answer(
  event: unknown,
  invocation: Omit<Invocation, 'whole' | 'outgoing'>,
  options: AnswerOptions,
): Promise<Answer> {
  const format = detect(event, options.events);
  const isWhole = !(options.stream && format.streams);
  let sent: Sent | undefined;
  const known = { ...invocation, whole: isWhole, outgoing };
  const req = read(format, known);
  const res = req instanceof HttpError ? await unread(req) : await options.handler(req);
  // A handler without a log has not called `outgoing` itself.
  sent ??= await packed(res);
  if ('failure' in sent) throw sent.failure;
  return sent.answer;

  async function unread(error: HttpError): Promise<HttpResponse> {
    const { refusals } = options;
    return refusals ? refusals.refused(askedFor(event, known), error) : refuse(error);
  }

  async function outgoing(answered: HttpResponse): Promise<HttpResponse> {
    sent = await packed(answered);
    return sent.res;
  }

  async function packed(answered: HttpResponse): Promise<Sent> {
    try {
      return await converted(answered).catch((error: unknown) => instead(error, answered));
    } catch (error) {
      if (error instanceof InvocationFailure) return { res: answered, failure: error };
      throw error;
    }
  }

  /**
   * A refusal gets the CORS fields of the answer it replaces, so that the same pages may read it. The configured fields
   * themselves may be too large.
   */
  async function instead(error: unknown, answered: HttpResponse): Promise<Sent> {
    if (!(error instanceof HttpError)) throw error;
    discard(answered);
    const refused = refuse(error);
    if (req instanceof HttpError) return converted(refused);
    const shared = { ...refused, headers: [...refused.headers, ...sharingFields(answered.headers)] };
    try {
      return await converted(options.refusals ? await options.refusals.dressed(req, shared) : shared);
    } catch (failed) {
      if (!(failed instanceof HttpError)) throw failed;
      return converted(refused);
    }
  }

  async function converted(answered: HttpResponse): Promise<Sent> {
    if (!isWhole) return streamed(format, answered, req instanceof HttpError ? 'GET' : req.method);
    return fitting(format, answered, req);
  }

  function refuse(error: HttpError): HttpResponse {
    options.onRefusal(error);
    return errorResponse(error, invocation.requestId);
  }
}

function read(format: Format, invocation: Invocation): HttpRequest | HttpError {
  try {
    return format.toRequest(invocation);
  } catch (error) {
    // No event of AWS gets past HttpError; hand-made ones may, nested deeper than the stack for instance.
    return error instanceof HttpError ? error : new HttpError(400, 'UP_EVENT_UNSUPPORTED', 'this event cannot be read');
  }
}

async function streamed(format: Format, res: HttpResponse, method: string): Promise<Sent> {
  const typed = await withGuessedType(res, method);
  return { res: typed, answer: { kind: 'stream', prelude: format.toPrelude(typed, method), body: typed.body } };
}

/** The result as it is, else compressed if that makes it fit and the client takes it, else a 413 is thrown. */
async function fitting(format: Format, res: HttpResponse, req: HttpRequest | HttpError): Promise<Sent> {
  const method = req instanceof HttpError ? 'GET' : req.method;
  const full = await readWhole(res);
  const answered = whole(format.toResult(full, method), format.toJson);
  const size = resultBytes(answered, full.body.length, format.maxResultBytes);
  if (size <= format.maxResultBytes) return { res: full, answer: answered };
  const smaller = req instanceof HttpError ? null : await compressed(full, req.headers);
  if (smaller) {
    const packed = whole(format.toResult(smaller, method), format.toJson);
    if (resultBytes(packed, Number.POSITIVE_INFINITY, format.maxResultBytes) <= format.maxResultBytes) {
      return { res: smaller, answer: packed };
    }
  }
  throw tooLarge(size, format.maxResultBytes);
}

async function readWhole(res: HttpResponse): Promise<WholeResponse> {
  return { ...res, body: Buffer.isBuffer(res.body) ? res.body : await readBody(res.body) };
}

/** One byte of a body is at most six of JSON; beyond that guess they are counted. */
function resultBytes(answered: WholeAnswer, bodyBytes: number, limit: number): number {
  return bodyBytes < limit / 8 ? 0 : Buffer.byteLength(answered.json());
}

function tooLarge(size: number, limit: number): HttpError {
  const message = `the answer takes ${size} bytes as a Lambda result, ${limit} are allowed: send less, compress it, stream it or put it into S3`;
  return new HttpError(413, 'UP_RESPONSE_TOO_LARGE', message);
}
