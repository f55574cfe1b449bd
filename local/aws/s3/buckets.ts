/** Buckets: making, showing and removing them. */
import { isRecord } from '../../../http/json.ts';
import type { Bucket } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { emptyRecord } from '../record.ts';
import { listOf } from '../wire/xml.ts';
import { findBucket, read } from './find.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const namePattern = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;

export function createBucket({ store, now }: Call, input: Input): Output {
  const name = read.needText(input, 'Bucket');
  if (!namePattern.test(name)) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  const { LocationConstraint, Tags } = read.object(input, 'Payload') ?? {};
  const region = typeof LocationConstraint === 'string' && LocationConstraint !== '' ? LocationConstraint : 'us-east-1';
  const found = store.state.buckets[name];
  // In us-east-1 making one's own bucket again succeeds, as it always has.
  if (found && (found.Region !== 'us-east-1' || region !== 'us-east-1'))
    throw new AwsError(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: name },
    );
  store.state.buckets[name] ??= {
    Name: name,
    Region: region,
    CreationDate: new Date(now()).toISOString(),
    Tags: toTags(isRecord(Tags) ? Tags.Tag : undefined),
    settings: emptyRecord(),
    objects: emptyRecord(),
    uploads: emptyRecord(),
  };
  return { Location: `/${name}` };
}

export function headBucket(call: Call, input: Input): Output {
  return { BucketRegion: findBucket(call, input).Region };
}

export function deleteBucket(call: Call, input: Input): Output {
  const { Name, objects } = findBucket(call, input);
  if (Object.keys(objects).length > 0)
    throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: Name });
  delete call.store.state.buckets[Name];
  return undefined;
}

export function putBucketTagging(call: Call, input: Input): Output {
  const { TagSet } = read.object(input, 'Payload') ?? {};
  findBucket(call, input).Tags = toTags(isRecord(TagSet) ? TagSet.Tag : undefined);
  return undefined;
}

export function getBucketTagging(call: Call, input: Input): Output {
  const { Name, Tags } = findBucket(call, input);
  const tags = Object.entries(Tags).map(([Key, Value]) => ({ Key, Value }));
  if (tags.length === 0) throw new AwsError('NoSuchTagSet', 'The TagSet does not exist', { BucketName: Name });
  return { TagSet: { Tag: tags } };
}

export function deleteBucketTagging(call: Call, input: Input): Output {
  findBucket(call, input).Tags = emptyRecord();
  return undefined;
}

function toTags(list: unknown): Bucket['Tags'] {
  const tags = emptyRecord<string>();
  for (const tag of listOf(list)) {
    const { Key, Value } = isRecord(tag) ? tag : {};
    if (typeof Key !== 'string' || typeof Value !== 'string')
      throw new AwsError('InvalidTag', 'The tag provided was not a valid tag.');
    tags[Key] = Value;
  }
  return tags;
}
