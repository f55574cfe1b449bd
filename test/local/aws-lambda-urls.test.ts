import {
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  ListFunctionUrlConfigsCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFunction, createRole, publishVersions } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

let platform: Platform;

beforeEach(async () => {
  platform = await startPlatform();
  await createRole(platform);
  await createFunction(platform);
  await publishVersions(platform, 1);
  await platform.lambda.send(new CreateAliasCommand({ FunctionName: 'app', Name: 'staging', FunctionVersion: '1' }));
});

afterEach(() => platform.stop());

const ofAlias = { FunctionName: 'app', Qualifier: 'staging' };

function create(changes: object = {}) {
  const wanted = { ...ofAlias, AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM', ...changes } as const;
  return platform.lambda.send(new CreateFunctionUrlConfigCommand(wanted));
}

describe('a Function URL', () => {
  test('is made on an alias and read back', async () => {
    const created = await create();
    expect(created).toMatchObject({
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:app:staging',
      AuthType: 'NONE',
      InvokeMode: 'RESPONSE_STREAM',
      FunctionUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
    });
    const read = await platform.lambda.send(new GetFunctionUrlConfigCommand(ofAlias));
    expect(read).toMatchObject({ FunctionUrl: created.FunctionUrl, InvokeMode: 'RESPONSE_STREAM' });
  });

  test('keeps its address over changes and restarts', async () => {
    const { FunctionUrl } = await create();
    await platform.lambda.send(new UpdateFunctionUrlConfigCommand({ ...ofAlias, InvokeMode: 'BUFFERED' }));
    platform = await platform.restart();
    const read = await platform.lambda.send(new GetFunctionUrlConfigCommand(ofAlias));
    expect(read).toMatchObject({ FunctionUrl, InvokeMode: 'BUFFERED', AuthType: 'NONE' });
  });

  test('buffers unless told otherwise', async () => {
    expect(await create({ InvokeMode: undefined })).toMatchObject({ InvokeMode: 'BUFFERED' });
  });

  test('goes with its alias', async () => {
    await create();
    await platform.lambda.send(new DeleteAliasCommand({ FunctionName: 'app', Name: 'staging' }));
    const { FunctionUrlConfigs } = await platform.lambda.send(
      new ListFunctionUrlConfigsCommand({ FunctionName: 'app' }),
    );
    expect(FunctionUrlConfigs).toEqual([]);
  });

  test('is listed, and gone once it is deleted', async () => {
    await create();
    const list = () => platform.lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName: 'app' }));
    expect((await list()).FunctionUrlConfigs).toHaveLength(1);
    await platform.lambda.send(new DeleteFunctionUrlConfigCommand(ofAlias));
    expect((await list()).FunctionUrlConfigs).toEqual([]);
  });

  test.each([
    ['a second one', 'ResourceConflictException', () => create().then(() => create())],
    ['one on a version', 'ValidationException', () => create({ Qualifier: '1' })],
    ['one on an alias that is not there', 'ResourceNotFoundException', () => create({ Qualifier: 'production' })],
    ['one of an unknown kind', 'ValidationException', () => create({ AuthType: 'OPEN' })],
    [
      'CORS, which the platform does not have',
      'InvalidParameterValueException',
      () => create({ Cors: { AllowOrigins: ['*'] } }),
    ],
    [
      'reading one that is not there',
      'ResourceNotFoundException',
      () => platform.lambda.send(new GetFunctionUrlConfigCommand(ofAlias)),
    ],
  ])('refuses %s with %s', async (_, name, call) => {
    await expect(call()).rejects.toMatchObject({ name });
  });
});
