/** The bucket that keeps large packages: one for each account and region, private, encrypted, tagged as ours. */
import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  type BucketLocationConstraint,
  CreateBucketCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { UpError } from '../../errors.ts';
import type { Identity } from '../identity.ts';
import { bucketName } from '../names.ts';
import { bucketTags } from '../tags.ts';

/** What every call on it names, so that a bucket of somebody else's under this name is never written to. */
export interface Place {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string;
}

export function placeOf({ account, region }: Identity): Place {
  return { Bucket: bucketName(account, region), ExpectedBucketOwner: account };
}

/** Whether the bucket is there. Throws UP_NOT_OURS for one that somebody else has made. */
export async function findBucket(s3: S3Client, place: Place): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand(place));
  } catch (error) {
    if (statusOf(error) === 404) return false;
    if (statusOf(error) !== 403) throw error;
    throw (await refusalOf(() => s3.send(new ListObjectsV2Command({ ...place, MaxKeys: 1 })))) ?? notOurs(place, error);
  }
  if (await isTagged(s3, place)) return true;
  throw notOurs(place);
}

async function isTagged(s3: S3Client, place: Place): Promise<boolean> {
  try {
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand(place));
    return Object.entries(bucketTags).every(([key, value]) =>
      TagSet.some(({ Key, Value }) => Key === key && Value === value),
    );
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchTagSet') return false;
    throw error;
  }
}

/**
 * Creates the bucket if it is missing, and puts its settings. They are put each time, because a deploy killed between
 * two calls, or a manual change, may have left one out.
 */
export async function ensureBucket(s3: S3Client, place: Place, region: string): Promise<void> {
  if (!(await findBucket(s3, place))) await createBucket(s3, place, region);
  await s3.send(
    new PutPublicAccessBlockCommand({
      ...place,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  await s3.send(
    new PutBucketEncryptionCommand({
      ...place,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    }),
  );
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      ...place,
      LifecycleConfiguration: {
        Rules: [
          {
            ID: 'up: uploads that were broken off',
            Status: 'Enabled',
            Filter: { Prefix: '' },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          },
        ],
      },
    }),
  );
}

async function createBucket(s3: S3Client, place: Place, region: string): Promise<void> {
  const Tags = Object.entries(bucketTags).map(([Key, Value]) => ({ Key, Value }));
  // us-east-1 is where a bucket goes that names no region, and the one that may not be named.
  const location = region === 'us-east-1' ? {} : { LocationConstraint: region as BucketLocationConstraint };
  try {
    await s3.send(new CreateBucketCommand({ Bucket: place.Bucket, CreateBucketConfiguration: { ...location, Tags } }));
  } catch (error) {
    if (error instanceof BucketAlreadyExists) throw notOurs(place, error);
    // Another first deploy came before us, or the answer to an earlier try was lost.
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  }
}

function notOurs({ Bucket }: Place, cause?: unknown): UpError {
  const tag = Object.entries(bucketTags).map(([key, value]) => `${key}=${value}`);
  return new UpError('UP_NOT_OURS', `The bucket ${Bucket} exists, but it was not made by up`, {
    hint: `if it is yours, give it the tag ${tag}; else make the package smaller: up build --size`,
    next: ['up build --size'],
    cause,
  });
}

/**
 * What an answer to HEAD cannot say, having no body: the refusal of a right, by asking for something that takes the same
 * right. Null when it was refused for another reason, as by the owner of a bucket that is not ours.
 */
export async function refusalOf(ask: () => Promise<unknown>): Promise<Error | null> {
  try {
    await ask();
    return null;
  } catch (error) {
    return error instanceof Error && /identity-based policy/.test(error.message) ? error : null;
  }
}

/** Answers to HEAD carry no name of an error, only the status. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  return (error.$metadata as { readonly httpStatusCode?: number }).httpStatusCode;
}
