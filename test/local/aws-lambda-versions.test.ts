import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFunction, createRole, publishVersions } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { makeZip } from '../fakes/zip.ts';

const FunctionName = 'app';
const arn = 'arn:aws:lambda:us-east-1:000000000000:function:app';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
  await createRole(platform);
  await createFunction(platform);
});
afterEach(() => platform.stop());

function publish(input: object = {}) {
  return platform.lambda.send(new PublishVersionCommand({ FunctionName, ...input }));
}

describe('versions', () => {
  test('are numbered from 1 and do not change with $LATEST', async () => {
    const first = await publish({ Description: 'release' });
    expect(first).toMatchObject({ Version: '1', FunctionArn: `${arn}:1`, Description: 'release', State: 'Active' });
    await platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 60 }));
    await platform.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: makeZip({ a: 'b' }) }));
    expect(await publish()).toMatchObject({ Version: '2', Timeout: 60 });
    const again = await platform.lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: '1' }));
    expect(again).toMatchObject({ Timeout: 3, CodeSha256: first.CodeSha256, RevisionId: first.RevisionId });
  });

  test('are not published twice for the same code and configuration', async () => {
    expect(await publish({ Description: 'one' })).toMatchObject({ Version: '1' });
    expect(await publish({ Description: 'two' })).toMatchObject({ Version: '1', Description: 'one' });
    await platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'changed' }));
    expect(await publish()).toMatchObject({ Version: '2', Description: 'changed' });
  });

  test('never take a number twice', async () => {
    await publishVersions(platform, 2);
    await platform.lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '2' }));
    expect(await publish()).toMatchObject({ Version: '3' });
  });

  test('published at once are one', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => publish()));
    expect(new Set(all.map(({ Version }) => Version))).toEqual(new Set(['1']));
  });

  test('are guarded by CodeSha256 and RevisionId', async () => {
    await expect(publish({ CodeSha256: 'abc=' })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('is different from current CodeSHA256 in $LATEST'),
    });
    await expect(publish({ RevisionId: 'old' })).rejects.toMatchObject({ name: 'PreconditionFailedException' });
    const { CodeSha256, RevisionId } = await platform.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    expect(await publish({ CodeSha256, RevisionId })).toMatchObject({ Version: '1' });
  });

  test('are published with an update of the code', async () => {
    const ZipFile = makeZip({ a: 'b' });
    const answer = await platform.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true }));
    expect(answer).toMatchObject({ Version: '1', FunctionArn: `${arn}:1` });
  });

  test('are listed in pages, $LATEST first', async () => {
    await publishVersions(platform, 11);
    const list = (input: object) => platform.lambda.send(new ListVersionsByFunctionCommand({ FunctionName, ...input }));
    const { Versions } = await list({});
    expect(Versions?.map(({ Version }) => Version)).toEqual([
      '$LATEST',
      ...Array.from({ length: 11 }, (_, n) => `${n + 1}`),
    ]);
    const first = await list({ MaxItems: 10 });
    const second = await list({ MaxItems: 10, Marker: first.NextMarker });
    expect(second.Versions?.map(({ Version }) => Version)).toEqual(['10', '11']);
    await expect(list({ Marker: 'no marker!' })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  test('are deleted one by one, but neither $LATEST nor one that an alias needs', async () => {
    await publishVersions(platform, 3);
    const alias = {
      FunctionName,
      Name: 'live',
      FunctionVersion: '1',
      RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } },
    };
    await platform.lambda.send(new CreateAliasCommand(alias));
    const remove = (Qualifier: string) => platform.lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier }));
    for (const used of ['1', '2'])
      await expect(remove(used)).rejects.toMatchObject({
        name: 'ResourceConflictException',
        message: expect.stringContaining('[live]'),
      });
    await expect(remove('$LATEST')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(remove('live')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(remove('9')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await remove('3');
    await expect(
      platform.lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: '3' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('aliases', () => {
  beforeEach(() => publishVersions(platform, 3));

  function create(input: object = {}) {
    return platform.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1', ...input }));
  }

  test('point to a version, and lead there', async () => {
    const { $metadata, ...alias } = await create({ Description: 'd' });
    expect($metadata.httpStatusCode).toBe(201);
    expect(alias).toMatchObject({ AliasArn: `${arn}:live`, Name: 'live', FunctionVersion: '1', Description: 'd' });
    const { $metadata: _, ...got } = await platform.lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }));
    expect(got).toEqual(alias);
    const behind = await platform.lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'live' }));
    expect(behind).toMatchObject({ Version: '1', FunctionArn: `${arn}:live` });
  });

  test('move, and share traffic with one other version', async () => {
    await create();
    const update = (input: object) =>
      platform.lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', ...input }));
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.1 } };
    expect(await update({ RoutingConfig })).toMatchObject({ FunctionVersion: '1', RoutingConfig });
    expect(await update({ Description: 'd' })).toMatchObject({ RoutingConfig, Description: 'd' });
    const moved = await update({ FunctionVersion: '2', RoutingConfig: { AdditionalVersionWeights: {} } });
    expect(moved).toMatchObject({ FunctionVersion: '2' });
    expect(moved.RoutingConfig).toBeUndefined();
  });

  test('are guarded by RevisionId: of many moves at once one wins', async () => {
    const { RevisionId } = await create();
    const moves = Array.from({ length: 6 }, () =>
      platform.lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '2', RevisionId })),
    );
    const results = await Promise.allSettled(moves);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'PreconditionFailedException' });
  });

  test.each([
    ['a version that does not exist', { FunctionVersion: '9' }, 'ResourceNotFoundException'],
    ['a name of digits', { Name: '12' }, 'ValidationException'],
    ['a bad name', { Name: 'a b' }, 'ValidationException'],
    ['a description of 257 characters', { Description: 'x'.repeat(257) }, 'ValidationException'],
    ['a weight over 1', { RoutingConfig: { AdditionalVersionWeights: { 2: 1.5 } } }, 'ValidationException'],
    [
      'three versions',
      { RoutingConfig: { AdditionalVersionWeights: { 2: 0.1, 3: 0.1 } } },
      'InvalidParameterValueException',
    ],
    [
      'one version twice',
      { RoutingConfig: { AdditionalVersionWeights: { 1: 0.1 } } },
      'InvalidParameterValueException',
    ],
    [
      'a weight for a version that does not exist',
      { RoutingConfig: { AdditionalVersionWeights: { 9: 0.1 } } },
      'ResourceNotFoundException',
    ],
    [
      'a weight for $LATEST',
      { RoutingConfig: { AdditionalVersionWeights: { $LATEST: 0.1 } } },
      'InvalidParameterValueException',
    ],
    [
      'a weight beside $LATEST',
      { FunctionVersion: '$LATEST', RoutingConfig: { AdditionalVersionWeights: { 1: 0.1 } } },
      'InvalidParameterValueException',
    ],
  ])('with %s are refused', async (_, changes, name) => {
    await expect(create(changes)).rejects.toMatchObject({ name });
  });

  test('of one name exist once', async () => {
    await create();
    await expect(create()).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: `Alias already exists: ${arn}:live`,
    });
  });

  test('are listed by name, for one version, in pages', async () => {
    for (const [Name, FunctionVersion] of [
      ['c', '1'],
      ['a', '1'],
      ['b', '2'],
    ])
      await create({ Name, FunctionVersion });
    const list = async (input: object) => {
      const { Aliases, NextMarker } = await platform.lambda.send(new ListAliasesCommand({ FunctionName, ...input }));
      return { names: Aliases?.map(({ Name }) => Name), NextMarker };
    };
    expect((await list({})).names).toEqual(['a', 'b', 'c']);
    expect((await list({ FunctionVersion: '1' })).names).toEqual(['a', 'c']);
    const first = await list({ MaxItems: 2 });
    expect((await list({ MaxItems: 2, Marker: first.NextMarker })).names).toEqual(['c']);
  });

  test('are deleted, and deleting one that is gone succeeds', async () => {
    await create();
    const remove = () => platform.lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'live' }));
    await remove();
    await remove();
    const gone = new GetAliasCommand({ FunctionName, Name: 'live' });
    await expect(platform.lambda.send(gone)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Cannot find alias arn: ${arn}:live`,
    });
    const update = new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' });
    await expect(platform.lambda.send(update)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('and versions survive a restart', async () => {
    const { $metadata: _, ...alias } = await create();
    platform = await platform.restart();
    const { $metadata: __, ...after } = await platform.lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }));
    expect(after).toEqual(alias);
    expect(await publish()).toMatchObject({ Version: '3', Description: 'release 3' });
  });
});
