/** A package that is too large for a request: it goes to Lambda by way of a bucket. */
import { createHash, randomBytes } from 'node:crypto';
import { expect, require } from '../check.mjs';
import { account, codeCalls, openApp } from './bench.mjs';
import { leftOf } from './left.mjs';

const Bucket = `up-${account}-us-east-1`;
const mebibytes = 41;

/** Calls that are not of S3's uploads of parts, whose order is nobody's. */
const withoutParts = (calls) => calls.filter((one) => one !== 'UploadPart');

export async function largePackage(bench) {
  const { check, read } = bench;
  const app = await openApp(bench, 'packed');
  app.write('large.bin', randomBytes(mebibytes * 1024 * 1024));
  const objects = async () => (await read('s3', 'ListObjectsV2', { Bucket })).Contents ?? [];
  const sha256 = async () => (await read('lambda', 'GetFunction', { FunctionName: 'packed' })).Configuration.CodeSha256;
  const keyOf = (sha) => `packed/${Buffer.from(sha, 'base64').toString('hex')}.zip`;

  await check.case('bucket: a first deploy makes the bucket, uploads, and hands the key to Lambda', async () => {
    const { changing } = await app.deploy();
    const settings = ['PutPublicAccessBlock', 'PutBucketEncryption', 'PutBucketLifecycleConfiguration'];
    const upload = ['CreateMultipartUpload', 'CompleteMultipartUpload'];
    const found = withoutParts(changing).slice(4, 11);
    expect(found, ['CreateBucket', ...settings, ...upload, 'CreateFunction'], 'changing calls');
    expect(changing.length - withoutParts(changing).length, Math.ceil(mebibytes / 8), 'parts');
  });

  await check.case('bucket: boto3 finds the bucket private, encrypted and tagged', async () => {
    const { TagSet } = await read('s3', 'GetBucketTagging', { Bucket });
    expect(TagSet, [{ Key: 'up:bucket', Value: 'artifacts' }], 'tags');
    const { PublicAccessBlockConfiguration } = await read('s3', 'GetPublicAccessBlock', { Bucket });
    require(Object.values(PublicAccessBlockConfiguration).every(Boolean), 'it may be public');
    const { ServerSideEncryptionConfiguration } = await read('s3', 'GetBucketEncryption', { Bucket });
    const [{ ApplyServerSideEncryptionByDefault }] = ServerSideEncryptionConfiguration.Rules;
    expect(ApplyServerSideEncryptionByDefault.SSEAlgorithm, 'AES256', 'encryption');
    const { Rules } = await read('s3', 'GetBucketLifecycleConfiguration', { Bucket });
    expect(Rules[0].AbortIncompleteMultipartUpload, { DaysAfterInitiation: 1 }, 'lifecycle');
  });

  await check.case('bucket: boto3 finds the package, tagged, and Lambda has the same bytes', async () => {
    const [{ Key }, ...others] = await objects();
    expect([Key, others.length], [keyOf(await sha256()), 0], 'objects');
    const { TagSet } = await read('s3', 'GetObjectTagging', { Bucket, Key });
    expect(TagSet, [{ Key: 'up:app', Value: 'packed' }], 'tags');
    const zip = Buffer.from(await (await fetch(`${bench.moto.url}/${Bucket}/${Key}`)).arrayBuffer());
    expect(createHash('sha256').update(zip).digest('base64'), await sha256(), 'bytes');
  });

  await check.case('bucket: a second deploy makes no changing call', async () => {
    expect((await app.deploy()).changing, [], 'changing calls');
  });

  await check.case('bucket: new code is uploaded beside the old, and goes live', async () => {
    app.changeCode();
    const { changing } = await app.deploy();
    const upload = ['CreateMultipartUpload', 'CompleteMultipartUpload'];
    require(!changing.includes('CreateBucket'), 'the bucket was made again');
    const found = withoutParts(changing).filter((one) => !/^PutBucket|^PutPublic/.test(one));
    expect(found, [...upload, ...codeCalls], 'changing calls');
    const keys = (await objects()).map(({ Key }) => Key);
    require(keys.length === 2 && keys.includes(keyOf(await sha256())), `objects ${keys}`);
  });

  await check.case('bucket: up promote has the package from Lambda, and uploads nothing', async () => {
    const { changing } = await app.run(['promote', 'staging', 'production'], { answers: true });
    expect(changing.slice(0, 3), ['UpdateFunctionConfiguration', 'PublishVersion', 'Invoke'], 'changing calls');
    require(!changing.includes('CreateMultipartUpload'), 'it was uploaded again');
    const { CodeSha256 } = await read('lambda', 'GetFunctionConfiguration', {
      FunctionName: 'packed',
      Qualifier: 'production',
    });
    expect(CodeSha256, await sha256(), 'code');
    await app.run(['delete', 'production', '-y']);
  });

  await check.case('bucket: small again, it goes with the request, and up prune takes old packages away', async () => {
    app.remove('large.bin');
    const wanted = ['UpdateFunctionConfiguration', ...codeCalls];
    expect((await app.deploy()).changing, wanted, 'changing calls');
    app.changeCode();
    await app.deploy();
    const { changing } = await app.run(['prune', '--retain', '1', '-y']);
    require(changing.includes('DeleteObjects'), `changing calls: ${changing}`);
    require(changing.includes('DeleteBucket'), `changing calls: ${changing}`);
    expect(
      (await leftOf(bench, '')).filter((one) => /^(?:bucket|object) /.test(one)),
      [],
      'left',
    );
  });

  await check.case('bucket: up delete leaves nothing', async () => {
    await app.run(['delete', '-y']);
    expect(await leftOf(bench, 'packed'), [], 'left');
  });
}
