/** Bodies of responses: reading one whole, and letting one go. */
import type { Readable } from 'node:stream';
import type { HttpResponse } from './message.ts';

/** Reads a body to its end. Rejects when the stream fails or is cut short. */
export async function readBody(body: HttpResponse['body']): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return readStream(body);
}

async function readStream(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** Whoever drops a response must call this, or the connection to the app leaks. */
export function discard(res: HttpResponse): void {
  if (res.body !== null && !(res.body instanceof Uint8Array)) res.body.destroy();
}
