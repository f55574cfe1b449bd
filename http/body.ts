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

/** Must be called for every response that is dropped, or the connection to the app leaks. */
export function discard(res: HttpResponse): void {
  if (isStream(res.body)) res.body.destroy();
}

export function isStream(body: HttpResponse['body']): body is Readable {
  return body !== null && !(body instanceof Uint8Array);
}

/** A body as chunks to be written one after the other, whatever it is. */
export function chunksOf(body: HttpResponse['body']): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (body === null) return [];
  return isStream(body) ? body : [body];
}

/** Reads a stream to its end; null when it holds more than `limit` bytes, which are then read and dropped. */
export async function readUpTo(stream: Readable, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size <= limit ? Buffer.concat(chunks) : null;
}
