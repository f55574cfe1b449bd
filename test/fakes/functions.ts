/** A role and functions to test with. */
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  type CreateFunctionCommandOutput,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import type { Platform } from './platform.ts';
import { makeZip } from './zip.ts';

export const roleArn = 'arn:aws:iam::000000000000:role/app-role';

/** The trust policy of a role for functions. */
export const trust: string = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

export async function createRole(platform: Pick<Platform, 'iam'>): Promise<void> {
  await platform.iam.send(new CreateRoleCommand({ RoleName: 'app-role', AssumeRolePolicyDocument: trust }));
}

/** What the role of a function in a VPC has to be allowed. */
export async function letIntoVpc({ iam }: Pick<Platform, 'iam'>): Promise<void> {
  const Statement = [{ Effect: 'Allow', Action: 'ec2:*NetworkInterface*', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'app-role', PolicyName: 'network', PolicyDocument }));
}

/** What it takes to create a function, with changes. */
export function functionInput(changes: Partial<CreateFunctionCommandInput> = {}): CreateFunctionCommandInput {
  return {
    FunctionName: 'app',
    Role: roleArn,
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile: makeZip({ 'index.js': 'one' }) },
    ...changes,
  };
}

export function createFunction(
  platform: Pick<Platform, 'lambda'>,
  changes: Partial<CreateFunctionCommandInput> = {},
): Promise<CreateFunctionCommandOutput> {
  return platform.lambda.send(new CreateFunctionCommand(functionInput(changes)));
}

/** Publishes versions 1 to `count`, each with code of its own. */
export async function publishVersions(platform: Platform, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const ZipFile = makeZip({ 'index.js': `version ${number}` });
    await platform.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'app', ZipFile }));
    await platform.lambda.send(new PublishVersionCommand({ FunctionName: 'app', Description: `release ${number}` }));
  }
}
