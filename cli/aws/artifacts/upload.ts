/** Uploads a large package to the bucket: in parts, several at once, each checked by its SHA-256. */
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { UpError } from '../../errors.ts';
import { bytes } from '../../output/format.ts';
import type { Say } from '../../output/reporter.ts';
import { requestTimeout } from '../session.ts';
import { appTags } from '../tags.ts';
import type { Place } from './bucket.ts';
import { readChecksum } from './objects.ts';
import { compositeChecksum, partsOf, sha256Of } from './parts.ts';

export interface Upload {
  readonly place: Place;
  readonly key: string;
  readonly zip: Uint8Array;
  readonly app: string;
  /** Told how far it is. */
  readonly say: Say;
}

/** How many parts are on their way at a time. */
const lanes = 4;
/** Bytes per second of the slowest line that is worth waiting for. */
const slowest = 32 * 1024;

/**
 * Uploads the package. An upload that fails is aborted; where even that fails, the bucket's own rule removes its parts
 * a day later.
 */
export async function upload(s3: S3Client, { place, key, zip, app, say }: Upload): Promise<void> {
  const at = { ...place, Key: key };
  const Tagging = new URLSearchParams({ ...appTags(app) }).toString();
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ ...at, Tagging, ContentType: 'application/zip', ChecksumAlgorithm: 'SHA256' }),
  );
  try {
    const Parts = await sendParts(zip, say, async (Body, PartNumber) => {
      const ChecksumSHA256 = sha256Of(Body);
      const timeout = { requestTimeout: requestTimeout + (lanes * Body.length * 1000) / slowest };
      const input = { ...at, UploadId, PartNumber, Body, ChecksumSHA256 };
      const { ETag } = await s3.send(new UploadPartCommand(input), timeout);
      return { PartNumber, ETag, ChecksumSHA256 };
    });
    await s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    // If only the answer to the completion was lost, the object is there and the upload is gone.
    if ((await checksumOf(s3, place, key)) === compositeChecksum(zip)) return;
    await s3.send(new AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => {});
    throw error;
  }
  await requireWhole(s3, { place, key, zip });
}

/** A failure of this check is ignored: the error that led here is the one to report. */
function checksumOf(s3: S3Client, place: Place, key: string): Promise<string | null> {
  return readChecksum(s3, place, key).catch(() => null);
}

async function sendParts(
  zip: Uint8Array,
  say: Say,
  send: (part: Uint8Array, number: number) => Promise<CompletedPart>,
): Promise<CompletedPart[]> {
  const parts = partsOf(zip);
  const done: CompletedPart[] = [];
  let sent = 0;
  let next = 0;
  let failed = false;
  const tell = () => say(`uploading ${bytes(zip.length)}`, sent / zip.length);
  tell();
  async function lane(): Promise<void> {
    for (let index = next++; index < parts.length && !failed; index = next++) {
      const part = parts[index] as Uint8Array;
      done[index] = await send(part, index + 1).catch((error: unknown) => {
        failed = true;
        throw error;
      });
      sent += part.length;
      tell();
    }
  }
  // All have ended before anything is aborted: a part that arrives later would stay.
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return done;
}

async function requireWhole(s3: S3Client, { place, key, zip }: Pick<Upload, 'place' | 'key' | 'zip'>): Promise<void> {
  const found = await readChecksum(s3, place, key);
  if (found === compositeChecksum(zip)) return;
  throw new UpError('UP_AWS_FAILED', `The package in s3://${place.Bucket}/${key} is not the one that was sent`, {
    evidence: `Sent       ${compositeChecksum(zip)}\nFound      ${found}`,
    hint: 'run the same command again',
  });
}
