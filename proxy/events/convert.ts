/** Event in, result out, for the format of that event; the handler between them speaks HTTP. */
import { readBody } from '../../http/body.ts';
import { errorResponse, HttpError } from '../../http/error.ts';
import type { Handler, HttpRequest, HttpResponse } from '../../http/message.ts';
import type { Invocation } from './invocation.ts';
import { isPayloadV2, type PayloadV2Result, toRequest, toResult } from './payload-v2.ts';

/** A Lambda response of more bytes than this is refused by the platform (6 MiB + 100, the Runtime API's constant). */
export const maxResultBytes = 6 * 1024 * 1024 + 100;

/**
 * Answers one event. Never rejects because of what the event holds. `onRefusal` is told of every answer that is not the
 * handler's, because the handler's own records do not show it.
 */
export async function answer(
  event: unknown,
  invocation: Invocation,
  handler: Handler,
  onRefusal: (error: HttpError) => void = () => {},
): Promise<PayloadV2Result> {
  const refuse = (error: HttpError, method: string) => {
    onRefusal(error);
    return whole(errorResponse(error, invocation.requestId), method);
  };
  const req = read(event, invocation);
  if (req instanceof HttpError) return refuse(req, 'GET');
  const result = await whole(await handler(req), req.method);
  return fits(result) ? result : refuse(tooLarge(result), req.method);
}

function read(event: unknown, invocation: Invocation): HttpRequest | HttpError {
  if (!isPayloadV2(event)) return unsupported('this is not an event of an HTTP API or a Function URL');
  try {
    return toRequest(event, invocation);
  } catch (error) {
    // No event of AWS gets here; hand-made ones may, nested deeper than the stack for instance.
    return error instanceof HttpError ? error : unsupported('this event cannot be read');
  }
}

function unsupported(message: string): HttpError {
  return new HttpError(400, 'UP_EVENT_UNSUPPORTED', message);
}

async function whole(res: HttpResponse, method: string): Promise<PayloadV2Result> {
  return toResult(res, await readBody(res.body), method);
}

function fits(result: PayloadV2Result): boolean {
  // A string of n characters is at least n bytes of JSON; most results are nowhere near.
  if (result.body.length < maxResultBytes / 8) return true;
  return Buffer.byteLength(JSON.stringify(result)) <= maxResultBytes;
}

function tooLarge(result: PayloadV2Result): HttpError {
  const size = Buffer.byteLength(JSON.stringify(result));
  const message = `the answer takes ${size} bytes as a Lambda result, ${maxResultBytes} are allowed: send less, compress it or stream it`;
  return new HttpError(413, 'UP_RESPONSE_TOO_LARGE', message);
}
