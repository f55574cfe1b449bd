/** Packages that are too large for a request, on their way to the local platform through its S3. */
import { createHash, randomBytes } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyStep, createOutputs } from '../../cli/aws/apply.ts';
import { upload } from '../../cli/aws/artifacts/upload.ts';
import type { Clients } from '../../cli/aws/clients.ts';
import { fromAwsError } from '../../cli/aws/errors.ts';
import type { Step } from '../../cli/aws/model.ts';
import { plan } from '../../cli/aws/plan.ts';
import {
  artifactSpec,
  codeOf,
  listArtifacts,
  maxDirectBytes,
  readArtifact,
  removeArtifacts,
} from '../../cli/aws/resources/artifact.ts';
import { createSpec, type Spec } from '../../cli/aws/spec.ts';
import { readWorld } from '../../cli/aws/world.ts';
import { parseConfig, resolveStage } from '../../config/index.ts';
import { AwsError } from '../../local/aws/error.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { makeZip } from '../fakes/zip.ts';
import { clientsOf } from '../support/deploys.ts';

const identity = { account: '000000000000', region: 'us-east-1' };
const Bucket = 'up-000000000000-us-east-1';

const zip = makeZip({ 'index.js': '' });
const sha256 = createHash('sha256').update(zip).digest('base64');
const Key = `shop/${Buffer.from(sha256, 'base64').toString('hex')}.zip`;

/** What a deploy of this package wants, as if no request could hold it. */
function wanted(): Spec {
  const { config } = parseConfig(JSON.stringify({ name: 'shop' }), { file: 'up.json' });
  const commit = { commit: 'abc1234', author: 'Ada', message: 'Begin' };
  const spec = createSpec(resolveStage(config, 'staging'), { zip, sha256 }, commit, identity, null);
  return { ...spec, artifact: { bucket: Bucket, key: Key } };
}

let platform: Platform;
let clients: Clients;
let refuse: (operation: string) => void;

beforeEach(async () => {
  refuse = () => {};
  platform = await startPlatform({ onCall: (_service, operation) => refuse(operation) });
  clients = { ...clientsOf(platform), s3: async () => platform.s3 };
});
afterEach(() => platform.stop());

/** Applies the steps of a plan up to the function; gives the work that was done. */
async function deploy(spec: Spec): Promise<{ work: string[] }> {
  const world = await readWorld(clients, spec);
  const context = { clients, spec, world, outputs: createOutputs(spec, world), say: () => {} };
  const upToFunction = plan(spec, world).filter(({ type }) => !/version|alias|api|permission/.test(type));
  for (const step of upToFunction) await applyStep(context, step);
  return { work: upToFunction.filter(({ action }) => action !== 'keep').map(describeStep) };
}

function describeStep({ type, action }: Step): string {
  return `${action} ${type}`;
}

function s3Calls(): string[] {
  return platform.calls.filter((call) => call.startsWith('s3 ')).map((call) => call.slice(3));
}

describe('a package', () => {
  test('that a request can hold goes with it, and is no resource', () => {
    const small = { zip: new Uint8Array(maxDirectBytes), sha256 };
    expect(artifactSpec('shop', small, identity)).toBeNull();
    const { artifact, ...rest } = wanted();
    expect(codeOf({ ...rest, artifact: null })).toEqual({ ZipFile: zip });
    const large = { zip: new Uint8Array(maxDirectBytes + 1), sha256 };
    expect(artifactSpec('shop', large, identity)).toEqual(artifact);
  });

  test('that it cannot hold goes to a bucket, and Lambda takes it from there', async () => {
    expect((await deploy(wanted())).work).toEqual([
      'create role',
      'create log group',
      'create artifact',
      'create function',
    ]);
    expect(platform.store.state.functions.shop?.latest.CodeSha256).toBe(sha256);
    const { TagSet } = await platform.s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
    expect(TagSet).toEqual([{ Key: 'up:app', Value: 'shop' }]);
  });

  test('that goes with the request is told of, piece by piece, and arrives whole', async () => {
    const large = makeZip({ 'index.js': randomBytes(1024 * 1024).toString('base64') });
    const code = { zip: large, sha256: createHash('sha256').update(large).digest('base64') };
    const spec = { ...wanted(), artifact: null };
    await deploy(spec);
    const world = await readWorld(clients, { ...spec, code });
    const said: number[] = [];
    const say = (_text: string, done = Number.NaN) => said.push(done);
    const context = { clients, spec: { ...spec, code }, world, outputs: createOutputs(spec, world), say };
    for (const step of plan(context.spec, world).filter(({ type }) => type === 'function'))
      await applyStep(context, step);
    expect(platform.store.state.functions.shop?.latest.CodeSha256).toBe(code.sha256);
    expect([said.length > 10, said[0], said.at(-1)]).toEqual([true, 0, 1]);
    expect(said).toEqual(said.toSorted((a, b) => a - b));
  });

  test('goes in parts and tells how far it is', async () => {
    const large = randomBytes(9 * 1024 * 1024);
    const said: [text: string, done?: number | undefined][] = [];
    await platform.s3.send(new CreateBucketCommand({ Bucket }));
    const place = { Bucket, ExpectedBucketOwner: identity.account };
    await upload(platform.s3, { place, key: Key, zip: large, app: 'shop', say: (...what) => said.push(what) });
    expect(new Set(said.map(([text]) => text))).toEqual(new Set(['uploading 9.4 MB']));
    expect([said.length, said[0]?.[1], said.at(-1)?.[1]]).toEqual([3, 0, 1]);
    expect(await readArtifact(clients, wanted())).toEqual({ checksum: expect.stringMatching(/-2$/) });
    const { Body } = await platform.s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(large.equals((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(true);
  });

  test('that is there already is not sent again, and one with other content is', async () => {
    await deploy(wanted());
    platform.calls.length = 0;
    const next = { ...wanted(), fn: { ...wanted().fn, Architecture: 'arm64' as const } };
    expect((await deploy(next)).work).toEqual(['update function']);
    expect(s3Calls()).toEqual(['HeadObject']);
    await platform.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'torn' }));
    expect((await deploy(wanted())).work).toEqual(['update artifact', 'update function']);
    expect(platform.store.state.functions.shop?.latest.CodeSha256).toBe(sha256);
  });
});

