/** Objects: putting, getting and removing them. */
import { isRecord } from '../../../http/json.ts';
import type { StoredObject } from '../../model.ts';
import { type Call, type Output, RawReply } from '../call.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { listOf } from '../wire/xml.ts';
import { checkBody, toETag } from './checksums.ts';
import { checkDelete, checkRead, checkWrite, failed, isMeant } from './conditions.ts';
import { readFields, readReplaced } from './fields.ts';
import { findBucket, findObject, read, readNewKey } from './find.ts';
import { type ByteRange, readRange } from './range.ts';
import { toHeaders } from './wire.ts';

export async function putObject(call: Call, input: Input): Promise<Output> {
  const bucket = findBucket(call, input);
  const key = readNewKey(input);
  checkWrite(input, bucket.objects[key]);
  const bytes = readBytes(input);
  const checksums = checkBody(input, bytes, 'CRC32');
  const blob = await call.store.blobs.put(bytes);
  const ETag = toETag(bytes);
  bucket.objects[key] = {
    Key: key,
    Size: bytes.length,
    LastModified: new Date(call.now()).toISOString(),
    ContentType: read.text(input, 'ContentType') ?? 'binary/octet-stream',
    Fields: readFields(input),
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
  checkRead(input, object);
  const range = readRange(input, object);
  const bytes = await call.store.blobs.read(object.blob);
  return reply(call, headersOf(object, input, range), range && bytes.subarray(range.start, range.end + 1), bytes);
}

export function headObject(call: Call, input: Input): Output {
  const object = findObject(call, input);
  checkRead(input, object);
  const range = readRange(input, object);
  const none = new Uint8Array();
  return reply(call, headersOf(object, input, range), range && none, none);
}

function reply(
  { requestId }: Call,
  headers: Record<string, string>,
  part: Uint8Array | null,
  whole: Uint8Array,
): RawReply {
  return new RawReply(part ? 206 : 200, { 'x-amz-request-id': requestId, ...headers }, part ?? whole);
}

function headersOf(object: StoredObject, input: Input, range: ByteRange | null): Record<string, string> {
  const metadata = Object.entries(object.Metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  return {
    ...toHeaders({
      ContentLength: range ? range.end - range.start + 1 : object.Size,
      ContentType: object.ContentType,
      ...object.Fields,
      ...readReplaced(input),
      ETag: object.ETag,
      LastModified: new Date(object.LastModified).toUTCString(),
      ServerSideEncryption: 'AES256',
      // It is that of the whole.
      ...(read.text(input, 'ChecksumMode') === 'ENABLED' && !range && object.checksums),
    }),
    'accept-ranges': 'bytes',
    ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${object.Size}` }),
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
  const { objects } = findBucket(call, input);
  const key = read.needText(input, 'Key');
  checkDelete(input, objects[key]);
  delete objects[key];
  return undefined;
}

const mostAtOnce = 1_000;

export function deleteObjects(call: Call, input: Input): Output {
  const { objects } = findBucket(call, input);
  const { Object: listed, Quiet } = read.object(input, 'Payload') ?? {};
  const named = listOf(listed).flatMap((item) => (isRecord(item) && typeof item.Key === 'string' ? [item] : []));
  const places = named.map((item) => ({ Key: String(item.Key), ETag: read.text(item, 'ETag') }));
  if (places.length === 0 || places.length > mostAtOnce || places.length < listOf(listed).length)
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  const others = places.filter(({ Key, ETag }) => !isMeant(objects[Key], ETag));
  const gone = places.filter((place) => !others.includes(place));
  for (const { Key } of gone) delete objects[Key];
  const { code: Code, message: Message } = failed('If-Match');
  return {
    ...(Quiet !== 'true' && { Deleted: gone.map(({ Key }) => ({ Key })) }),
    Error: others.map(({ Key }) => ({ Key, Code, Message })),
  };
}
