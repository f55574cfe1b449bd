/** Packages in the bucket: seen, listed, removed. */
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  NoSuchBucket,
  type S3Client,
} from '@aws-sdk/client-s3';
import { UpError } from '../../errors.ts';
import { parseDenial } from '../denied.ts';
import type { Identity } from '../identity.ts';
import { artifactPrefix } from '../names.ts';
import { findBucket, type Place, placeOf, refusalOf, statusOf } from './bucket.ts';

export interface StoredArtifact {
  readonly key: string;
  /** Of the package, in base64: the CodeSha256 of versions made from it. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** The checksum S3 holds of an object; null when there is no object, '' when it has no SHA-256. */
export async function readChecksum(s3: S3Client, place: Place, key: string): Promise<string | null> {
  try {
    const { ChecksumSHA256 } = await s3.send(new HeadObjectCommand({ ...place, Key: key, ChecksumMode: 'ENABLED' }));
    return ChecksumSHA256 ?? '';
  } catch (error) {
    if (statusOf(error) === 404) return null;
    if (statusOf(error) !== 403) throw error;
    const refusal = await refusalOf(() => s3.send(new GetObjectCommand({ ...place, Key: key, Range: 'bytes=0-0' })));
    // Without the permission to list, S3 answers 403 for a missing object too: the upload will show which it was.
    if (refusal === null || parseDenial(refusal.message)?.action === 's3:ListBucket') return null;
    throw refusal;
  }
}

/** The packages of an app, by key; none where there is no bucket. */
export async function listObjects(s3: S3Client, identity: Identity, app: string): Promise<StoredArtifact[]> {
  const found: StoredArtifact[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await listPage(s3, placeOf(identity), artifactPrefix(app), ContinuationToken);
    for (const { Key = '', Size = 0 } of page.Contents ?? []) {
      const hex = /\/([0-9a-f]{64})\.zip$/.exec(Key)?.[1];
      // What has another name was not put there by us.
      if (hex) found.push({ key: Key, sha256: Buffer.from(hex, 'hex').toString('base64'), size: Size });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}

async function listPage(
  s3: S3Client,
  place: Place,
  Prefix: string,
  ContinuationToken: string | undefined,
): Promise<Pick<ListObjectsV2CommandOutput, 'Contents' | 'NextContinuationToken'>> {
  try {
    return await s3.send(
      new ListObjectsV2Command({ ...place, Prefix, ...(ContinuationToken !== undefined && { ContinuationToken }) }),
    );
  } catch (error) {
    if (error instanceof NoSuchBucket) return {};
    throw error;
  }
}

const mostAtOnce = 1_000;

/** Removes the keys, each of which `listObjects` has given. Gone is done. */
export async function removeObjects(s3: S3Client, identity: Identity, keys: readonly string[]): Promise<void> {
  const place = placeOf(identity);
  if (keys.length === 0 || !(await findBucket(s3, place))) return;
  for (let start = 0; start < keys.length; start += mostAtOnce) {
    const Objects = keys.slice(start, start + mostAtOnce).map((Key) => ({ Key }));
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ ...place, Delete: { Objects, Quiet: true } }));
    const [first] = Errors;
    if (first)
      throw new UpError('UP_AWS_FAILED', `${Errors.length} of ${keys.length} packages could not be removed`, {
        evidence: `AWS said   ${first.Code}: ${first.Message}\nObject     ${first.Key}`,
      });
  }
}

/** Removes the bucket when nothing is left in it; true when it is gone. */
export async function removeBucket(s3: S3Client, identity: Identity): Promise<boolean> {
  const place = placeOf(identity);
  if (!(await findBucket(s3, place))) return true;
  try {
    await s3.send(new DeleteBucketCommand(place));
    return true;
  } catch (error) {
    if (error instanceof NoSuchBucket) return true;
    if (error instanceof Error && error.name === 'BucketNotEmpty') return false;
    throw error;
  }
}
