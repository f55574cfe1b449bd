/**
 * Bodies as SDKs stream them: `aws-chunked` frames, with the checksum in a trailer.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
import { AwsError } from '../error.ts';
import type { WireRequest } from '../wire/wire.ts';

export interface Content {
  readonly bytes: Buffer;
  /** Checksums that came after the body, by the name of their member. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** The bytes that were meant. */
export function decodeChunks({ headers, body }: Pick<WireRequest, 'headers' | 'body'>): Content {
  const hash = headers['x-amz-content-sha256'];
  if (typeof hash !== 'string' || !hash.startsWith('STREAMING-')) return { bytes: body, trailers: {} };
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    if (end === -1) throw incomplete();
    const size = Number.parseInt(body.subarray(at, end).toString('latin1').replace(/;.*/, ''), 16);
    if (!Number.isInteger(size) || size < 0 || end + 2 + size > body.length) throw incomplete();
    at = end + 2;
    if (size === 0) break;
    parts.push(body.subarray(at, at + size));
    at += size + 2;
  }
  const bytes = Buffer.concat(parts);
  const length = headers['x-amz-decoded-content-length'];
  if (length !== undefined && Number(length) !== bytes.length) throw incomplete();
  return { bytes, trailers: readTrailers(body.subarray(at).toString('latin1')) };
}

function readTrailers(text: string): Record<string, string> {
  const lines = text.split('\r\n').map((line) => /^x-amz-checksum-(\w+):(.*)$/.exec(line));
  return Object.fromEntries(
    lines.flatMap((match) => (match?.[1] ? [[`Checksum${match[1].toUpperCase()}`, (match[2] ?? '').trim()]] : [])),
  );
}

function incomplete(): AwsError {
  return new AwsError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  );
}
