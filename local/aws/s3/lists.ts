/** Lists of buckets, objects, uploads and their parts, each in the pages that S3 gives it. */
import type { MultipartUpload, StoredObject } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { accountId } from '../identity.ts';
import type { Input } from '../input.ts';
import { byName, toPage } from '../pages.ts';
import { findBucket, read } from './find.ts';
import { findUpload } from './multipart.ts';

const mostAtOnce = 1_000;
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
const mostBuckets = 10_000;

/** What is listed, once keys that share what stands before the delimiter are one. */
interface Entry<T> {
  /** A key or a common prefix. */
  readonly name: string;
  /** Undefined for a common prefix. */
  readonly one?: T;
}

export function listBuckets({ store }: Call, input: Input): Output {
  const prefix = read.text(input, 'Prefix');
  const region = read.text(input, 'BucketRegion');
  const found = byName(Object.values(store.state.buckets), ({ Name }) => Name).filter(
    ({ Name, Region }) => Name.startsWith(prefix ?? '') && (region ?? Region) === Region,
  );
  const size = readSize(input, 'MaxBuckets', 'max-buckets', { least: 1, most: mostBuckets });
  const page = toPage(found, ({ Name }) => Name, {
    marker: read.text(input, 'ContinuationToken'),
    size,
    code: 'InvalidArgument',
  });
  return {
    Owner: { ID: accountId },
    Buckets: { Bucket: page.items.map(({ Name, CreationDate }) => ({ Name, CreationDate })) },
    ContinuationToken: page.next,
    Prefix: prefix,
  };
}

export function listObjectsV2(call: Call, input: Input): Output {
  const { Name, objects } = findBucket(call, input);
  const after = read.text(input, 'StartAfter') ?? '';
  const found = Object.values(objects).filter(({ Key }) => Key > after);
  const size = readSize(input, 'MaxKeys', 'max-keys');
  const entries = group(found, input);
  const page = toPage(entries, ({ name }) => name, {
    marker: read.text(input, 'ContinuationToken'),
    size,
    code: 'InvalidArgument',
  });
  const encode = encoder(input);
  return {
    Name,
    Prefix: encode(read.text(input, 'Prefix') ?? ''),
    Delimiter: encodeSome(read.text(input, 'Delimiter'), encode),
    StartAfter: encodeSome(read.text(input, 'StartAfter'), encode),
    ContinuationToken: read.text(input, 'ContinuationToken'),
    EncodingType: read.text(input, 'EncodingType'),
    MaxKeys: size,
    KeyCount: page.items.length,
    IsTruncated: page.next !== undefined,
    NextContinuationToken: page.next,
    Contents: ones(page.items).map((object) => summary(object, encode)),
    CommonPrefixes: prefixes(page.items, encode),
  };
}

function summary({ Key, LastModified, ETag, Size }: StoredObject, encode: (key: string) => string) {
  return { Key: encode(Key), LastModified, ETag, Size, StorageClass: 'STANDARD' };
}

export function listMultipartUploads(call: Call, input: Input): Output {
  const { Name, uploads } = findBucket(call, input);
  const [KeyMarker, UploadIdMarker] = [read.text(input, 'KeyMarker'), read.text(input, 'UploadIdMarker')];
  const nameOf = ({ Key, UploadId }: MultipartUpload) => `${Key}\0${UploadId}`;
  const rest = byName(Object.values(uploads), nameOf).filter((upload) => {
    if (KeyMarker === undefined) return true;
    if (upload.Key === KeyMarker && UploadIdMarker !== undefined) return upload.UploadId > UploadIdMarker;
    return upload.Key > KeyMarker;
  });
  const size = readSize(input, 'MaxUploads', 'max-uploads');
  // A prefix that was given is not given again: the marker is that prefix, and keys go on after it.
  const entries = group(rest, input).filter(({ name, one }) => one || name !== KeyMarker);
  const page = entries.slice(0, size);
  const last = page.length < entries.length ? page.at(-1) : undefined;
  const encode = encoder(input);
  return {
    Bucket: Name,
    KeyMarker: encode(KeyMarker ?? ''),
    UploadIdMarker: UploadIdMarker ?? '',
    NextKeyMarker: encodeSome(last?.name, encode),
    NextUploadIdMarker: last?.one?.UploadId,
    Prefix: encode(read.text(input, 'Prefix') ?? ''),
    Delimiter: encodeSome(read.text(input, 'Delimiter'), encode),
    EncodingType: read.text(input, 'EncodingType'),
    MaxUploads: size,
    IsTruncated: last !== undefined,
    Upload: ones(page).map(({ Key, UploadId, Initiated }) => ({ Key: encode(Key), UploadId, Initiated })),
    CommonPrefixes: prefixes(page, encode),
  };
}

export function listParts(call: Call, input: Input): Output {
  const { Key, UploadId, parts } = findUpload(call, input);
  const after = read.number(input, 'PartNumberMarker') ?? 0;
  const rest = Object.entries(parts).filter(([number]) => Number(number) > after);
  const size = readSize(input, 'MaxParts', 'max-parts');
  const page = rest.slice(0, size);
  const isTruncated = page.length > 0 && page.length < rest.length;
  return {
    Bucket: findBucket(call, input).Name,
    Key,
    UploadId,
    PartNumberMarker: after,
    NextPartNumberMarker: isTruncated ? page.at(-1)?.[0] : undefined,
    MaxParts: size,
    IsTruncated: isTruncated,
    Part: page.map(([PartNumber, { ETag, Size, checksums }]) => ({ PartNumber, ETag, Size, ...checksums })),
  };
}

/** By key. Those of a prefix that goes on to the delimiter are one entry, its common prefix. */
function group<T extends { readonly Key: string }>(all: readonly T[], input: Input): Entry<T>[] {
  const prefix = read.text(input, 'Prefix') ?? '';
  const delimiter = read.text(input, 'Delimiter') ?? '';
  const found = byName(all, ({ Key }) => Key).filter(({ Key }) => Key.startsWith(prefix));
  const entries = new Map<string | T, Entry<T>>();
  for (const one of found) {
    const end = delimiter === '' ? -1 : one.Key.indexOf(delimiter, prefix.length);
    if (end === -1) entries.set(one, { name: one.Key, one });
    else {
      const name = one.Key.slice(0, end + delimiter.length);
      entries.set(name, { name });
    }
  }
  return [...entries.values()];
}

function ones<T>(entries: readonly Entry<T>[]): T[] {
  return entries.flatMap(({ one }) => (one === undefined ? [] : [one]));
}

function prefixes<T>(entries: readonly Entry<T>[], encode: (key: string) => string): { Prefix: string }[] {
  return entries.flatMap(({ name, one }) => (one === undefined ? [{ Prefix: encode(name) }] : []));
}

/** More than S3 gives at once is as much as it gives. */
function readSize(input: Input, key: string, argument: string, { least = 0, most = mostAtOnce } = {}): number {
  const size = read.number(input, key) ?? most;
  if (Number.isInteger(size) && size >= least && size <= 2 ** 31 - 1) return Math.min(size, most);
  throw new AwsError('InvalidArgument', `Argument ${argument} must be an integer between ${least} and 2147483647`, {
    ArgumentName: argument,
    ArgumentValue: String(size),
  });
}

function encoder(input: Input): (key: string) => string {
  return read.text(input, 'EncodingType') === 'url' ? encodeKey : (key) => key;
}

function encodeSome(key: string | undefined, encode: (key: string) => string): string | undefined {
  return key === undefined ? undefined : encode(key);
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/');
}
