/** Objects that are read, written and removed only while they are what the caller takes them for. */
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const noon = Date.UTC(2026, 10, 26, 12);
const at = { Bucket: 'shelf', Key: 'book' };
const failed = { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } };

let platform: Platform;
let s3: S3Client;
let ETag: string;
beforeAll(async () => {
  platform = await startPlatform({ clock: () => noon + 400 });
  s3 = platform.s3;
  await s3.send(new CreateBucketCommand({ Bucket: at.Bucket }));
});
afterAll(() => platform.stop());
beforeEach(async () => {
  ETag = (await s3.send(new PutObjectCommand({ ...at, Body: 'first' }))).ETag ?? '';
});

async function text(): Promise<string | undefined> {
  return (await s3.send(new GetObjectCommand(at))).Body?.transformToString();
}

describe('a put', () => {
  const put = (given: object) => s3.send(new PutObjectCommand({ ...at, Body: 'second', ...given }));

  test('replaces the object that it names, and no other', async () => {
    await expect(put({ IfMatch: '"other"' })).rejects.toMatchObject(failed);
    expect(await text()).toBe('first');
    await put({ IfMatch: ETag });
    expect(await text()).toBe('second');
  });

  test('does not replace what is not there', async () => {
    const lost = { ...at, Key: 'lost' };
    await expect(put({ ...lost, IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(s3.send(new HeadObjectCommand(lost))).rejects.toMatchObject({ name: 'NotFound' });
  });

  test('replaces nothing when nothing was to be there', async () => {
    await expect(put({ IfNoneMatch: '*' })).rejects.toMatchObject(failed);
    expect(await text()).toBe('first');
  });
});

test('an upload in parts replaces the object that it names, and no other', async () => {
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand(at));
  const part = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'second' }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
  const complete = (given: object) =>
    s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload, ...given }));
  await expect(complete({ IfMatch: '"other"' })).rejects.toMatchObject(failed);
  await expect(complete({ IfNoneMatch: '*' })).rejects.toMatchObject(failed);
  await complete({ IfMatch: ETag });
  expect(await text()).toBe('second');
});

test('a delete removes the object that it names, and no other', async () => {
  await expect(s3.send(new DeleteObjectCommand({ ...at, IfMatch: '"other"' }))).rejects.toMatchObject(failed);
  const { Errors } = await s3.send(
    new DeleteObjectsCommand({ Bucket: at.Bucket, Delete: { Objects: [{ Key: at.Key, ETag: '"other"' }] } }),
  );
  expect(Errors).toMatchObject([{ Key: at.Key, Code: 'PreconditionFailed' }]);
  expect(await text()).toBe('first');
  await s3.send(new DeleteObjectCommand({ ...at, IfMatch: ETag }));
  await expect(text()).rejects.toMatchObject({ name: 'NoSuchKey' });
});

describe('a read', () => {
  const get = async (given: object) => {
    const { $metadata } = await s3.send(new HeadObjectCommand({ ...at, ...given })).catch((error) => error);
    return $metadata.httpStatusCode;
  };
  const [before, same, after] = [new Date(noon - 1000), new Date(noon), new Date(noon + 1000)];

  test('goes by the second of the last change', async () => {
    expect(await get({ IfModifiedSince: before })).toBe(200);
    expect(await get({ IfModifiedSince: same })).toBe(304);
    expect(await get({ IfModifiedSince: after })).toBe(304);
    expect(await get({ IfUnmodifiedSince: before })).toBe(412);
    expect(await get({ IfUnmodifiedSince: same })).toBe(200);
  });

  test('goes by the tag where it names one as well', async () => {
    expect(await get({ IfNoneMatch: '"other"', IfModifiedSince: after })).toBe(200);
    expect(await get({ IfMatch: ETag, IfUnmodifiedSince: before })).toBe(200);
  });
});
