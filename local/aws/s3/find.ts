/** Finding buckets and objects, and refusing them to who takes them for somebody else's. */
import type { Bucket, State, StoredObject } from '../../model.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../error.ts';
import { accountId } from '../identity.ts';
import { createReader, type Input } from '../input.ts';

export const read = createReader('InvalidRequest');

/** The bucket of a request. */
export function findBucket({ store }: Pick<Call, 'store'>, input: Input): Bucket {
  const name = read.needText(input, 'Bucket');
  const bucket = store.state.buckets[name];
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
  checkOwner(input);
  return bucket;
}

function checkOwner(input: Input): void {
  const owner = read.text(input, 'ExpectedBucketOwner');
  if (owner !== undefined && owner !== accountId) throw new AwsError('AccessDenied', 'Access Denied');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html: bytes of UTF-8. */
const maxKeyBytes = 1_024;

/** The key of an object that is to be made. */
export function readNewKey(input: Input): string {
  const key = read.needText(input, 'Key');
  const size = Buffer.byteLength(key);
  if (size <= maxKeyBytes) return key;
  throw new AwsError('KeyTooLongError', 'Your key is too long', {
    Size: String(size),
    MaxSizeAllowed: String(maxKeyBytes),
  });
}

export function findObject(call: Pick<Call, 'store'>, input: Input): StoredObject {
  const key = read.needText(input, 'Key');
  const object = findBucket(call, input).objects[key];
  if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', { Key: key });
  return object;
}

/** The bytes of an object by its place, as Lambda fetches code. */
export function readObject({ store }: Pick<Call, 'store'>, bucket: string, key: string): Promise<Buffer> {
  return store.blobs.read(findObject({ store }, { Bucket: bucket, Key: key }).blob);
}

/** Every blob that an object or a part of an upload refers to. */
export function usedBlobs({ buckets }: State): Set<string> {
  const used = new Set<string>();
  for (const { objects, uploads } of Object.values(buckets)) {
    for (const { blob } of Object.values(objects)) used.add(blob);
    for (const { parts } of Object.values(uploads)) for (const { blob } of Object.values(parts)) used.add(blob);
  }
  return used;
}
