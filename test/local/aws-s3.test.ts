/**
 * S3 of the local platform, by the client of the SDK: buckets, objects, uploads in parts, errors as XML. One file, as
 * the service is one table of operations.
 */
import { createHash } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseXml } from '../../local/aws/wire/xml.ts';
import { createFunction, createRole } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { makeZip } from '../fakes/zip.ts';
import { signedHeaders } from '../support/signature.ts';

let platform: Platform;
let s3: S3Client;
const account = '000000000000';

function client(settings: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: platform.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local' },
    ...settings,
  });
}

beforeAll(async () => {
  platform = await startPlatform();
  s3 = client();
  await s3.send(new CreateBucketCommand({ Bucket: 'shelf' }));
});
afterAll(async () => {
  s3.destroy();
  await platform.stop();
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

async function read(Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** Not every system finds the address of `shelf.localhost`, so the name goes in the header only. */
async function getByHost(host: string, path: string): Promise<Buffer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${platform.url}${path}`, { headers: { ...signedHeaders('s3'), host } }, resolve).once('error', reject);
  });
  return buffer(answer);
}

describe('buckets', () => {
  test('are made with their tags, found, listed and removed', async () => {
    const Tags = [{ Key: 'up:bucket', Value: 'a & b' }];
    await s3.send(new CreateBucketCommand({ Bucket: 'made', CreateBucketConfiguration: { Tags } }));
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket: 'made' }))).TagSet).toEqual(Tags);
    expect((await s3.send(new HeadBucketCommand({ Bucket: 'made' }))).BucketRegion).toBe('us-east-1');
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual(['made', 'shelf']);
    await s3.send(new DeleteBucketCommand({ Bucket: 'made' }));
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'made' }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  test('keep the settings they were given', async () => {
    const at = { Bucket: 'shelf' };
    const block = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
    const rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }];
    const lifecycle = {
      ID: 'x',
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    };
    await expect(s3.send(new GetBucketEncryptionCommand(at))).rejects.toMatchObject({
      name: 'ServerSideEncryptionConfigurationNotFoundError',
    });
    await s3.send(new PutPublicAccessBlockCommand({ ...at, PublicAccessBlockConfiguration: block }));
    await s3.send(new PutBucketEncryptionCommand({ ...at, ServerSideEncryptionConfiguration: { Rules: rules } }));
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({ ...at, LifecycleConfiguration: { Rules: [lifecycle] } }),
    );
    await s3.send(new PutBucketTaggingCommand({ ...at, Tagging: { TagSet: [{ Key: 'k', Value: '<v>' }] } }));
    const [found, encryption, life, tags] = await Promise.all([
      s3.send(new GetPublicAccessBlockCommand(at)),
      s3.send(new GetBucketEncryptionCommand(at)),
      s3.send(new GetBucketLifecycleConfigurationCommand(at)),
      s3.send(new GetBucketTaggingCommand(at)),
    ]);
    expect(found.PublicAccessBlockConfiguration).toEqual(block);
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toEqual(rules);
    expect(life.Rules).toEqual([lifecycle]);
    expect(tags.TagSet).toEqual([{ Key: 'k', Value: '<v>' }]);
  });

  test('are refused to who expects another owner', async () => {
    const ask = (ExpectedBucketOwner: string) =>
      s3.send(new GetBucketTaggingCommand({ Bucket: 'shelf', ExpectedBucketOwner }));
    await expect(ask(account)).resolves.toBeDefined();
    await expect(ask('111111111111')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test.each([['Upper'], ['ab'], ['a..b.c'], ['1.2.3.4']])('are not called %s', async (Bucket) => {
    await expect(client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'InvalidBucketName',
    });
  });

  test('that hold something stay', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'full' }));
    await s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'k', Body: 'x' }));
    await expect(s3.send(new DeleteBucketCommand({ Bucket: 'full' }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
    });
  });
});

describe('objects', () => {
  test('come back as they went, under any key, by either address of the bucket', async () => {
    const Key = 'a b/ü+&%?.zip';
    const Body = Buffer.from([0, 255, 13, 10, 128]);
    await s3.send(
      new PutObjectCommand({ Bucket: 'shelf', Key, Body, ContentType: 'application/zip', Metadata: { app: 'x' } }),
    );
    const found = await s3.send(new HeadObjectCommand({ Bucket: 'shelf', Key }));
    expect(found).toMatchObject({ ContentLength: 5, ContentType: 'application/zip', Metadata: { app: 'x' } });
    expect(await read('shelf', Key)).toEqual(Body);
    expect(await getByHost('shelf.localhost', `/${encodeURIComponent(Key).replaceAll('%2F', '/')}`)).toEqual(Body);
  });

  test('have keys of 1024 bytes at most', async () => {
    const [fits, tooLong] = [
      { Bucket: 'shelf', Key: 'ü'.repeat(512) },
      { Bucket: 'shelf', Key: `${'ü'.repeat(512)}.` },
    ];
    await s3.send(new PutObjectCommand({ ...fits, Body: 'x' }));
    const refused = { name: 'KeyTooLongError', $metadata: { httpStatusCode: 400 } };
    await expect(s3.send(new PutObjectCommand({ ...tooLong, Body: 'x' }))).rejects.toMatchObject(refused);
    await expect(s3.send(new CreateMultipartUploadCommand(tooLong))).rejects.toMatchObject(refused);
  });

  test('are held to their checksum, sent before or after them', async () => {
    const at = { Bucket: 'shelf', Key: 'sum' };
    const Body = Buffer.from('some bytes');
    await s3.send(new PutObjectCommand({ ...at, Body, ChecksumSHA256: sha256(Body) }));
    const head = await s3.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
    expect(head.ChecksumSHA256).toBe(sha256(Body));
    await s3.send(new PutObjectCommand({ ...at, Body: Readable.from([Body, Body]), ContentLength: 20 }));
    expect(await read('shelf', 'sum')).toEqual(Buffer.concat([Body, Body]));
    await expect(
      s3.send(new PutObjectCommand({ ...at, Body, ChecksumSHA256: sha256(Buffer.from('other')) })),
    ).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(s3.send(new PutObjectCommand({ ...at, Body, IfNoneMatch: '*' }))).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
  });

  test('are listed by prefix, in pages, and removed together', async () => {
    const Bucket = 'shelf';
    for (const Key of ['list/a', 'list/b', 'list/c', 'lisu'])
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const first = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', MaxKeys: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, KeyCount: 2 });
    const second = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'list/', ContinuationToken: first.NextContinuationToken ?? '' }),
    );
    expect([...(first.Contents ?? []), ...(second.Contents ?? [])].map(({ Key, Size }) => [Key, Size])).toEqual([
      ['list/a', 6],
      ['list/b', 6],
      ['list/c', 6],
    ]);
    const Objects = [{ Key: 'list/a' }, { Key: 'list/b' }, { Key: 'never there' }];
    expect((await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))).Deleted).toHaveLength(3);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'list/c' }));
    expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/' }))).KeyCount).toBe(0);
  });

  test('come in parts, as clients that fetch several at once ask for them', async () => {
    const at = { Bucket: 'shelf', Key: 'ranges' };
    await s3.send(new PutObjectCommand({ ...at, Body: '0123456789' }));
    const part = async (Range: string) => {
      const { Body, ContentRange, ContentLength } = await s3.send(new GetObjectCommand({ ...at, Range }));
      return [await Body?.transformToString(), ContentRange, ContentLength];
    };
    expect(await part('bytes=2-4')).toEqual(['234', 'bytes 2-4/10', 3]);
    expect(await part('bytes=8-')).toEqual(['89', 'bytes 8-9/10', 2]);
    expect(await part('bytes=-3')).toEqual(['789', 'bytes 7-9/10', 3]);
    expect(await part('bytes=9-99')).toEqual(['9', 'bytes 9-9/10', 1]);
    expect(await part('bytes=0-1,4-5')).toEqual(['0123456789', undefined, 10]);
    await expect(part('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange', $metadata: { httpStatusCode: 416 } });
    const head = await s3.send(new HeadObjectCommand({ ...at, Range: 'bytes=0-3' }));
    expect([head.ContentLength, head.$metadata.httpStatusCode]).toEqual([4, 206]);
  });

  test('are given only while they are the ones that are meant', async () => {
    const at = { Bucket: 'shelf', Key: 'meant' };
    const { ETag = '' } = await s3.send(new PutObjectCommand({ ...at, Body: 'x' }));
    expect((await s3.send(new GetObjectCommand({ ...at, IfMatch: ETag }))).ContentLength).toBe(1);
    await expect(s3.send(new GetObjectCommand({ ...at, IfMatch: '"other"' }))).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(s3.send(new HeadObjectCommand({ ...at, IfNoneMatch: ETag }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
  });

  test('keep the header fields they were put with, unless a read asks for others', async () => {
    const fields = {
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a.txt"',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      ContentType: 'text/plain',
      ExpiresString: 'Wed, 21 Oct 2037 07:28:00 GMT',
    };
    const { ExpiresString, ...given } = fields;
    const at = { Bucket: 'shelf', Key: 'fields' };
    // A stream is sent as `aws-chunked`, which is no coding of the object.
    const bytes = gzipSync('text');
    const Body = Readable.from([bytes]);
    const Expires = new Date(ExpiresString);
    await s3.send(new PutObjectCommand({ ...at, ...given, Expires, Body, ContentLength: bytes.length }));
    expect(await s3.send(new HeadObjectCommand(at))).toMatchObject(fields);
    const asked = { ResponseContentType: 'text/html', ResponseCacheControl: 'no-store' };
    const got = await s3.send(new GetObjectCommand({ ...at, ...asked }));
    expect(got).toMatchObject({ ...fields, ContentType: 'text/html', CacheControl: 'no-store' });
    await expect(s3.send(new GetObjectCommand({ ...at, ResponseContentType: 'a\r\nb: c' }))).rejects.toMatchObject({
      name: 'InvalidArgument',
    });

    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...at, CacheControl: 'no-cache' }));
    const { ETag } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'text' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }));
    expect((await s3.send(new HeadObjectCommand(at))).CacheControl).toBe('no-cache');
  });

  test('are listed as in folders, by a delimiter', async () => {
    const Bucket = 'folders';
    await s3.send(new CreateBucketCommand({ Bucket }));
    for (const Key of ['a/1', 'a/2', 'a/b/3', 'c', 'd/4'])
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const list = async (given: object) => {
      const { Contents = [], CommonPrefixes = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket, Delimiter: '/', ...given }),
      );
      return [CommonPrefixes.map(({ Prefix }) => Prefix), Contents.map(({ Key }) => Key)];
    };
    expect(await list({})).toEqual([['a/', 'd/'], ['c']]);
    expect(await list({ Prefix: 'a/' })).toEqual([['a/b/'], ['a/1', 'a/2']]);
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  test('that are not there are told apart from buckets that are not there', async () => {
    const get = (Bucket: string) => s3.send(new GetObjectCommand({ Bucket, Key: 'nothing' }));
    await expect(get('shelf')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(get('nowhere')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  test('are not made by what is no operation here', async () => {
    const answer = await fetch(`${platform.url}/shelf/k?acl`, {
      method: 'PUT',
      headers: signedHeaders('s3'),
    });
    expect([answer.status, parseXml(await answer.text()).value]).toMatchObject([
      404,
      { Code: 'UnknownOperationException', Message: 's3 PutObjectAcl is not implemented by the local platform' },
    ]);
  });
});

describe('an upload in parts', () => {
  const at = { Bucket: 'shelf', Key: 'parts' };
  const parts = [Buffer.alloc(5 * 1024 * 1024, 1), Buffer.from('the rest')];

  async function upload(bodies: readonly Buffer[]): Promise<{
    UploadId: string;
    Parts: { PartNumber: number; ETag: string; ChecksumSHA256: string }[];
  }> {
    const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }));
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1;
      const ChecksumSHA256 = sha256(Body);
      const { ETag = '' } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body, ChecksumSHA256 }));
      Parts.push({ PartNumber, ETag, ChecksumSHA256 });
    }
    return { UploadId, Parts };
  }

  test('becomes an object when it is completed', async () => {
    const { UploadId, Parts } = await upload(parts);
    expect((await s3.send(new ListPartsCommand({ ...at, UploadId }))).Parts).toHaveLength(2);
    await expect(s3.send(new HeadObjectCommand(at))).rejects.toMatchObject({ name: 'NotFound' });
    const done = await s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
    const sums = Buffer.concat(Parts.map(({ ChecksumSHA256 }) => Buffer.from(ChecksumSHA256, 'base64')));
    expect(done.ChecksumSHA256).toBe(`${sha256(sums)}-2`);
    const head = await s3.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
    expect(head.ChecksumSHA256).toBe(done.ChecksumSHA256);
    expect((await read(at.Bucket, at.Key)).equals(Buffer.concat(parts))).toBe(true);
  });

  test('is nothing when it is aborted, and takes only the parts it has', async () => {
    const { UploadId, Parts } = await upload([Buffer.from('small'), Buffer.from('and smaller')]);
    const complete = (list: typeof Parts) =>
      s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: list } }));
    await expect(complete(Parts.toReversed())).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete(Parts.map((part) => ({ ...part, ETag: '"0"' })))).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(complete(Parts)).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await s3.send(new AbortMultipartUploadCommand({ ...at, UploadId }));
    await expect(complete(Parts)).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket: 'shelf' }))).Uploads ?? []).toEqual([]);
  });
});

test('Lambda takes its code from a bucket', async () => {
  const zip = makeZip({ 'index.js': '' });
  await s3.send(new PutObjectCommand({ Bucket: 'shelf', Key: 'app/code.zip', Body: zip }));
  await createRole(platform);
  const create = (S3Key: string) => createFunction(platform, { Code: { S3Bucket: 'shelf', S3Key } });
  await expect(create('no/such.zip')).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: expect.stringMatching(/^Error occurred while GetObject\. S3 Error Code: NoSuchKey\./),
  });
  expect((await create('app/code.zip')).CodeSha256).toBe(sha256(zip));
});

test('a restart keeps every object', async () => {
  const dir = platform.dir;
  platform = await platform.restart();
  s3.destroy();
  s3 = client();
  await platform.store.collect();
  expect(platform.dir).toBe(dir);
  expect((await read('shelf', 'sum')).toString()).toBe('some bytessome bytes');
});

describe('XML', () => {
  test('is elements and text', () => {
    expect(
      parseXml('<?xml version="1.0"?><!-- c --><a x="1"><b>1 &amp; &#x41;</b><b><![CDATA[<]]></b><c/></a>'),
    ).toEqual({
      name: 'a',
      value: { b: ['1 & A', '<'], c: '' },
    });
  });

  test.each([
    '<a>',
    '<a></b>',
    '',
    'text',
    '<a/><b/>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    '<a>&#x110000;</a>',
  ])('%s is refused', (text) => {
    expect(() => parseXml(text)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  });
});
