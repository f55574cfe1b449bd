/** A platform with lag: what is made or changed takes its time to be there, and calls are throttled, as on AWS. */
import { CreateLogGroupCommand, FilterLogEventsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListFunctionsCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createThrottle } from '../../local/aws/throttle.ts';
import { createRole, functionInput, trust } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const lag = 2_000;
const begin = Date.parse('2026-11-26T12:00:00Z');
const FunctionName = 'app';

let now = begin;
let platform: Platform;
beforeEach(async () => {
  now = begin;
  platform = await startPlatform({ lag, clock: () => now });
});
afterEach(() => platform.stop());

const pass = () => {
  now += lag;
};
const state = async (Qualifier?: string) => {
  const shown = await platform.lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }));
  return [shown.State, shown.LastUpdateStatus];
};
const pending = { name: 'ResourceConflictException', message: expect.stringMatching(/following state: Pending$/) };
const updating = { name: 'ResourceConflictException', message: expect.stringMatching(/An update is in progress for/) };

async function createLate(): Promise<void> {
  await createRole(platform);
  pass();
  await platform.lambda.send(new CreateFunctionCommand(functionInput()));
}

test('a role is there at once and can be assumed later', async () => {
  await createRole(platform);
  const create = () => platform.lambda.send(new CreateFunctionCommand(functionInput()));
  await expect(create()).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The role defined for the function cannot be assumed by Lambda.',
  });
  pass();
  await create();
});

test('a function is Pending before it is Active, and neither runs nor changes until then', async () => {
  await createLate();
  expect(await state()).toEqual(['Pending', 'Successful']);
  await expect(platform.lambda.send(new InvokeCommand({ FunctionName }))).rejects.toMatchObject(pending);
  await expect(platform.lambda.send(new PublishVersionCommand({ FunctionName }))).rejects.toMatchObject(pending);
  pass();
  expect(await state()).toEqual(['Active', 'Successful']);
  expect((await platform.lambda.send(new InvokeCommand({ FunctionName }))).StatusCode).toBe(200);
});

test('an update is InProgress, and the next one waits for it; the function runs meanwhile', async () => {
  await createLate();
  pass();
  const update = () => platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 }));
  await update();
  expect(await state()).toEqual(['Active', 'InProgress']);
  await expect(update()).rejects.toMatchObject(updating);
  await expect(platform.lambda.send(new PublishVersionCommand({ FunctionName }))).rejects.toMatchObject(updating);
  expect((await platform.lambda.send(new InvokeCommand({ FunctionName }))).StatusCode).toBe(200);
  pass();
  await update();
});

test('a published version is Pending for itself', async () => {
  await createLate();
  pass();
  await platform.lambda.send(new PublishVersionCommand({ FunctionName }));
  expect([await state('1'), await state()]).toEqual([
    ['Pending', 'Successful'],
    ['Active', 'Successful'],
  ]);
  pass();
  expect(await state('1')).toEqual(['Active', 'Successful']);
});

test('log events are found later than they came', async () => {
  const logGroupName = '/aws/lambda/app';
  await platform.cloudwatch.send(new CreateLogGroupCommand({ logGroupName }));
  platform.logs.put(logGroupName, 'one', [{ timestamp: now, message: 'hello' }]);
  const found = async () => [
    (await platform.cloudwatch.send(new FilterLogEventsCommand({ logGroupName }))).events?.length,
    (await platform.cloudwatch.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'one' }))).events?.length,
  ];
  expect(await found()).toEqual([0, 0]);
  pass();
  expect(await found()).toEqual([1, 1]);
});

describe('throttling', () => {
  test('allows a few calls at once and a few a second, by service', () => {
    let time = 0;
    const throttle = createThrottle(() => time);
    const refused = (service: string, operation: string) => {
      try {
        throttle(service, operation);
        return null;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const calls = (count: number, service: string, operation = 'List') =>
      Array.from({ length: count }, () => refused(service, operation)).filter(Boolean);
    expect(calls(8, 'lambda')).toEqual(['TooManyRequestsException', 'TooManyRequestsException']);
    expect(calls(7, 'iam')).toEqual(['Throttling']);
    expect(calls(7, 'logs')).toEqual(['ThrottlingException']);
    expect([...calls(9, 'lambda', 'Invoke'), ...calls(9, 's3')]).toEqual([]);
    time += 500;
    expect(calls(4, 'lambda')).toEqual(['TooManyRequestsException']);
  });

  test('is told in the words of each service, and its clients know it', async () => {
    await platform.stop();
    platform = await startPlatform({ lag, clock: () => now, throttle: createThrottle(() => 0) });
    const lambda = () => platform.lambda.send(new ListFunctionsCommand({}));
    const iam = () => platform.iam.send(new GetRoleCommand({ RoleName: 'none' })).catch(({ name }) => name);
    for (let call = 0; call < 6; call++) await Promise.all([lambda(), iam()]);
    await expect(lambda()).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429 },
    });
    expect(await iam()).toBe('Throttling');
  });
});

test('without lag nothing waits', async () => {
  await platform.stop();
  platform = await startPlatform({ clock: () => now });
  await createRole(platform);
  await platform.lambda.send(new CreateFunctionCommand(functionInput()));
  expect(await state()).toEqual(['Active', 'Successful']);
  await platform.iam.send(new CreateRoleCommand({ RoleName: 'b', AssumeRolePolicyDocument: trust }));
});