describe('the bucket', () => {
  test('is private, encrypted, tagged, and clears away what was broken off', async () => {
    await deploy(wanted());
    const ask = { Bucket, ExpectedBucketOwner: identity.account };
    const [access, encryption, lifecycle, tags] = await Promise.all([
      platform.s3.send(new GetPublicAccessBlockCommand(ask)),
      platform.s3.send(new GetBucketEncryptionCommand(ask)),
      platform.s3.send(new GetBucketLifecycleConfigurationCommand(ask)),
      platform.s3.send(new GetBucketTaggingCommand(ask)),
    ]);
    expect(Object.values(access.PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
    expect(lifecycle.Rules).toMatchObject([{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }]);
    expect(tags.TagSet).toEqual([{ Key: 'up:bucket', Value: 'artifacts' }]);
  });

  test('that does not carry our tag is not touched', async () => {
    await platform.s3.send(new CreateBucketCommand({ Bucket }));
    await expect(deploy(wanted())).rejects.toMatchObject({ code: 'UP_NOT_OURS' });
    expect((await platform.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  test('of another account is not touched', async () => {
    const other = { ...wanted(), identity: { ...identity, account: '111111111111' } };
    await platform.s3.send(new CreateBucketCommand({ Bucket: 'up-111111111111-us-east-1' }));
    await expect(deploy(other)).rejects.toMatchObject({ code: 'UP_NOT_OURS' });
  });
});

describe('an upload', () => {
  test.each([
    'UploadPart',
    'CompleteMultipartUpload',
  ])('that is refused at %s leaves no parts behind, and the next one is whole', async (broken) => {
    refuse = (operation) => {
      if (operation === broken) throw new AwsError('AccessDenied', 'Access Denied');
    };
    const error = await deploy(wanted()).catch((thrown: unknown) => thrown);
    expect(fromAwsError(error)).toMatchObject({ code: 'UP_AWS_DENIED' });
    expect((await platform.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
    refuse = () => {};
    expect((await deploy(wanted())).work).toEqual(['create artifact', 'create function']);
  });

  test('whose completion took effect, but whose answer was lost, is done', async () => {
    let lost = 0;
    platform.s3.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName !== 'CompleteMultipartUploadCommand' || lost++ > 0) return answer;
          throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        },
      { step: 'initialize' },
    );
    expect((await deploy(wanted())).work).toContain('create function');
    expect(lost).toBe(1);
  });
});

describe('artifacts', () => {
  const of = { app: 'shop', identity };

  test('are listed by app and removed, and the bucket with the last of them', async () => {
    await deploy(wanted());
    await platform.s3.send(new PutObjectCommand({ Bucket, Key: 'shop/notes.txt', Body: 'mine' }));
    await platform.s3.send(new PutObjectCommand({ Bucket, Key: Key.replace('shop/', 'shop-2/'), Body: 'x' }));
    const found = await listArtifacts(clients, of);
    expect(found).toEqual([{ key: Key, sha256, size: zip.length }]);
    await removeArtifacts(clients, of, found);
    await removeArtifacts(clients, of, found);
    const { Contents = [] } = await platform.s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents.map((object) => object.Key)).toEqual([Key.replace('shop/', 'shop-2/'), 'shop/notes.txt']);
    const Objects = Contents.map((object) => ({ Key: object.Key }));
    await platform.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    await removeArtifacts(clients, of, found);
    await expect(platform.s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' });
    await removeArtifacts(clients, of, found);
    expect(await listArtifacts(clients, of)).toEqual([]);
  });

  test('in a bucket that is not ours stay', async () => {
    await deploy(wanted());
    const found = await listArtifacts(clients, of);
    await platform.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }));
    await platform.s3.send(new DeleteBucketCommand({ Bucket }));
    await platform.s3.send(new CreateBucketCommand({ Bucket }));
    await platform.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'theirs' }));
    await expect(removeArtifacts(clients, of, found)).rejects.toMatchObject({ code: 'UP_NOT_OURS' });
    expect((await platform.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
  });
});
