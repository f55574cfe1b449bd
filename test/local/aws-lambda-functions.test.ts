import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFunction, createRole, functionInput, publishVersions } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { makeZip } from '../fakes/zip.ts';

const FunctionName = 'app';
const arn = 'arn:aws:lambda:us-east-1:000000000000:function:app';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
  await createRole(platform);
});
afterEach(() => platform.stop());

describe('GetFunction', () => {
  test('shows configuration, tags and where the code is', async () => {
    await createFunction(platform, { Tags: { up: 'yes' } });
    const { Configuration, Code, Tags } = await platform.lambda.send(new GetFunctionCommand({ FunctionName }));
    expect(Configuration).toMatchObject({ FunctionName, FunctionArn: arn, State: 'Active' });
    expect(Tags).toEqual({ up: 'yes' });
    const download = await fetch(Code?.Location ?? '');
    expect(download.headers.get('content-type')).toBe('application/zip');
    expect(Buffer.from(await download.arrayBuffer())).toEqual(makeZip({ 'index.js': 'one' }));
    const code = platform.store.code(Configuration?.CodeSha256 ?? '');
    expect(await readFile(join(code, 'index.js'), 'utf8')).toBe('one');
  });

  test.each([
    'app',
    'function:app',
    '000000000000:function:app',
    'arn:aws:lambda:us-east-1:000000000000:function:app',
    'arn:aws:lambda:eu-west-1:000000000000:function:app',
  ])('takes the name %s', async (name) => {
    await createFunction(platform);
    const answer = await platform.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    expect(answer).toMatchObject({ FunctionName, FunctionArn: arn });
  });

  test('takes a qualifier in the name or beside it, not two different ones', async () => {
    await createFunction(platform);
    await publishVersions(platform, 1);
    for (const input of [{ FunctionName: 'app:1' }, { FunctionName: `${arn}:1` }, { FunctionName, Qualifier: '1' }])
      expect(await platform.lambda.send(new GetFunctionConfigurationCommand(input))).toMatchObject({
        Version: '1',
        FunctionArn: `${arn}:1`,
      });
    const latest = new GetFunctionConfigurationCommand({ FunctionName, Qualifier: '$LATEST' });
    expect(await platform.lambda.send(latest)).toMatchObject({ Version: '$LATEST', FunctionArn: `${arn}:$LATEST` });
    const both = new GetFunctionCommand({ FunctionName: 'app:1', Qualifier: '2' });
    await expect(platform.lambda.send(both)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  test.each([
    [{ FunctionName: 'none' }, `Function not found: ${arn.replace('app', 'none')}`],
    [{ FunctionName: 'constructor' }, `Function not found: ${arn.replace('app', 'constructor')}`],
    [{ FunctionName: 'app', Qualifier: '7' }, `Function not found: ${arn}:7`],
    [{ FunctionName: 'app', Qualifier: 'live' }, `Cannot find alias arn: ${arn}:live`],
    [{ FunctionName: '123456789012:function:app' }, 'Function not found: 123456789012:function:app'],
  ])('of %j is ResourceNotFoundException', async (input, message) => {
    await createFunction(platform);
    await expect(platform.lambda.send(new GetFunctionCommand(input))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message,
      Type: 'User',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('satisfies the SDK waiters', async () => {
    await createFunction(platform);
    const wait = { client: platform.lambda, maxWaitTime: 10 };
    await waitUntilFunctionActiveV2(wait, { FunctionName });
    await waitUntilFunctionUpdatedV2(wait, { FunctionName });
  });
});

describe('updates', () => {
  test('of the code change hash, size and RevisionId', async () => {
    const before = await createFunction(platform);
    const ZipFile = makeZip({ 'index.js': 'two, longer' });
    const after = await platform.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Architectures: ['arm64'] }),
    );
    expect(after).toMatchObject({ CodeSize: ZipFile.length, Architectures: ['arm64'], Handler: before.Handler });
    expect(after.CodeSha256).not.toBe(before.CodeSha256);
    expect(after.RevisionId).not.toBe(before.RevisionId);
    expect(platform.engine.refreshed).toEqual([FunctionName, FunctionName]);
  });

  test('of the code with DryRun change nothing', async () => {
    const before = await createFunction(platform);
    const ZipFile = makeZip({ 'index.js': 'two' });
    const dry = await platform.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, DryRun: true }));
    expect(dry.CodeSha256).not.toBe(before.CodeSha256);
    const after = await platform.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    expect(after).toMatchObject({ CodeSha256: before.CodeSha256, RevisionId: before.RevisionId });
  });

  test('of the configuration leave out what they do not name', async () => {
    await createFunction(platform, { Environment: { Variables: { AA: '1', BB: '2' } }, Timeout: 30 });
    const change = (input: object) =>
      platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...input }));
    expect(await change({ MemorySize: 256 })).toMatchObject({
      Timeout: 30,
      Environment: { Variables: { AA: '1', BB: '2' } },
    });
    expect((await change({ Environment: { Variables: { CC: '3' } } })).Environment).toEqual({ Variables: { CC: '3' } });
    expect((await change({ Environment: {} })).Environment).toBeUndefined();
    await expect(change({ Role: 'arn:aws:iam::000000000000:role/none' })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  test('with an old RevisionId are refused', async () => {
    const { RevisionId } = await createFunction(platform);
    await platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, RevisionId, Timeout: 10 }));
    const stale = { FunctionName, RevisionId };
    const failed = { name: 'PreconditionFailedException', $metadata: { httpStatusCode: 412 } };
    await expect(platform.lambda.send(new UpdateFunctionConfigurationCommand(stale))).rejects.toMatchObject(failed);
    const code = new UpdateFunctionCodeCommand({ ...stale, ZipFile: makeZip({ a: 'b' }) });
    await expect(platform.lambda.send(code)).rejects.toMatchObject(failed);
  });

  test('at the same time with one RevisionId: one wins', async () => {
    const { RevisionId } = await createFunction(platform);
    const attempts = Array.from({ length: 10 }, (_, index) =>
      platform.lambda.send(
        new UpdateFunctionCodeCommand({ FunctionName, RevisionId, ZipFile: makeZip({ 'index.js': `${index}` }) }),
      ),
    );
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('at the same time to different members are all kept', async () => {
    await createFunction(platform);
    const zip = makeZip({ 'index.js': 'two' });
    await Promise.all([
      platform.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip })),
      platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: arn, Timeout: 20 })),
      platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 1024 })),
    ]);
    expect(await platform.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).toMatchObject({
      CodeSize: zip.length,
      CodeSha256: createHash('sha256').update(zip).digest('base64'),
      Timeout: 20,
      MemorySize: 1024,
    });
  });

  test('of no function are ResourceNotFoundException, and of a version refused', async () => {
    const none = new UpdateFunctionConfigurationCommand({ FunctionName: 'none' });
    await expect(platform.lambda.send(none)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await createFunction(platform, { Publish: true });
    const version = new UpdateFunctionConfigurationCommand({ FunctionName: 'app:1' });
    await expect(platform.lambda.send(version)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });
});

