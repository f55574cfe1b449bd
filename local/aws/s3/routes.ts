/** Every operation of S3 that the platform has: how a request names it, what it takes and what it gives. */
import { others } from './unsupported.ts';

export interface Route {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly level: 'service' | 'bucket' | 'object';
  /** The word of the query that tells it from others of the same method. */
  readonly query?: string;
  readonly operation: string;
  readonly status: number;
  /** Its body is XML; otherwise it is bytes. */
  readonly takes?: 'document';
  /** The root element of its answer; without one the members are headers. */
  readonly gives?: string;
}

export const routes: readonly Route[] = [
  { method: 'GET', level: 'service', operation: 'ListBuckets', status: 200, gives: 'ListAllMyBucketsResult' },
  { method: 'PUT', level: 'bucket', operation: 'CreateBucket', status: 200, takes: 'document' },
  { method: 'HEAD', level: 'bucket', operation: 'HeadBucket', status: 200 },
  { method: 'DELETE', level: 'bucket', operation: 'DeleteBucket', status: 204 },
  ...settings('publicAccessBlock', 'PublicAccessBlock', 'PublicAccessBlockConfiguration', 200),
  ...settings('encryption', 'BucketEncryption', 'ServerSideEncryptionConfiguration', 200),
  ...settings('lifecycle', 'BucketLifecycle', 'LifecycleConfiguration', 200),
  ...settings('tagging', 'BucketTagging', 'Tagging', 204),
  {
    method: 'GET',
    level: 'bucket',
    query: 'list-type',
    operation: 'ListObjectsV2',
    status: 200,
    gives: 'ListBucketResult',
  },
  {
    method: 'POST',
    level: 'bucket',
    query: 'delete',
    operation: 'DeleteObjects',
    status: 200,
    takes: 'document',
    gives: 'DeleteResult',
  },
  {
    method: 'GET',
    level: 'bucket',
    query: 'uploads',
    operation: 'ListMultipartUploads',
    status: 200,
    gives: 'ListMultipartUploadsResult',
  },
  { method: 'PUT', level: 'object', operation: 'PutObject', status: 200 },
  { method: 'GET', level: 'object', operation: 'GetObject', status: 200 },
  { method: 'HEAD', level: 'object', operation: 'HeadObject', status: 200 },
  { method: 'DELETE', level: 'object', operation: 'DeleteObject', status: 204 },
  { method: 'GET', level: 'object', query: 'tagging', operation: 'GetObjectTagging', status: 200, gives: 'Tagging' },
  {
    method: 'POST',
    level: 'object',
    query: 'uploads',
    operation: 'CreateMultipartUpload',
    status: 200,
    gives: 'InitiateMultipartUploadResult',
  },
  { method: 'PUT', level: 'object', query: 'uploadId', operation: 'UploadPart', status: 200 },
  {
    method: 'POST',
    level: 'object',
    query: 'uploadId',
    operation: 'CompleteMultipartUpload',
    status: 200,
    takes: 'document',
    gives: 'CompleteMultipartUploadResult',
  },
  { method: 'DELETE', level: 'object', query: 'uploadId', operation: 'AbortMultipartUpload', status: 204 },
  { method: 'GET', level: 'object', query: 'uploadId', operation: 'ListParts', status: 200, gives: 'ListPartsResult' },
];

function settings(query: string, name: string, root: string, putStatus: number): Route[] {
  // AWS has renamed the operations of the lifecycle; removing it kept the old name.
  const full = name === 'BucketLifecycle' ? 'BucketLifecycleConfiguration' : name;
  return [
    { method: 'PUT', level: 'bucket', query, operation: `Put${full}`, status: putStatus, takes: 'document' },
    { method: 'GET', level: 'bucket', query, operation: `Get${full}`, status: 200, gives: root },
    { method: 'DELETE', level: 'bucket', query, operation: `Delete${name}`, status: 204 },
  ];
}

/** Words of a query that name an operation, those of operations which are not here among them. */
export const subresources: readonly string[] = [
  ...new Set([...routes.map(({ query = '' }) => query), ...others.map(([, , query]) => query)]),
].filter(Boolean);
