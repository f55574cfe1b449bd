import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  CreateAliasCommand,
  DeleteAliasCommand,
  GetPolicyCommand,
  InvokeCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AwsError } from '../../local/aws/error.ts';
import { createFunction, createRole, publishVersions } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const FunctionName = 'app';
const arn = 'arn:aws:lambda:us-east-1:000000000000:function:app';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
  await createRole(platform);
  await createFunction(platform);
  await publishVersions(platform, 1);
  await platform.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
});
afterEach(() => platform.stop());

describe('Invoke', () => {
  test('hands the event over and the result back, byte for byte', async () => {
    const Payload = '{"a": "ü\\u0000", "b":[1,2]}';
    const result = await platform.lambda.send(new InvokeCommand({ FunctionName, Qualifier: 'live', Payload }));
    expect(result).toMatchObject({ StatusCode: 200, ExecutedVersion: '1' });
    expect(result.FunctionError).toBeUndefined();
    expect(result.LogResult).toBeUndefined();
    expect(Buffer.from(result.Payload ?? []).toString()).toBe(Payload);
    expect(platform.engine.invoked).toMatchObject([{ functionName: FunctionName, qualifier: 'live' }]);
  });

  test('without a payload sends an empty event to $LATEST', async () => {
    const result = await platform.lambda.send(new InvokeCommand({ FunctionName: arn }));
    expect(result.ExecutedVersion).toBe('$LATEST');
    expect(Buffer.from(platform.engine.invoked[0]!.payload).toString()).toBe('{}');
  });

  test('hands over what the client says of itself, of a synchronous invocation alone', async () => {
    const ClientContext = Buffer.from('{"custom": {"a": "ü\u{1f389}"}}').toString('base64');
    for (const InvocationType of ['RequestResponse', 'Event'] as const)
      await platform.lambda.send(new InvokeCommand({ FunctionName, InvocationType, ClientContext }));
    const [now] = platform.engine.invoked;
    expect(now?.clientContext).toBe('{"custom":{"a":"\\u00fc\\ud83c\\udf89"}}');
    expect(platform.engine.invoked.slice(1).every(({ clientContext }) => clientContext === undefined)).toBe(true);
  });

  test.each(['!', Buffer.from('[1]').toString('base64')])('refuses a context that is no object: %s', async (text) => {
    const invoke = new InvokeCommand({ FunctionName, ClientContext: text });
    await expect(platform.lambda.send(invoke)).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
      message: 'Client context must be a valid Base64-encoded JSON object.',
    });
  });

  test('with LogType Tail brings the last 4 KB of the log', async () => {
    platform.engine.answer = { logTail: `${'x'.repeat(5000)}END` };
    const { LogResult } = await platform.lambda.send(new InvokeCommand({ FunctionName, LogType: 'Tail' }));
    const log = Buffer.from(LogResult ?? '', 'base64').toString();
    expect(log).toHaveLength(4096);
    expect(log).toMatch(/END$/);
  });

  test('says when the function failed', async () => {
    const payload = Buffer.from('{"errorType":"Error","errorMessage":"boom"}');
    platform.engine.answer = { functionError: 'Unhandled', payload };
    const result = await platform.lambda.send(new InvokeCommand({ FunctionName }));
    expect(result).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(Buffer.from(result.Payload ?? []).toString())).toMatchObject({ errorMessage: 'boom' });
  });

  test('carries the request id of the invocation', async () => {
    platform.engine.answer = { requestId: '11111111-2222-3333-4444-555555555555' };
    const { $metadata } = await platform.lambda.send(new InvokeCommand({ FunctionName }));
    expect($metadata.requestId).toBe('11111111-2222-3333-4444-555555555555');
  });

  test('passes on the errors of the engine', async () => {
    platform.engine.answer = new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    await expect(platform.lambda.send(new InvokeCommand({ FunctionName }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      retryAfterSeconds: '1',
      $metadata: { httpStatusCode: 429 },
    });
    platform.engine.answer = new Error('a bug');
    await expect(platform.lambda.send(new InvokeCommand({ FunctionName }))).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
  });

  test('of type Event answers at once, whatever becomes of it', async () => {
    platform.engine.answer = new Error('boom');
    const result = await platform.lambda.send(
      new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: '{"n":1}' }),
    );
    expect(result.StatusCode).toBe(202);
    await vi.waitFor(() => expect(platform.engine.invoked).toHaveLength(1));
  });

  test('of type DryRun runs nothing', async () => {
    const result = await platform.lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun' }));
    expect(result.StatusCode).toBe(204);
    expect(platform.engine.invoked).toEqual([]);
  });

  test.each([
    ['a function that does not exist', { FunctionName: 'none' }, 'ResourceNotFoundException', 404],
    ['an alias that does not exist', { Qualifier: 'none' }, 'ResourceNotFoundException', 404],
    ['a payload that is no JSON', { Payload: '{"a":' }, 'InvalidRequestContentException', 400],
    ['6 MB', { Payload: `"${'x'.repeat(6_291_455)}"` }, 'RequestTooLargeException', 413],
    [
      '1 MB for an Event',
      { InvocationType: 'Event' as const, Payload: `"${'x'.repeat(1_048_575)}"` },
      'RequestTooLargeException',
      413,
    ],
    ['an unknown type', { InvocationType: 'Later' as never }, 'ValidationException', 400],
  ])('of %s is refused', async (_, input, name, status) => {
    await expect(platform.lambda.send(new InvokeCommand({ FunctionName, ...input }))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: status },
    });
    expect(platform.engine.invoked).toEqual([]);
  });

  test('takes exactly 6 MB', async () => {
    const Payload = `"${'x'.repeat(6_291_454)}"`;
    const result = await platform.lambda.send(new InvokeCommand({ FunctionName, Payload }));
    expect(result.Payload?.length).toBe(6_291_456);
  });
});

