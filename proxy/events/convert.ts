/** Event in, result out, for the format of that event; the handler between them speaks HTTP. */
import { readBody } from '../../http/body.ts';
import { errorResponse, HttpError } from '../../http/error.ts';
import type { Handler, HttpResponse } from '../../http/message.ts';
import type { Invocation } from './invocation.ts';
import { isPayloadV2, type PayloadV2, type PayloadV2Result, toRequest, toResult } from './payload-v2.ts';

/** A Lambda response of more bytes than this is refused by the platform (6 MiB + 100, the Runtime API's constant). */
export const maxResultBytes = 6 * 1024 * 1024 + 100;

/** Answers one event. Never rejects because of what the event holds. */
export async function answer(event: unknown, invocation: Invocation, handler: Handler): Promise<PayloadV2Result> {
  if (!isPayloadV2(event)) {
    const error = new HttpError(400, 'UP_EVENT_UNSUPPORTED', 'this is not an event of an HTTP API or a Function URL');
    return whole(errorResponse(error, invocation.requestId), 'GET');
  }
  const method = event.requestContext.http.method ?? 'GET';
  const res = await respond(event, invocation, handler);
  const result = await whole(res, method);
  return fits(result) ? result : whole(tooLarge(result, invocation.requestId), method);
}

async function respond(event: PayloadV2, invocation: Invocation, handler: Handler): Promise<HttpResponse> {
  try {
    return await handler(toRequest(event, invocation));
  } catch (error) {
    if (error instanceof HttpError) return errorResponse(error, invocation.requestId);
    throw error;
  }
}

async function whole(res: HttpResponse, method: string): Promise<PayloadV2Result> {
  return toResult(res, await readBody(res.body), method);
}

function fits(result: PayloadV2Result): boolean {
  // A string of n characters is at least n bytes of JSON; most results are nowhere near.
  if (result.body.length < maxResultBytes / 8) return true;
  return Buffer.byteLength(JSON.stringify(result)) <= maxResultBytes;
}

function tooLarge(result: PayloadV2Result, requestId: string): HttpResponse {
  const size = Buffer.byteLength(JSON.stringify(result));
  const message = `the answer takes ${size} bytes as a Lambda result, ${maxResultBytes} are allowed: send less, compress it or stream it`;
  return errorResponse(new HttpError(413, 'UP_RESPONSE_TOO_LARGE', message), requestId);
}
