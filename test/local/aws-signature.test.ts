/** Signature Version 4: its form and its time are checked, and the signature itself where the secret is known. */
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand, ListTagsCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownCredentials } from '../../local/aws/identity.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { signedHeaders } from '../support/signature.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

const minute = 60_000;
const good = signedHeaders('lambda');

describe('a signature', () => {
  test.each<[string, Record<string, string>, number, string]>([
    ['without a time', { authorization: good.authorization }, 400, 'IncompleteSignatureException'],
    [
      'at a time that never was',
      {
        ...good,
        'x-amz-date': '20261399T999999Z',
        authorization: good.authorization.replace(/ANY\/\d+/, 'ANY/20261399'),
      },
      400,
      'IncompleteSignatureException',
    ],
    [
      'that lacks its last part',
      { ...good, authorization: good.authorization.replace(/, Signature.*/, '') },
      400,
      'IncompleteSignatureException',
    ],
    [
      'of another day than its time',
      { ...good, authorization: good.authorization.replace(/ANY\/\d+/, 'ANY/20260101') },
      403,
      'InvalidSignatureException',
    ],
    [
      'that does not cover the host',
      { ...good, authorization: good.authorization.replace('host;', '') },
      403,
      'InvalidSignatureException',
    ],
  ])('%s is refused', async (_title, headers, status, name) => {
    const res = await fetch(`${platform.url}/2015-03-31/functions`, { headers });
    expect([res.status, res.headers.get('x-amzn-errortype')]).toEqual([status, name]);
  });

  test.each([
    ['expired', -6 * minute, /^Signature expired: \d{8}T\d{6}Z is now earlier than .* - 5 min\.\)$/],
    ['not yet current', 6 * minute, /^Signature not yet current: .* \+ 5 min\.\)$/],
  ])('is %s five minutes off', async (_title, systemClockOffset, message) => {
    const settings = { endpoint: platform.url, region: 'us-east-1', maxAttempts: 1, credentials: any };
    const lambda = new LambdaClient({ ...settings, systemClockOffset });
    await expect(lambda.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringMatching(message),
    });
  });
});

const any = { accessKeyId: 'ANY', secretAccessKey: 'whatever' };

describe('the credentials of the platform itself', () => {
  const right = { region: 'us-east-1', maxAttempts: 1, credentials: ownCredentials };
  const wrong = { ...right, credentials: { ...ownCredentials, secretAccessKey: 'guessed' } };

  test('sign paths, queries, headers and bodies as AWS reads them', async () => {
    const endpoint = platform.url;
    const lambda = new LambdaClient({ ...right, endpoint });
    const listed = lambda.send(new ListFunctionsCommand({ MaxItems: 3, Marker: "a b+c/d(e)'*~" }));
    await expect(listed).rejects.toMatchObject({ message: 'The specified marker is invalid.' });
    // Its path is encoded on the wire, and once more for the signature.
    const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:none';
    await expect(lambda.send(new ListTagsCommand({ Resource }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(
      new IAMClient({ ...right, endpoint }).send(new GetRoleCommand({ RoleName: 'ü' })),
    ).rejects.toMatchObject({ name: expect.stringMatching(/NoSuchEntity|ValidationError/) });
    const s3 = new S3Client({ ...right, endpoint, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'signed' }));
    await s3.send(new PutObjectCommand({ Bucket: 'signed', Key: 'a b/c+d=e', Body: 'bytes', Metadata: { k: 'v' } }));
  });

  test.each([
    [
      'Lambda',
      (endpoint: string) => new LambdaClient({ ...wrong, endpoint }).send(new ListFunctionsCommand({})),
      'InvalidSignatureException',
    ],
    [
      'IAM',
      (endpoint: string) => new IAMClient({ ...wrong, endpoint }).send(new GetRoleCommand({ RoleName: 'a' })),
      'SignatureDoesNotMatch',
    ],
    [
      'S3',
      (endpoint: string) =>
        new S3Client({ ...wrong, endpoint, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'guessed' })),
      'SignatureDoesNotMatch',
    ],
  ])('with another secret are refused in the words of %s', async (_service, send, name) => {
    await expect(send(platform.url)).rejects.toMatchObject({
      name,
      message: expect.stringContaining('does not match the signature you provided'),
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('other credentials may have any secret', async () => {
    const lambda = new LambdaClient({ ...right, endpoint: platform.url, credentials: any });
    expect((await lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
  });
});