describe('permissions', () => {
  const SourceArn = 'arn:aws:execute-api:us-east-1:000000000000:abc/*/*';

  function add(changes: Partial<AddPermissionCommandInput> = {}) {
    return platform.lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: 'api',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn,
        Qualifier: 'live',
        ...changes,
      }),
    );
  }

  async function policy(Qualifier?: string) {
    const { Policy, RevisionId } = await platform.lambda.send(new GetPolicyCommand({ FunctionName, Qualifier }));
    return { document: JSON.parse(Policy ?? ''), RevisionId };
  }

  test('belong to the qualifier they are given for', async () => {
    const statement = {
      Sid: 'api',
      Effect: 'Allow',
      Principal: { Service: 'apigateway.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: `${arn}:live`,
      Condition: { ArnLike: { 'AWS:SourceArn': SourceArn } },
    };
    expect(JSON.parse((await add()).Statement ?? '')).toEqual(statement);
    expect((await policy('live')).document).toEqual({ Version: '2012-10-17', Id: 'default', Statement: [statement] });
    await expect(policy()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each<[string, Partial<AddPermissionCommandInput>, object]>([
    [
      'everyone',
      { Principal: '*', SourceArn: undefined, FunctionUrlAuthType: 'NONE' },
      { Principal: '*', Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } } },
    ],
    [
      'an account',
      { Principal: '123456789012', SourceArn: undefined },
      { Principal: { AWS: 'arn:aws:iam::123456789012:root' } },
    ],
    [
      'a role',
      { Principal: 'arn:aws:iam::123456789012:role/x', SourceArn: undefined },
      { Principal: { AWS: 'arn:aws:iam::123456789012:role/x' } },
    ],
    [
      'a service with an account',
      { Principal: 's3.amazonaws.com', SourceAccount: '1' },
      { Condition: { StringEquals: { 'AWS:SourceAccount': '1' }, ArnLike: { 'AWS:SourceArn': SourceArn } } },
    ],
    [
      'a function URL',
      { Principal: '*', SourceArn: undefined, InvokedViaFunctionUrl: true },
      { Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
    ],
  ])('for %s', async (_, changes, expected) => {
    expect(JSON.parse((await add(changes)).Statement ?? '')).toMatchObject(expected);
  });

  test('with an id that is taken are refused, also when they come at once', async () => {
    const results = await Promise.allSettled([add(), add(), add()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(add()).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: expect.stringContaining('The statement id (api) provided already exists'),
    });
  });

  test.each<[string, Partial<AddPermissionCommandInput>, string]>([
    ['$LATEST', { Qualifier: '$LATEST' }, 'InvalidParameterValueException'],
    ['an alias that does not exist', { Qualifier: 'none' }, 'ResourceNotFoundException'],
    ['a bad id', { StatementId: 'a b' }, 'ValidationException'],
    ['a bad action', { Action: 's3:GetObject' }, 'ValidationException'],
    ['a bad principal', { Principal: 'me' }, 'InvalidParameterValueException'],
    ['an old revision', { RevisionId: 'old' }, 'PreconditionFailedException'],
  ])('with %s are refused', async (_, changes, name) => {
    await expect(add(changes)).rejects.toMatchObject({ name });
  });

  test('over 20 KB are refused', async () => {
    const long = `${SourceArn}/${'x'.repeat(1000)}`;
    const fill = async () => {
      for (let index = 0; index < 30; index++) await add({ StatementId: `s${index}`, SourceArn: long });
    };
    await expect(fill()).rejects.toMatchObject({ name: 'PolicyLengthExceededException' });
  });

  test('are removed one by one, and the policy with the last', async () => {
    await add();
    await add({ StatementId: 'other' });
    const remove = (input: object) =>
      platform.lambda.send(
        new RemovePermissionCommand({ FunctionName, Qualifier: 'live', StatementId: 'api', ...input }),
      );
    await expect(remove({ RevisionId: 'old' })).rejects.toMatchObject({ name: 'PreconditionFailedException' });
    await remove({ RevisionId: (await policy('live')).RevisionId });
    expect((await policy('live')).document.Statement).toMatchObject([{ Sid: 'other' }]);
    await expect(remove({})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await remove({ StatementId: 'other' });
    await expect(policy('live')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The resource you requested does not exist.',
    });
    await expect(remove({})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('go with their alias, and survive a restart otherwise', async () => {
    await add();
    platform = await platform.restart();
    expect((await policy('live')).document.Statement).toHaveLength(1);
    await platform.lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'live' }));
    await platform.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    await expect(policy('live')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
