/** S3: buckets and objects, as far as packages need them. */
import { changing, type Operations, reading } from './call.ts';
import {
  createBucket,
  deleteBucket,
  deleteBucketTagging,
  getBucketTagging,
  headBucket,
  putBucketTagging,
} from './s3/buckets.ts';
import { read } from './s3/find.ts';
import { listBuckets, listMultipartUploads, listObjectsV2, listParts } from './s3/lists.ts';
import { abortMultipartUpload, completeMultipartUpload, createMultipartUpload, uploadPart } from './s3/multipart.ts';
import { deleteObject, deleteObjects, getObject, getObjectTagging, headObject, putObject } from './s3/objects.ts';
import { settings } from './s3/settings.ts';

export { s3Wire } from './s3/wire.ts';

const onBucket = changing((input) => read.text(input, 'Bucket') ?? '');

export const s3: Operations = {
  ListBuckets: reading(listBuckets),
  CreateBucket: onBucket(createBucket),
  HeadBucket: reading(headBucket),
  DeleteBucket: onBucket(deleteBucket),
  PutBucketTagging: onBucket(putBucketTagging),
  GetBucketTagging: reading(getBucketTagging),
  DeleteBucketTagging: onBucket(deleteBucketTagging),
  ...settings,
  PutObject: onBucket(putObject),
  GetObject: reading(getObject),
  HeadObject: reading(headObject),
  GetObjectTagging: reading(getObjectTagging),
  DeleteObject: onBucket(deleteObject),
  DeleteObjects: onBucket(deleteObjects),
  ListObjectsV2: reading(listObjectsV2),
  CreateMultipartUpload: onBucket(createMultipartUpload),
  UploadPart: onBucket(uploadPart),
  CompleteMultipartUpload: onBucket(completeMultipartUpload),
  AbortMultipartUpload: onBucket(abortMultipartUpload),
  ListParts: reading(listParts),
  ListMultipartUploads: reading(listMultipartUploads),
};
