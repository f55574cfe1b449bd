/**
 * The prelude of a streamed HTTP response: JSON, eight NUL bytes, then the body.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
import { PassThrough, pipeline, type Readable } from 'node:stream';

const delimiter = Buffer.alloc(8);
/** The delimiter must come within the first 16 KB. */
const maxPreludeBytes = 16 * 1024;

export interface SplitStream {
  /** Null when there is none that can be read. */
  readonly prelude: Record<string, unknown> | null;
  readonly rest: Readable;
}

/** Reads as far as the delimiter; the rest goes on as it comes. Rejects when the stream fails before. */
export function splitPrelude(stream: Readable): Promise<SplitStream> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);

    const done = (prelude: SplitStream['prelude'], rest: Buffer) => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('error', reject);
      stream.pause();
      const out = new PassThrough();
      if (rest.length > 0) out.write(rest);
      pipeline(stream, out, () => {});
      resolve({ prelude, rest: out });
    };
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(delimiter);
      if (end !== -1) done(parse(head.subarray(0, end)), head.subarray(end + delimiter.length));
      else if (head.length > maxPreludeBytes) done(null, head);
    };
    const onEnd = () => done(null, head);

    stream.on('data', onData);
    stream.once('end', onEnd);
    stream.once('error', reject);
  });
}

function parse(json: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
