/** What a wire format does: names the operation of a request, reads its input, prints answers and errors. */
import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError } from '../error.ts';
import type { Input } from '../input.ts';

export interface WireRequest {
  readonly method: string;
  /** Undecoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The bytes that came; `body` is empty when they are over the limit. */
  readonly size: number;
}

export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface WireCall {
  readonly operation: string;
  readonly input: Input;
  /** The status of success. */
  readonly status: number;
}

export interface Wire {
  /** Throws an AwsError when the request names no operation or cannot be read. */
  parse(req: WireRequest): WireCall;
  answer(call: WireCall, output: Readonly<Record<string, unknown>> | undefined, requestId: string): WireReply;
  fail(error: AwsError, requestId: string): WireReply;
}
