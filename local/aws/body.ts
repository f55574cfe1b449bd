/** Reading a request body up to the size Lambda takes. */
import type { IncomingMessage } from 'node:http';
import { AwsError } from './error.ts';

/** The limit AWS's own message names; a 50 MB package in base64 fits. */
export const maxBodyBytes = 70_167_211;

export interface Body {
  readonly body: Buffer;
  /** The bytes that came, of which `body` has none when they are over the limit. */
  readonly size: number;
}

/**
 * The whole body. One over the limit is read to its end and thrown away, because a client that is still writing would see
 * a broken connection instead of the answer.
 */
export async function readBody(req: IncomingMessage): Promise<Body> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > maxBodyBytes) chunks = [];
    else chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks), size };
}

/** Throws when a body was over the limit. */
export function checkBodySize({ size }: Pick<Body, 'size'>): void {
  if (size <= maxBodyBytes) return;
  throw new AwsError('RequestEntityTooLargeException', `Request must be smaller than ${maxBodyBytes} bytes`);
}
