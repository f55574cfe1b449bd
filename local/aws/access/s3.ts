/**
 * Who may call S3. Its actions are older than the operations, and named otherwise.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
import { isRecord } from '../../../http/json.ts';
import type { Input } from '../input.ts';
import { making, type Needs, text, toTags } from './need.ts';

const onBucket =
  (action: string): Needs =>
  (input) => [{ action: `s3:${action}`, resource: bucketArn(input) }];

const onObject =
  (action: string): Needs =>
  (input) => [{ action: `s3:${action}`, resource: objectArn(input, text(input, 'Key')) }];

/** Tags that come with an object are another right. */
const makingObject: Needs = (input) => {
  const actions = ['PutObject', ...(text(input, 'Tagging') ? ['PutObjectTagging'] : [])];
  return actions.map((action) => ({ action: `s3:${action}`, resource: objectArn(input, text(input, 'Key')) }));
};

export const s3Needs: Readonly<Record<string, Needs>> = {
  ListBuckets: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  CreateBucket: (input) =>
    making(
      { action: 's3:CreateBucket', resource: bucketArn(input) },
      's3:TagResource',
      toTags(listIn(input, 'Tags', 'Tag')),
    ),
  HeadBucket: onBucket('ListBucket'),
  DeleteBucket: onBucket('DeleteBucket'),
  PutBucketTagging: onBucket('PutBucketTagging'),
  GetBucketTagging: onBucket('GetBucketTagging'),
  DeleteBucketTagging: onBucket('PutBucketTagging'),
  PutPublicAccessBlock: onBucket('PutBucketPublicAccessBlock'),
  GetPublicAccessBlock: onBucket('GetBucketPublicAccessBlock'),
  DeletePublicAccessBlock: onBucket('PutBucketPublicAccessBlock'),
  PutBucketEncryption: onBucket('PutEncryptionConfiguration'),
  GetBucketEncryption: onBucket('GetEncryptionConfiguration'),
  DeleteBucketEncryption: onBucket('PutEncryptionConfiguration'),
  PutBucketLifecycleConfiguration: onBucket('PutLifecycleConfiguration'),
  GetBucketLifecycleConfiguration: onBucket('GetLifecycleConfiguration'),
  DeleteBucketLifecycle: onBucket('PutLifecycleConfiguration'),
  PutObject: makingObject,
  GetObject: onObject('GetObject'),
  HeadObject: onObject('GetObject'),
  GetObjectTagging: onObject('GetObjectTagging'),
  DeleteObject: onObject('DeleteObject'),
  DeleteObjects: (input) =>
    listIn(input, 'Object')
      .filter(isRecord)
      .map(({ Key }) => ({ action: 's3:DeleteObject', resource: objectArn(input, String(Key)) })),
  ListObjectsV2: (input) => [
    { action: 's3:ListBucket', resource: bucketArn(input), context: { 's3:prefix': text(input, 'Prefix') } },
  ],
  CreateMultipartUpload: makingObject,
  UploadPart: onObject('PutObject'),
  CompleteMultipartUpload: onObject('PutObject'),
  AbortMultipartUpload: onObject('AbortMultipartUpload'),
  ListParts: onObject('ListMultipartUploadParts'),
  ListMultipartUploads: onBucket('ListBucketMultipartUploads'),
};

function bucketArn(input: Input): string {
  return `arn:aws:s3:::${text(input, 'Bucket')}`;
}

function objectArn(input: Input, key: string): string {
  return `${bucketArn(input)}/${key}`;
}

/** A list in the body, which is XML: one item alone is no list there. */
function listIn({ Payload }: Input, ...path: readonly string[]): unknown[] {
  let value: unknown = Payload;
  for (const step of path) value = isRecord(value) ? value[step] : undefined;
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
