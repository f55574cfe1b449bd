/** Uploads in parts: nothing of them is an object before they are completed. */
import { createHash, randomBytes } from 'node:crypto';
import { isRecord } from '../../../http/json.ts';
import type { MultipartUpload, UploadedPart } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkRange, type Input } from '../input.ts';
import { emptyRecord } from '../record.ts';
import { listOf } from '../wire/xml.ts';
import { checkBody, compositeChecksum, isAlgorithm, toETag } from './checksums.ts';
import { checkWrite } from './conditions.ts';
import { readFields } from './fields.ts';
import { findBucket, read, readNewKey } from './find.ts';
import { readBytes, readTagging } from './objects.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html: the last part may be smaller. */
const minPartBytes = 5 * 1024 * 1024;

export function createMultipartUpload(call: Call, input: Input): Output {
  const bucket = findBucket(call, input);
  const algorithm = read.text(input, 'ChecksumAlgorithm');
  const upload: MultipartUpload = {
    UploadId: randomBytes(16).toString('hex'),
    Key: readNewKey(input),
    Initiated: new Date(call.now()).toISOString(),
    ContentType: read.text(input, 'ContentType') ?? 'binary/octet-stream',
    Fields: readFields(input),
    Metadata: read.map(input, 'Metadata') ?? {},
    Tags: readTagging(input),
    parts: emptyRecord(),
    ...(algorithm !== undefined && { ChecksumAlgorithm: algorithm }),
  };
  bucket.uploads[upload.UploadId] = upload;
  return { Bucket: bucket.Name, Key: upload.Key, UploadId: upload.UploadId };
}

/** The upload a request names. */
export function findUpload(call: Call, input: Input): MultipartUpload {
  const upload = findBucket(call, input).uploads[read.needText(input, 'UploadId')];
  if (upload?.Key === read.text(input, 'Key') && upload) return upload;
  throw new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  );
}

export async function uploadPart(call: Call, input: Input): Promise<Output> {
  const upload = findUpload(call, input);
  const number = read.number(input, 'PartNumber') ?? 0;
  checkRange('InvalidArgument', 'PartNumber', number, { min: 1, max: 10_000 });
  const bytes = readBytes(input);
  const checksums = checkBody(input, bytes, upload.ChecksumAlgorithm);
  const ETag = toETag(bytes);
  upload.parts[number] = { ETag, Size: bytes.length, checksums, blob: await call.store.blobs.put(bytes) };
  return { ETag, ...checksums };
}

export async function completeMultipartUpload(call: Call, input: Input): Promise<Output> {
  const upload = findUpload(call, input);
  const bucket = findBucket(call, input);
  checkWrite(input, bucket.objects[upload.Key]);
  const parts = namedParts(upload, read.object(input, 'Payload') ?? {});
  const bytes = Buffer.concat(await Promise.all(parts.map(({ blob }) => call.store.blobs.read(blob))));
  const blob = await call.store.blobs.put(bytes);
  const ETag = compositeTag(parts);
  const checksums = compositeOf(upload, parts);
  const { Key, ContentType, Fields = {}, Metadata, Tags } = upload;
  bucket.objects[Key] = {
    Key,
    Size: bytes.length,
    LastModified: new Date(call.now()).toISOString(),
    ContentType,
    Fields,
    Metadata,
    Tags,
    ETag,
    checksums,
    blob,
  };
  delete bucket.uploads[upload.UploadId];
  return { Location: `${call.endpoint}/${bucket.Name}/${Key}`, Bucket: bucket.Name, Key, ETag, ...checksums };
}

function namedParts(upload: MultipartUpload, { Part }: Readonly<Record<string, unknown>>): UploadedPart[] {
  const named = listOf(Part).map((item) => (isRecord(item) ? item : {}));
  const numbers = named.map(({ PartNumber }) => Number(PartNumber));
  if (numbers.length === 0) throw new AwsError('MalformedXML', 'The XML you provided has no parts');
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0)))
    throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
  return named.map(({ PartNumber, ETag, ...sums }, index) => {
    const part = upload.parts[String(PartNumber)];
    const agrees = Object.entries(part?.checksums ?? {}).every(([name, sum]) => (sums[name] ?? sum) === sum);
    if (!part || unquote(ETag) !== unquote(part.ETag) || !agrees)
      throw new AwsError(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    if (part.Size < minPartBytes && index < named.length - 1)
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    return part;
  });
}

function unquote(tag: unknown): string {
  return String(tag).replaceAll('"', '');
}

function compositeTag(parts: readonly UploadedPart[]): string {
  const sums = parts.map(({ ETag }) => Buffer.from(unquote(ETag), 'hex'));
  return `"${createHash('md5').update(Buffer.concat(sums)).digest('hex')}-${parts.length}"`;
}

function compositeOf({ ChecksumAlgorithm }: MultipartUpload, parts: readonly UploadedPart[]): Record<string, string> {
  if (!isAlgorithm(ChecksumAlgorithm)) return {};
  const member = `Checksum${ChecksumAlgorithm}`;
  return {
    [member]: compositeChecksum(
      ChecksumAlgorithm,
      parts.map(({ checksums }) => checksums[member] ?? ''),
    ),
  };
}

export function abortMultipartUpload(call: Call, input: Input): Output {
  const { UploadId } = findUpload(call, input);
  delete findBucket(call, input).uploads[UploadId];
  return undefined;
}