describe('lists', () => {
  test('ListFunctions comes in pages, by name', async () => {
    for (const name of ['c', 'a', 'b']) await createFunction(platform, { FunctionName: name });
    const first = await platform.lambda.send(new ListFunctionsCommand({ MaxItems: 2 }));
    const second = await platform.lambda.send(new ListFunctionsCommand({ MaxItems: 2, Marker: first.NextMarker }));
    expect([first, second].map(({ Functions }) => Functions?.map((fn) => fn.FunctionName))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
    expect(second.NextMarker).toBeUndefined();
    expect(first.Functions?.[0]?.State).toBeUndefined();
  });

  test('ListFunctions of ALL versions names each', async () => {
    await createFunction(platform, { Publish: true });
    const { Functions } = await platform.lambda.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }));
    expect(Functions?.map((fn) => fn.FunctionArn)).toEqual([`${arn}:$LATEST`, `${arn}:1`]);
  });

  test('GetAccountSettings counts functions and code', async () => {
    const { CodeSize } = await createFunction(platform, { Publish: true });
    const { AccountLimit, AccountUsage } = await platform.lambda.send(new GetAccountSettingsCommand({}));
    expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 1000, CodeSizeUnzipped: 262_144_000 });
    expect(AccountUsage).toEqual({ FunctionCount: 1, TotalCodeSize: 2 * CodeSize! });
  });
});

test('DeleteFunction removes the function and leaves its logs', async () => {
  await createFunction(platform);
  platform.logs.put('/aws/lambda/app', 's', [{ timestamp: 1, message: 'x' }]);
  const { $metadata } = await platform.lambda.send(new DeleteFunctionCommand({ FunctionName }));
  expect($metadata.httpStatusCode).toBe(204);
  await expect(platform.lambda.send(new GetFunctionCommand({ FunctionName }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(platform.lambda.send(new DeleteFunctionCommand({ FunctionName }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  expect(platform.logs.filter({ logGroupName: '/aws/lambda/app' }).events).toHaveLength(1);
  expect(platform.engine.refreshed).toEqual([FunctionName, FunctionName]);
});

test('tags go by ARN', async () => {
  await createFunction(platform, { Tags: { a: '1' } });
  await platform.lambda.send(new TagResourceCommand({ Resource: arn, Tags: { b: '2', c: '3' } }));
  await platform.lambda.send(new UntagResourceCommand({ Resource: arn, TagKeys: ['a', 'c'] }));
  expect((await platform.lambda.send(new ListTagsCommand({ Resource: arn }))).Tags).toEqual({ b: '2' });
  await expect(platform.lambda.send(new ListTagsCommand({ Resource: `${arn}:1` }))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
});

test('functions survive a restart, code and all', async () => {
  await createFunction(platform, { ...functionInput(), Publish: true, Tags: { up: 'yes' } });
  const { $metadata: _, Code, ...before } = await platform.lambda.send(new GetFunctionCommand({ FunctionName }));
  platform = await platform.restart();
  const { $metadata: __, Code: code, ...after } = await platform.lambda.send(new GetFunctionCommand({ FunctionName }));
  expect(after).toEqual(before);
  expect((await fetch(code?.Location ?? '')).status).toBe(200);
  expect(Code?.Location).not.toBe(code?.Location);
});
