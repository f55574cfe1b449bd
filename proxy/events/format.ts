/** What one event format is to the rest of the proxy: a request in, a result out, and what its front door can take. */
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import type { Invocation } from './invocation.ts';
import type { Prelude } from './prelude.ts';

/** A response whose body has been read. */
export type WholeResponse = HttpResponse & { readonly body: Buffer };

/** One event, recognised. */
export interface Format {
  readonly name: 'payload-v2' | 'payload-v1' | 'alb' | 'lattice-v2' | 'lattice-v1' | 'websocket' | 'other';
  /** Throws an HttpError for what no HTTP request can carry. */
  toRequest(invocation: Invocation): HttpRequest;
  /**
   * The value whose JSON is the result. Throws an HttpError for an answer that the front door would refuse, and an
   * InvocationFailure when the invocation must fail.
   */
  toResult(res: WholeResponse, method: string): unknown;
  /** That JSON; of a large one its bytes. */
  toJson(value: unknown): string | Buffer;
  /** The head of a streamed answer; only asked of formats that stream. Throws an HttpError as `toResult` does. */
  toPrelude(res: HttpResponse, method: string): Prelude;
  /** Bytes of that JSON which the front door takes. */
  readonly maxResultBytes: number;
  /** There are front doors of this format that take a stream. */
  readonly streams: boolean;
}

/** A Lambda response of more bytes is refused by the platform (6 MiB + 100, the constant of the Runtime API). */
export const maxLambdaResultBytes = 6 * 1024 * 1024 + 100;

/** The invocation itself fails, so that the source of its event tries again or keeps the event. */
export class InvocationFailure extends Error {
  override readonly name = 'InvocationFailure';
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

/** What the configuration says about events. */
export interface EventSettings {
  /** The base path the app does not see; '' for none. */
  readonly path: string;
  /** Where events that are no HTTP requests are posted to. */
  readonly events_path: string;
  /** Statuses and ranges (`"500-599"`) with which the app makes such an event fail. */
  readonly error_statuses: readonly (number | string)[];
}

/** For formats without streams. */
export function noPrelude(): never {
  throw new Error('this format does not stream');
}
