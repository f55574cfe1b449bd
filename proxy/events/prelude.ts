/**
 * The head of a streamed answer: JSON and eight NUL bytes before the body.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
import type { Readable } from 'node:stream';
import { isStream } from '../../http/body.ts';
import { hasHeader } from '../../http/headers.ts';
import type { HttpResponse } from '../../http/message.ts';
import { isBodiless } from './result.ts';
import { guessType } from './text.ts';

export interface Prelude {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly cookies?: readonly string[];
}

export const preludeContentType = 'application/vnd.awslambda.http-integration-response';

/** Always written, also before an empty body: without it the front door has no status and its client waits. */
export function preludeBytes(prelude: Prelude): Buffer {
  // JSON.stringify escapes NUL, so the delimiter cannot occur before its place.
  return Buffer.concat([Buffer.from(JSON.stringify(prelude)), Buffer.alloc(8)]);
}

/** A body without a type is given one by its first bytes, which have to be waited for in that case only. */
export async function withGuessedType(res: HttpResponse, method: string): Promise<HttpResponse> {
  if (isBodiless(res.status, method)) return { ...res, body: dropped(res.body) };
  if (res.body === null || hasHeader(res.headers, 'content-type')) return res;
  const first = res.body instanceof Uint8Array ? Buffer.from(res.body) : await firstChunk(res.body);
  if (first.length === 0) return res;
  return { ...res, headers: [...res.headers, ['content-type', guessType(first)]] };
}

/** Read to its end, which comes at once: the connection to the app stays good. */
function dropped(body: HttpResponse['body']): null {
  if (isStream(body)) body.resume();
  return null;
}

/** Empty when the stream ends or fails before it; the failure shows when the body is read. */
async function firstChunk(stream: Readable): Promise<Buffer> {
  if (stream.readableLength === 0 && !stream.readableEnded && !stream.closed) {
    await new Promise<void>((resolve) => {
      stream.once('readable', resolve);
      stream.once('end', resolve);
      stream.once('close', resolve);
      // A listener must be there, or the failure ends the process; the reader of the body reports it.
      stream.once('error', () => resolve());
    });
  }
  const chunk: Buffer | null = stream.read();
  if (chunk === null) return Buffer.alloc(0);
  stream.unshift(chunk);
  return chunk;
}
