/** Reserved and provisioned concurrency: what the API says, and what really runs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteFunctionConcurrencyCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetFunctionConcurrencyCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListProvisionedConcurrencyConfigsCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlatform, type Platform } from '../../local/platform.ts';
import { type Functions, functionsOn } from '../support/functions.ts';
import { until } from '../support/until.ts';

/** Says how it was started and how often it was asked; takes its time when told to. */
const script = `
  let asked = 0;
  if (process.env.BROKEN) process.exit(1);
  await client.serve(async ({ hold = 0 }) => {
    await new Promise((resolve) => setTimeout(resolve, hold));
    return { type: process.env.AWS_LAMBDA_INITIALIZATION_TYPE, pid: process.pid, asked: ++asked };
  });`;

let dir: string;
let platform: Platform;
let functions: Functions;
let lambda: LambdaClient;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'up-concurrency-'));
  platform = await openPlatform({ dir, port: 0, nodeRuntime: 'unused' });
  functions = await functionsOn(platform.endpoint.url);
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  lambda = new LambdaClient({ endpoint: platform.endpoint.url, credentials, region: 'us-east-1', maxAttempts: 1 });
});
afterAll(async () => {
  lambda.destroy();
  await platform.close();
  await rm(dir, { recursive: true, force: true });
});

describe('reserved concurrency', () => {
  const FunctionName = 'reserved';
  const reserve = (ReservedConcurrentExecutions: number) =>
    lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  const throttle = {
    name: 'TooManyRequestsException',
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    $metadata: { httpStatusCode: 429 },
  };
  beforeAll(() => functions.create(FunctionName, script));

  test('is how many invocations run at one time', async () => {
    await reserve(1);
    const [first, second] = await Promise.allSettled([
      functions.ask(FunctionName, { hold: 400 }),
      lambda.send(new InvokeCommand({ FunctionName, Qualifier: 'live', Payload: '{"hold":400}' })),
    ]);
    const refused = [first, second].filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: throttle }]);
    expect(await functions.ask(FunctionName)).toMatchObject({ type: 'on-demand', asked: 2 });
  });

  test('of 0 lets nothing run', async () => {
    await reserve(0);
    const send = lambda.send(new InvokeCommand({ FunctionName, Qualifier: 'live' }));
    await expect(send).rejects.toMatchObject(throttle);
  });

  test('is shown, and is gone when it is deleted', async () => {
    await reserve(3);
    const read = () => lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    expect((await read()).ReservedConcurrentExecutions).toBe(3);
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    expect((await read()).ReservedConcurrentExecutions).toBeUndefined();
  });

  test('leaves a hundred for all other functions', async () => {
    await expect(reserve(901)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('below its minimum value of [100]'),
    });
  });
});

describe('provisioned concurrency', () => {
  const FunctionName = 'provisioned';
  const alias = { FunctionName, Qualifier: 'live' };
  const put = (ProvisionedConcurrentExecutions: number, Qualifier = 'live') =>
    lambda.send(
      new PutProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier, ProvisionedConcurrentExecutions }),
    );
  const read = () => lambda.send(new GetProvisionedConcurrencyConfigCommand(alias));
  const settled = () =>
    until('the environments', async () => {
      const config = await read();
      return config.Status !== 'IN_PROGRESS' && config;
    });
  const counts = (count: number) => ({
    RequestedProvisionedConcurrentExecutions: count,
    AvailableProvisionedConcurrentExecutions: count,
    AllocatedProvisionedConcurrentExecutions: count,
  });
  beforeAll(() => functions.create(FunctionName, script));

  test('is ready once so many environments wait, started before anybody asks', async () => {
    expect(await put(2)).toMatchObject({ Status: 'IN_PROGRESS', RequestedProvisionedConcurrentExecutions: 2 });
    expect(await settled()).toMatchObject({ Status: 'READY', ...counts(2) });
    const answers = await Promise.all([1, 2, 3].map(() => functions.ask(FunctionName, { hold: 300 })));
    // The third came over the limit.
    expect(answers.map(({ type }) => type).toSorted()).toEqual([
      'on-demand',
      'provisioned-concurrency',
      'provisioned-concurrency',
    ]);
  });

  test('serves before any environment that was started on demand', async () => {
    // All three are idle now.
    for (let asked = 0; asked < 3; asked++)
      expect(await functions.ask(FunctionName)).toMatchObject({ type: 'provisioned-concurrency' });
  });

  test('goes with the alias to another version', async () => {
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 256 }));
    await lambda.send(new PublishVersionCommand({ FunctionName }));
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '2' }));
    expect(await settled()).toMatchObject({ Status: 'READY', ...counts(2) });
    expect(await functions.ask(FunctionName)).toMatchObject({ type: 'provisioned-concurrency', asked: 1 });
  });

  test('is replaced when an environment dies', async () => {
    const { pid } = await functions.ask(FunctionName);
    process.kill(pid, 'SIGKILL');
    const both = async () => {
      const answers = await Promise.all([1, 2].map(() => functions.ask(FunctionName, { hold: 50 })));
      return answers.every((answer) => answer.type === 'provisioned-concurrency' && answer.pid !== pid);
    };
    expect(await until('two without it', both)).toBe(true);
  });

  test('is not for $LATEST, nor for a version that has some already', async () => {
    await expect(put(1, '$LATEST')).rejects.toThrow('unpublished function versions');
    await expect(put(1, '2')).rejects.toMatchObject({ name: 'ResourceConflictException' });
  });

  test('cannot be changed while the alias sends some of its traffic elsewhere', async () => {
    const route = (AdditionalVersionWeights: Record<string, number>) =>
      lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', RoutingConfig: { AdditionalVersionWeights } }));
    await route({ '1': 0.1 });
    await expect(put(1)).rejects.toThrow('routing configuration');
    await route({});
  });

  test('is not more than is reserved', async () => {
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 2 }));
    await expect(put(3)).rejects.toThrow('should not be greater than the reservedConcurrentExecution');
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  });

  test('is listed, and is gone when it is deleted', async () => {
    await settled();
    const list = await lambda.send(new ListProvisionedConcurrencyConfigsCommand({ FunctionName }));
    expect(list.ProvisionedConcurrencyConfigs).toMatchObject([
      { FunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${FunctionName}:live`, ...counts(2) },
    ]);
    await lambda.send(new DeleteProvisionedConcurrencyConfigCommand(alias));
    await expect(read()).rejects.toMatchObject({
      name: 'ProvisionedConcurrencyConfigNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
    expect(await functions.ask(FunctionName)).toMatchObject({ type: 'on-demand' });
  });

  test('fails with a reason when the function does not start', async () => {
    await functions.create('broken', script, { BROKEN: '1' });
    const broken = { FunctionName: 'broken', Qualifier: 'live' };
    await lambda.send(new PutProvisionedConcurrencyConfigCommand({ ...broken, ProvisionedConcurrentExecutions: 1 }));
    const failed = await until('the failure', async () => {
      const config = await lambda.send(new GetProvisionedConcurrencyConfigCommand(broken));
      return config.Status !== 'IN_PROGRESS' && config;
    });
    expect(failed).toMatchObject({ Status: 'FAILED', StatusReason: 'FUNCTION_ERROR_INIT_FAILURE' });
  });
});
