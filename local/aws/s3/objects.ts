/** Objects: putting, getting, listing and removing them. */
import type { StoredObject } from '../../model.ts';
import { type Call, type Output, RawReply } from '../call.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { byName, toPage } from '../pages.ts';
import { isRecord } from '../record.ts';
import { listOf } from '../wire/xml.ts';
import { checkBody, toETag } from './checksums.ts';
import { findBucket, findObject, read } from './find.ts';
import { toHeaders } from './wire.ts';

export async function putObject(call: Call, input: Input): Promise<Output> {
  const bucket = findBucket(call, input);
  const key = read.needText(input, 'Key');
  if (read.text(input, 'IfNoneMatch') === '*' && bucket.objects[key])
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      Condition: 'If-None-Match',
    });
  const bytes = readBytes(input);
  const checksums = checkBody(input, bytes, 'CRC32');
  const blob = await call.store.blobs.put(bytes);
  const ETag = toETag(bytes);
  bucket.objects[key] = {
    Key: key,
    Size: bytes.length,
    LastModified: new Date(call.now()).toISOString(),
    ContentType: read.text(input, 'ContentType') ?? 'binary/octet-stream',
    Metadata: read.map(input, 'Metadata') ?? {},
    Tags: readTagging(input),
    ETag,
    checksums,
    blob,
  };
  return { ETag, ...checksums, ServerSideEncryption: 'AES256' };
}

/** The body of a request as the wire gave it. */
export function readBytes(input: Input): Buffer {
  return Buffer.isBuffer(input.Body) ? input.Body : Buffer.alloc(0);
}

export async function getObject(call: Call, input: Input): Promise<Output> {
  const object = findObject(call, input);
  const bytes = await call.store.blobs.read(object.blob);
  return new RawReply(200, { 'x-amz-request-id': call.requestId, ...headersOf(object, input) }, bytes);
}

export function headObject(call: Call, input: Input): Output {
  const object = findObject(call, input);
  return new RawReply(200, { 'x-amz-request-id': call.requestId, ...headersOf(object, input) }, new Uint8Array());
}

function headersOf(object: StoredObject, input: Input): Record<string, string> {
  const metadata = Object.entries(object.Metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  return {
    ...toHeaders({
      ContentLength: object.Size,
      ContentType: object.ContentType,
      ETag: object.ETag,
      LastModified: new Date(object.LastModified).toUTCString(),
      ServerSideEncryption: 'AES256',
      ...(read.text(input, 'ChecksumMode') === 'ENABLED' && object.checksums),
    }),
    ...Object.fromEntries(metadata),
  };
}

/** Tags in a header are a query string. */
export function readTagging(input: Input): StoredObject['Tags'] {
  return Object.fromEntries(new URLSearchParams(read.text(input, 'Tagging') ?? ''));
}

export function getObjectTagging(call: Call, input: Input): Output {
  const tags = Object.entries(findObject(call, input).Tags);
  return { TagSet: { Tag: tags.map(([Key, Value]) => ({ Key, Value })) } };
}

/** Gone is done. */
export function deleteObject(call: Call, input: Input): Output {
  delete findBucket(call, input).objects[read.needText(input, 'Key')];
  return undefined;
}

const mostAtOnce = 1_000;

export function deleteObjects(call: Call, input: Input): Output {
  const { objects } = findBucket(call, input);
  const { Object: named, Quiet } = read.object(input, 'Payload') ?? {};
  const keys = listOf(named).map((item) => (isRecord(item) && typeof item.Key === 'string' ? item.Key : undefined));
  if (keys.length === 0 || keys.length > mostAtOnce || keys.includes(undefined))
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  for (const key of keys) delete objects[key ?? ''];
  return Quiet === 'true' ? {} : { Deleted: keys.map((Key) => ({ Key })) };
}

export function listObjectsV2(call: Call, input: Input): Output {
  const { Name, objects } = findBucket(call, input);
  const prefix = read.text(input, 'Prefix') ?? '';
  const after = read.text(input, 'StartAfter') ?? '';
  const size = Math.min(read.number(input, 'MaxKeys') ?? mostAtOnce, mostAtOnce);
  const encode = read.text(input, 'EncodingType') === 'url' ? encodeKey : (key: string) => key;
  const found = byName(
    Object.values(objects).filter(({ Key }) => Key.startsWith(prefix) && Key > after),
    ({ Key }) => Key,
  );
  const page = toPage(found, ({ Key }) => Key, read.text(input, 'ContinuationToken'), size, 'InvalidArgument');
  return {
    Name,
    Prefix: encode(prefix),
    MaxKeys: size,
    KeyCount: page.items.length,
    IsTruncated: page.next !== undefined,
    NextContinuationToken: page.next,
    Contents: page.items.map(({ Key, LastModified, ETag, Size }) => ({
      Key: encode(Key),
      LastModified,
      ETag,
      Size,
      StorageClass: 'STANDARD',
    })),
  };
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/');
}
