/** A file as an answer: whole, in part, or only that nothing has changed. */
import { Readable } from 'node:stream';
import { errorResponse, HttpError } from '../../http/error.ts';
import { type Header, joinedHeader } from '../../http/headers.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import type { Representation } from './codings.ts';
import { evaluate, mayBePartial } from './conditional.ts';
import type { EtagOf } from './etag.ts';
import type { OpenFile } from './open.ts';
import { type Range, readRange } from './ranges.ts';

/** What is larger is sent while it is read. */
const maxReadBytes = 1024 * 1024;
/** What no compression makes fit into a result of 6 MB must not be read into the memory of a small function either. */
const maxWholeBytes = 32 * 1024 * 1024;
const chunkBytes = 64 * 1024;

/** Closes the file, at the latest with the body. `fields` are those of every answer but a refusal. */
export async function answer(
  req: HttpRequest,
  representation: Representation,
  fields: readonly Header[],
  etagOf: EtagOf,
): Promise<HttpResponse> {
  const { file } = representation;
  let sending = false;
  try {
    const etag = await etagOf(file);
    const common: Header[] = [['etag', etag], ...fields];
    const verdict = evaluate(req.headers, etag);
    if (verdict === 'failed') return refuse(req, changed());
    if (verdict === 'not modified') return { status: 304, headers: withoutContent(common), body: null };
    const range = rangeOf(req, file.size, etag);
    if (range === 'unsatisfiable') return refuse(req, outOfRange(file.size));
    const { first, last } = range ?? { first: 0, last: file.size - 1 };
    const length = last - first + 1;
    if (req.context.whole && length > maxWholeBytes) return refuse(req, tooLarge(length));
    const headers: Header[] = [...common, ['accept-ranges', 'bytes'], ['content-length', String(length)]];
    if (range) headers.push(['content-range', `bytes ${first}-${last}/${file.size}`]);
    const status = range ? 206 : 200;
    if (req.method === 'HEAD') return { status, headers, body: null };
    if (length <= maxReadBytes) return { status, headers, body: await readPart(file, first, length) };
    sending = true;
    return { status, headers, body: streamPart(file, first, length) };
  } finally {
    if (!sending) await file.handle.close();
  }
}

/** RFC 9110 14.2: only GET has ranges. */
function rangeOf({ method, headers }: HttpRequest, size: number, etag: string): Range | 'unsatisfiable' | null {
  if (method !== 'GET' || !mayBePartial(headers, etag)) return null;
  return readRange(joinedHeader(headers, 'range'), size);
}

/** RFC 9110 15.4.5: what describes the content stays away with it. */
function withoutContent(fields: readonly Header[]): Header[] {
  return fields.filter(([name]) => !name.startsWith('content-'));
}

export function refuse(req: HttpRequest, error: HttpError): HttpResponse {
  return errorResponse(error, req.context.requestId);
}

function changed(): HttpError {
  return new HttpError(412, 'UP_STATIC_CHANGED', 'the file is not the one that If-Match names');
}

function outOfRange(size: number): HttpError {
  const range: Header = ['content-range', `bytes */${size}`];
  return new HttpError(416, 'UP_STATIC_RANGE', `the file ends before this range, at ${size} bytes`, {}, [range]);
}

function tooLarge(length: number): HttpError {
  return new HttpError(413, 'UP_RESPONSE_TOO_LARGE', `the file takes ${length} bytes, which only a stream could send`);
}

/** Throws when the file has become shorter: its length is promised already. */
async function readPart({ handle }: OpenFile, first: number, length: number): Promise<Buffer> {
  const part = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; ) at += await readSome(handle, part, at, first + at);
  return part;
}

function streamPart({ handle }: OpenFile, first: number, length: number): Readable {
  let at = 0;
  return new Readable({
    highWaterMark: chunkBytes,
    async read() {
      try {
        const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, length - at));
        const count = await readSome(handle, chunk, 0, first + at);
        at += count;
        this.push(chunk.subarray(0, count));
        if (at === length) this.push(null);
      } catch (error) {
        // A client that waits for the rest must not wait for ever.
        this.destroy(error as Error);
      }
    },
    destroy(error, done) {
      handle.close().then(
        () => done(error),
        () => done(error),
      );
    },
  });
}

async function readSome(handle: OpenFile['handle'], into: Buffer, at: number, position: number): Promise<number> {
  const { bytesRead } = await handle.read(into, at, into.length - at, position);
  if (bytesRead === 0) throw new Error('the file has become shorter while it was read');
  return bytesRead;
}
