import { createHash } from 'node:crypto';
import {
  type CreateFunctionCommandInput,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reservedByLambda } from '../../config/environment.ts';
import { createFunction, createRole, letIntoVpc } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { makeZip } from '../fakes/zip.ts';

const FunctionName = 'app';
const arn = 'arn:aws:lambda:us-east-1:000000000000:function:app';

const layer = 'arn:aws:lambda:us-east-1:000000000000:layer:otel:3';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
  await createRole(platform);
});
afterEach(() => platform.stop());

describe('CreateFunction', () => {
  test('answers with the configuration and its defaults', async () => {
    const zip = makeZip({ 'index.js': 'one' });
    const { $metadata, ...created } = await createFunction(platform, { Environment: { Variables: { A_B: '1' } } });
    expect($metadata.httpStatusCode).toBe(201);
    expect(created).toMatchObject({
      FunctionName,
      FunctionArn: arn,
      Version: '$LATEST',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Timeout: 3,
      MemorySize: 128,
      Description: '',
      CodeSize: zip.length,
      CodeSha256: createHash('sha256').update(zip).digest('base64'),
      Environment: { Variables: { A_B: '1' } },
      PackageType: 'Zip',
      Architectures: ['x86_64'],
      EphemeralStorage: { Size: 512 },
      TracingConfig: { Mode: 'PassThrough' },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/app' },
      State: 'Active',
      LastUpdateStatus: 'Successful',
    });
    expect(created.LastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    expect(platform.engine.refreshed).toEqual([FunctionName]);
  });

  test('keeps every setting it is given', async () => {
    const settings = {
      Description: 'd',
      Timeout: 30,
      MemorySize: 512,
      Architectures: ['arm64' as const],
      EphemeralStorage: { Size: 1024 },
      TracingConfig: { Mode: 'Active' as const },
      LoggingConfig: { LogFormat: 'JSON' as const, LogGroup: '/up/app' },
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
    };
    await letIntoVpc(platform);
    await createFunction(platform, settings);
    const update = new UpdateFunctionConfigurationCommand({ FunctionName, Layers: [layer] });
    expect(await platform.lambda.send(update)).toMatchObject({ ...settings, Layers: [{ Arn: layer }] });
  });

  test('with Publish answers with version 1', async () => {
    expect(await createFunction(platform, { Publish: true })).toMatchObject({ Version: '1', FunctionArn: `${arn}:1` });
  });

  test('refuses a name that is taken', async () => {
    await createFunction(platform);
    await expect(createFunction(platform)).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: 'Function already exist: app',
      $metadata: { httpStatusCode: 409 },
    });
  });

  test('two at once make one function', async () => {
    const results = await Promise.allSettled([createFunction(platform), createFunction(platform)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  const big = { A_KEY: 'x'.repeat(4097) };
  test.each<[string, Partial<CreateFunctionCommandInput>, string, RegExp]>([
    [
      'a role that does not exist',
      { Role: 'arn:aws:iam::000000000000:role/none' },
      'InvalidParameterValueException',
      /^The role defined for the function cannot be assumed by Lambda\.$/,
    ],
    ['a role that is no ARN', { Role: 'app-role' }, 'ValidationException', /'role'/],
    ['a bad name', { FunctionName: 'a b' }, 'ValidationException', /'functionName'/],
    ['too long a name', { FunctionName: 'x'.repeat(65) }, 'ValidationException', /'functionName'/],
    [
      'an unknown runtime',
      { Runtime: 'nodejs99.x' as never },
      'InvalidParameterValueException',
      /nodejs99\.x at 'runtime'/,
    ],
    ['another runtime', { Runtime: 'python3.13' }, 'InvalidParameterValueException', /Node\.js alone, and python3\.13/],
    ['no runtime', { Runtime: undefined }, 'InvalidParameterValueException', /mandatory/],
    ['no handler', { Handler: undefined }, 'InvalidParameterValueException', /mandatory/],
    ['a timeout of 0', { Timeout: 0 }, 'ValidationException', /greater than or equal to 1/],
    ['a timeout over 900', { Timeout: 901 }, 'ValidationException', /less than or equal to 900/],
    ['half a second', { Timeout: 1.5 }, 'ValidationException', /must be an integer/],
    ['too little memory', { MemorySize: 127 }, 'ValidationException', /greater than or equal to 128/],
    ['too much memory', { MemorySize: 10_241 }, 'ValidationException', /less than or equal to 10240/],
    ['too little storage', { EphemeralStorage: { Size: 100 } }, 'ValidationException', /512/],
    ['two architectures', { Architectures: ['x86_64', 'arm64'] }, 'InvalidParameterValueException', /one architecture/],
    ['an unknown architecture', { Architectures: ['mips' as never] }, 'ValidationException', /mips/],
    [
      'over 4 KB of environment',
      { Environment: { Variables: big } },
      'InvalidParameterValueException',
      /exceeded the 4KB limit\. String measured: \{"A_KEY"/,
    ],
    [
      'reserved environment keys',
      { Environment: { Variables: { AWS_REGION: 'x', OK: '1' } } },
      'InvalidParameterValueException',
      /reserved keys.* Reserved keys used in this request: AWS_REGION$/,
    ],
    [
      'whatever up.json refuses as reserved',
      { Environment: { Variables: Object.fromEntries(reservedByLambda.map((name) => [name, 'x'])) } },
      'InvalidParameterValueException',
      new RegExp(`Reserved keys used in this request: ${reservedByLambda.join(', ')}$`),
    ],
    ['a bad environment key', { Environment: { Variables: { 'A-B': 'x' } } }, 'ValidationException', /'A-B'/],
    ['a layer that is no ARN', { Layers: ['otel'] }, 'ValidationException', /'otel' at 'layers'/],
    ['a layer without a version', { Layers: [layer.replace(/:\d$/, '')] }, 'ValidationException', /at 'layers'/],
    [
      'two versions of a layer',
      { Layers: [layer, layer.replace(/\d$/, '4')] },
      'InvalidParameterValueException',
      /Two different versions of the same layer/,
    ],
    ['six layers', { Layers: Array.from({ length: 6 }, () => arn) }, 'InvalidParameterValueException', /5 layers/],
    [
      'no zip',
      { Code: { ZipFile: Buffer.from('nonsense') } },
      'InvalidParameterValueException',
      /^Could not unzip uploaded file/,
    ],
    ['an empty zip', { Code: { ZipFile: Buffer.alloc(0) } }, 'InvalidParameterValueException', /non-empty zip/],
    ['code in no bucket', { Code: { S3Bucket: 'b', S3Key: 'k' } }, 'InvalidParameterValueException', /NoSuchBucket/],
    ['an image', { PackageType: 'Image' }, 'InvalidParameterValueException', /Zip only/],
    ['a tag without a name', { Tags: { '': 'x' } }, 'ValidationException', /at 'tags'/],
    ['a long tag', { Tags: { team: 'x'.repeat(257) } }, 'ValidationException', /at 'tags'/],
    ['a tag with what no tag has', { Tags: { 'team!': 'x' } }, 'ValidationException', /'team!' at 'tags'/],
    ['reserved tags', { Tags: { 'aws:x': 'y' } }, 'InvalidParameterValueException', /aws:/],
  ])('refuses %s', async (_, changes, name, message) => {
    await expect(createFunction(platform, changes)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: 400 },
    });
    expect((await platform.lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
  });

  test.each(['nodejs20.x', 'nodejs24.x', 'nodejs26.x'] as const)('takes %s', async (Runtime) => {
    expect(await createFunction(platform, { Runtime: Runtime as 'nodejs22.x' })).toMatchObject({ Runtime });
  });
});
