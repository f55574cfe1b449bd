/** How asynchronous events are tried, and what there is not: destinations and dead letters. */
import {
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  ListFunctionEventInvokeConfigsCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFunction, createRole, publishVersions } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const FunctionName = 'app';
const Destination = 'arn:aws:sqs:us-east-1:000000000000:failed';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
  await createRole(platform);
  await createFunction(platform);
  await publishVersions(platform, 1);
});
afterAll(() => platform.stop());

test('the configuration of a function or a version is put, changed, shown, listed and deleted', async () => {
  const { lambda } = platform;
  const missing = {
    name: 'ResourceNotFoundException',
    message: expect.stringContaining("doesn't have an EventInvokeConfig"),
  };
  await expect(lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))).rejects.toMatchObject(missing);
  await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }));
  await lambda.send(new UpdateFunctionEventInvokeConfigCommand({ FunctionName, MaximumEventAgeInSeconds: 60 }));
  expect(await lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))).toMatchObject({
    FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:app:$LATEST',
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: 60,
    LastModified: expect.any(Date),
  });
  await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, Qualifier: '1', MaximumRetryAttempts: 1 }));
  const pages = await lambda.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName, MaxItems: 1 }));
  const { FunctionEventInvokeConfigs: last } = await lambda.send(
    new ListFunctionEventInvokeConfigsCommand({ FunctionName, Marker: pages.NextMarker }),
  );
  expect([pages.FunctionEventInvokeConfigs, last].flat().map((one) => one?.MaximumRetryAttempts)).toEqual([0, 1]);
  await lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
  await expect(lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))).rejects.toMatchObject(missing);
});

test.each([
  { MaximumRetryAttempts: 3 },
  { MaximumEventAgeInSeconds: 59 },
  { MaximumEventAgeInSeconds: 21_601 },
])('a configuration of %o is out of range', async (config) => {
  const put = platform.lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...config }));
  await expect(put).rejects.toMatchObject({ name: 'ValidationException' });
});

test('destinations are refused by name', async () => {
  const DestinationConfig = { OnFailure: { Destination } };
  const put = platform.lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, DestinationConfig }));
  await expect(put).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: expect.stringMatching(
      /^The local platform has no destinations, and OnFailure names one \(arn:aws:sqs:.*failed\)/,
    ),
  });
});

test('dead letters are refused by name, and none are none', async () => {
  const update = (TargetArn: string) =>
    platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, DeadLetterConfig: { TargetArn } }));
  await expect(update(Destination)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: expect.stringMatching(/^The local platform has no dead letters, and DeadLetterConfig names a queue/),
  });
  await update('');
});
