/** A function in a VPC: its role must be allowed to make network interfaces, and may be allowed a moment ago. */
import { AttachRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  type VpcConfig as Vpc,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFunction, createRole, letIntoVpc } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const FunctionName = 'app';
const VpcConfig = { SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] };
const mayNot = {
  name: 'InvalidParameterValueException',
  message: 'The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
};

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
  await createRole(platform);
});
afterEach(() => platform.stop());

const configure = (config: Vpc) =>
  platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, VpcConfig: config }));

test('cannot be made nor changed as long as its role may not make network interfaces', async () => {
  await expect(createFunction(platform, { VpcConfig })).rejects.toMatchObject(mayNot);
  await createFunction(platform);
  await expect(configure(VpcConfig)).rejects.toMatchObject(mayNot);
  await letIntoVpc(platform);
  await configure(VpcConfig);
});

test('is none the worse for conditions of dates and addresses that the role has elsewhere', async () => {
  const Condition = {
    DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
    IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
  };
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition }],
  });
  await platform.iam.send(new PutRolePolicyCommand({ RoleName: 'app-role', PolicyName: 'dated', PolicyDocument }));
  await letIntoVpc(platform);
  await createFunction(platform, { VpcConfig });
});

test('is content with a managed policy of its role', async () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole';
  await platform.iam.send(new AttachRolePolicyCommand({ RoleName: 'app-role', PolicyArn }));
  await createFunction(platform, { VpcConfig });
});

test('shows where it is, and leaves it by empty lists', async () => {
  await letIntoVpc(platform);
  await createFunction(platform, { VpcConfig });
  const shown = async () =>
    (await platform.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).VpcConfig;
  expect(await shown()).toEqual({ ...VpcConfig, VpcId: 'vpc-00000000', Ipv6AllowedForDualStack: false });
  await configure({ SubnetIds: [], SecurityGroupIds: [] });
  expect(await shown()).toEqual({ SubnetIds: [], SecurityGroupIds: [], VpcId: '', Ipv6AllowedForDualStack: false });
});

test.each<[what: string, config: Vpc, name: string, message: RegExp]>([
  [
    'something that is no subnet',
    { ...VpcConfig, SubnetIds: ['vpc-1'] },
    'ValidationException',
    /'subnetIds'.*subnet-/,
  ],
  [
    'something that is no group',
    { ...VpcConfig, SecurityGroupIds: ['x'] },
    'ValidationException',
    /'securityGroupIds'/,
  ],
  ['17 subnets', { SubnetIds: Array(17).fill('subnet-1') }, 'ValidationException', /at most 16/],
  ['groups without a subnet', { SecurityGroupIds: ['sg-1'] }, 'InvalidParameterValueException', /SubnetIds/],
])('refuses %s', async (_what, config, name, message) => {
  await letIntoVpc(platform);
  await expect(createFunction(platform, { VpcConfig: config })).rejects.toMatchObject({
    name,
    message: expect.stringMatching(message),
  });
});

test('with lag, what the role may do is seen later', async () => {
  let now = Date.parse('2026-11-28T12:00:00Z');
  const late = await startPlatform({ lag: 2_000, clock: () => now });
  try {
    await createRole(late);
    now += 2_000;
    await letIntoVpc(late);
    await expect(createFunction(late, { VpcConfig })).rejects.toMatchObject(mayNot);
    now += 2_000;
    await createFunction(late, { VpcConfig });
  } finally {
    await late.stop();
  }
});
