/** An answer into the response stream of AWS's runtime client. */
import type { Writable } from 'node:stream';
import { chunksOf } from '../../http/body.ts';
import type { Answer } from '../events/answer.ts';
import { preludeBytes, preludeContentType } from '../events/prelude.ts';
import { collectHeld, collector } from './collect.ts';
import { drained } from './drained.ts';
import { streamFailure } from './stream-failure.ts';

type ResponseStream = Writable & { setContentType?(type: string): void };

/**
 * Writes the answer and ends the stream. Rejects with the error that the client is to report: once bytes are out, AWS's
 * client puts it into trailers.
 *
 * No `pipeline`: it would destroy the stream on a failure, and with it the connection that the trailers go over.
 */
export async function sendAnswer(answer: Answer, out: ResponseStream): Promise<void> {
  if (answer.kind === 'whole') {
    out.setContentType?.('application/json');
    await write(out, Buffer.from(answer.json()));
    out.end();
    return;
  }
  out.setContentType?.(preludeContentType);
  const { prelude, body } = answer;
  await write(out, preludeBytes(prelude));
  const collect = collector();
  try {
    for await (const chunk of chunksOf(body)) {
      await write(out, chunk);
      collect(chunk.byteLength);
    }
  } catch (error) {
    const { errorType, errorMessage } = streamFailure(error);
    throw Object.assign(new Error(errorMessage), { name: errorType });
  }
  out.end();
  collectHeld();
}

/** Resolves when more may be written. */
async function write(out: ResponseStream, chunk: Uint8Array): Promise<void> {
  if (out.destroyed) throw new Error('the platform closed the stream');
  if (chunk.byteLength === 0 || out.write(chunk)) return;
  await drained(out);
}
