/** The checksums of S3's objects: a body that is not what its sender says it is is refused. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { read } from './find.ts';

type Algorithm = 'CRC32' | 'SHA1' | 'SHA256';

const algorithms: Readonly<Record<Algorithm, (bytes: Uint8Array) => string>> = {
  CRC32: (bytes) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(bytes));
    return sum.toString('base64');
  },
  SHA1: (bytes) => createHash('sha1').update(bytes).digest('base64'),
  SHA256: (bytes) => createHash('sha256').update(bytes).digest('base64'),
};

export function isAlgorithm(name: string | undefined): name is Algorithm {
  return name !== undefined && Object.hasOwn(algorithms, name);
}

/** Of the parts of an upload: the checksum of their checksums, and their number. */
export function compositeChecksum(algorithm: Algorithm, parts: readonly string[]): string {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
  return `${algorithms[algorithm](bytes)}-${parts.length}`;
}

/**
 * The checksums of a body, by member, after holding it to those that came with it. CRC32C and CRC64NVME, which Node does
 * not compute, are kept as they were sent.
 */
export function checkBody(input: Input, bytes: Buffer, wanted?: string): Record<string, string> {
  const sha256 = read.text(input, 'ContentSHA256') ?? '';
  if (/^[0-9a-f]{64}$/.test(sha256) && sha256 !== createHash('sha256').update(bytes).digest('hex'))
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  const md5 = read.text(input, 'ContentMD5');
  if (md5 !== undefined && md5 !== createHash('md5').update(bytes).digest('base64'))
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  const kept: Record<string, string> = {};
  for (const name of ['CRC32C', 'CRC64NVME']) {
    const given = read.text(input, `Checksum${name}`);
    if (given !== undefined) kept[`Checksum${name}`] = given;
  }
  for (const [name, compute] of Object.entries(algorithms)) {
    const given = read.text(input, `Checksum${name}`);
    if (given === undefined && name !== wanted) continue;
    const found = compute(bytes);
    if (given !== undefined && given !== found)
      throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
    kept[`Checksum${name}`] = found;
  }
  return kept;
}

/** What S3 calls an entity tag: an MD5 in quotes. */
export function toETag(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}
