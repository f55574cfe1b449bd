/**
 * A package in parts of one size, so that everybody computes the same checksum of it: S3 keeps the SHA-256 of the
 * SHA-256s of the parts.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
import { createHash } from 'node:crypto';

/** Bytes; S3 takes no smaller one than 5 MiB but for the last. */
const partBytes = 8 * 1024 * 1024;

export function partsOf(zip: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(zip.length / partBytes));
  return Array.from({ length: count }, (_, index) => zip.subarray(index * partBytes, (index + 1) * partBytes));
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** What S3 calls ChecksumSHA256 of an object that was uploaded in these parts. */
export function compositeChecksum(zip: Uint8Array): string {
  const parts = partsOf(zip);
  const sums = parts.map((part) => createHash('sha256').update(part).digest());
  return `${sha256Of(Buffer.concat(sums))}-${parts.length}`;
}
