/** `--policy`: each service refuses what the policy does not allow, in its own form and AWS's own words. */
import { CreateApiCommand, GetApisCommand, GetRoutesCommand, TagResourceCommand } from '@aws-sdk/client-apigatewayv2';
import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, GetRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { GetParametersCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Policy, parsePolicy } from '../../local/access/policy.ts';
import { createAccess } from '../../local/aws/access/access.ts';
import { toFunctionToken } from '../../local/aws/identity.ts';
import { createFunction, createRole, functionInput, roleArn, trust } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const account = '000000000000';
const fn = `arn:aws:lambda:us-east-1:${account}:function:app`;

let policy: () => Policy;
let platform: Platform;

function use(...statements: object[]): void {
  policy = () => parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
}

beforeAll(async () => {
  use(everything);
  platform = await startPlatform({ access: createAccess(async () => policy()) });
  await createRole(platform);
  await createFunction(platform, { Tags: { team: 'shop' } });
});
beforeEach(() => use(everything));
afterAll(() => platform.stop());

describe('what nothing allows is refused', () => {
  const apis = 'arn:aws:apigateway:us-east-1::/apis';
  const group = `arn:aws:logs:us-east-1:${account}:log-group:/aws/lambda/app`;
  const parameter = `arn:aws:ssm:us-east-1:${account}:parameter/up/app/all`;

  test.each<[action: string, resource: string, send: () => Promise<unknown>, name: string, status: number]>([
    [
      'lambda:CreateFunction',
      `arn:aws:lambda:us-east-1:${account}:function:new`,
      () => createFunction(platform, { FunctionName: 'new' }),
      'AccessDeniedException',
      403,
    ],
    [
      'lambda:ListFunctions',
      '*',
      () => platform.lambda.send(new ListFunctionsCommand({})),
      'AccessDeniedException',
      403,
    ],
    [
      'lambda:GetFunctionConfiguration',
      `${fn}:staging`,
      () => platform.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'app', Qualifier: 'staging' })),
      'AccessDeniedException',
      403,
    ],
    [
      'lambda:InvokeFunction',
      `${fn}:1`,
      () => platform.lambda.send(new InvokeCommand({ FunctionName: `${fn}:1` })),
      'AccessDeniedException',
      403,
    ],
    ['apigateway:GET', apis, () => platform.api.send(new GetApisCommand({})), 'AccessDeniedException', 403],
    [
      'apigateway:GET',
      `${apis}/abc/routes`,
      () => platform.api.send(new GetRoutesCommand({ ApiId: 'abc' })),
      'AccessDeniedException',
      403,
    ],
    [
      'apigateway:POST',
      'arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapis%2Fabc',
      () => platform.api.send(new TagResourceCommand({ ResourceArn: `${apis}/abc`, Tags: { a: 'b' } })),
      'AccessDeniedException',
      403,
    ],
    [
      'logs:CreateLogGroup',
      `${group}:log-stream:`,
      () => platform.cloudwatch.send(new CreateLogGroupCommand({ logGroupName: '/aws/lambda/app' })),
      'AccessDeniedException',
      400,
    ],
    [
      'logs:FilterLogEvents',
      `${group}:log-stream:`,
      () => platform.cloudwatch.send(new FilterLogEventsCommand({ logGroupIdentifier: `${group}:*` })),
      'AccessDeniedException',
      400,
    ],
    [
      'logs:DescribeLogGroups',
      `arn:aws:logs:us-east-1:${account}:log-group::log-stream:`,
      () => platform.cloudwatch.send(new DescribeLogGroupsCommand({})),
      'AccessDeniedException',
      400,
    ],
    [
      'ssm:PutParameter',
      `${parameter}/KEY`,
      () => platform.ssm.send(new PutParameterCommand({ Name: '/up/app/all/KEY', Value: '1', Type: 'String' })),
      'AccessDeniedException',
      400,
    ],
    [
      'iam:GetRole',
      roleArn,
      () => platform.iam.send(new GetRoleCommand({ RoleName: 'app-role' })),
      'AccessDenied',
      403,
    ],
  ])('%s on %s', async (action, resource, send, name, status) => {
    use({ ...everything, Action: 'none:None' });
    await expect(send()).rejects.toMatchObject({
      name,
      message: `User: arn:aws:iam::${account}:user/local is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
      $metadata: { httpStatusCode: status },
    });
  });

  test('and changes nothing', async () => {
    use({ ...everything, NotAction: 'lambda:UpdateFunctionCode', Action: undefined });
    const before = platform.store.state.functions.app?.latest.RevisionId;
    const update = new UpdateFunctionCodeCommand({ FunctionName: 'app', ZipFile: functionInput().Code?.ZipFile });
    await expect(platform.lambda.send(update)).rejects.toThrow('lambda:UpdateFunctionCode');
    expect(platform.store.state.functions.app?.latest.RevisionId).toBe(before);
  });

  test('but who one is may be asked by everybody', async () => {
    use({ ...everything, Effect: 'Deny' });
    expect((await platform.sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(`arn:aws:iam::${account}:user/local`);
  });
});

test('what a statement denies says so', async () => {
  use(everything, { Effect: 'Deny', Action: 'iam:*', Resource: '*' });
  await expect(platform.iam.send(new GetRoleCommand({ RoleName: 'app-role' }))).rejects.toThrow(
    `iam:GetRole on resource: ${roleArn} with an explicit deny in an identity-based policy`,
  );
});

test('a policy that cannot be read allows nothing, and says why', async () => {
  policy = () => parsePolicy('{"Statement": [');
  await expect(platform.api.send(new GetApisCommand({}))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringMatching(/^The local platform cannot judge by its policy: it is not JSON/),
  });
});

describe('a call that does several things at once needs several permissions', () => {
  function allowAllBut(action: string): void {
    use({ Effect: 'Allow', NotAction: action, Resource: '*' });
  }

  test('to make a function is to pass its role to Lambda', async () => {
    allowAllBut('iam:PassRole');
    const pass = `iam:PassRole on resource: ${roleArn} because`;
    await expect(createFunction(platform, { FunctionName: 'b' })).rejects.toThrow(pass);
    const again = new UpdateFunctionConfigurationCommand({ FunctionName: 'app', Role: roleArn });
    await expect(platform.lambda.send(again)).rejects.toThrow(pass);
    await platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'app', Timeout: 4 }));
  });

  test('a role may be for one service alone', async () => {
    const onlyFor = (service: string) =>
      use(
        { Effect: 'Allow', NotAction: 'iam:PassRole', Resource: '*' },
        { ...everything, Action: 'iam:PassRole', Condition: { StringEquals: { 'iam:PassedToService': service } } },
      );
    const change = () =>
      platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'app', Role: roleArn }));
    onlyFor('scheduler.amazonaws.com');
    await expect(change()).rejects.toThrow('iam:PassRole');
    onlyFor('lambda.amazonaws.com');
    await change();
  });

  test('to make something with tags is to tag it', async () => {
    allowAllBut('lambda:TagResource');
    const Tags = { team: 'shop' };
    await expect(createFunction(platform, { FunctionName: 'c', Tags })).rejects.toThrow('lambda:TagResource');
    allowAllBut('apigateway:TagResource');
    const api = new CreateApiCommand({ Name: 'a', ProtocolType: 'HTTP', Tags });
    await expect(platform.api.send(api)).rejects.toThrow('apigateway:TagResource');
    allowAllBut('iam:TagRole');
    const role = { RoleName: 'r', AssumeRolePolicyDocument: '{}', Tags: [{ Key: 'team', Value: 'shop' }] };
    await expect(platform.iam.send(new CreateRoleCommand(role))).rejects.toThrow('iam:TagRole');
  });

  test('Lambda reads a package from S3 in the name of the caller', async () => {
    allowAllBut('s3:GetObject');
    const Code = { S3Bucket: 'packages', S3Key: 'app.zip' };
    const create = new CreateFunctionCommand(functionInput({ FunctionName: 'd', Code }));
    await expect(platform.lambda.send(create)).rejects.toThrow(
      's3:GetObject on resource: arn:aws:s3:::packages/app.zip',
    );
  });

  test('whoever may not list tags gets the function without them', async () => {
    use(everything, { Effect: 'Deny', Action: 'lambda:ListTags', Resource: '*' });
    const found = await platform.lambda.send(new GetFunctionCommand({ FunctionName: 'app' }));
    expect(found).toMatchObject({ Configuration: { FunctionName: 'app' } });
    expect(found.Tags).toBeUndefined();
  });

  test('each of several parameters has to be allowed', async () => {
    use({ ...everything, Resource: `arn:aws:ssm:*:*:parameter/up/app/all/A` });
    const get = (...Names: string[]) => platform.ssm.send(new GetParametersCommand({ Names }));
    await get('/up/app/all/A');
    await expect(get('/up/app/all/A', '/up/app/all/B')).rejects.toThrow('parameter/up/app/all/B');
  });
});

describe('a condition may ask', () => {
  const update = () =>
    platform.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'app', MemorySize: 256 }));

  test.each<[what: string, statement: object, allowed: boolean]>([
    ['for a tag of the resource', { StringEquals: { 'aws:ResourceTag/team': 'shop' } }, true],
    ['for another one', { StringEquals: { 'aws:ResourceTag/team': 'other' } }, false],
    ['for the region', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, true],
    ['for another region', { StringNotLike: { 'aws:RequestedRegion': 'us-*' } }, false],
    ['who it is', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/local' } }, true],
  ])('%s', async (_what, Condition, allowed) => {
    use({ ...everything, Condition });
    if (allowed) await update();
    else await expect(update()).rejects.toThrow('lambda:UpdateFunctionConfiguration');
  });

  test('for tags of the request', async () => {
    use(everything, {
      ...everything,
      Effect: 'Deny',
      Action: 'iam:CreateRole',
      Condition: { Null: { 'aws:RequestTag/up:app': 'true' } },
    });
    const role = (Tags?: { Key: string; Value: string }[]) =>
      platform.iam.send(new CreateRoleCommand({ RoleName: 'tagged', AssumeRolePolicyDocument: trust, Tags }));
    await expect(role()).rejects.toThrow('explicit deny');
    await role([{ Key: 'up:app', Value: 'shop' }]);
  });

  test('to whom a permission is given', async () => {
    use({ ...everything, Condition: { StringEquals: { 'lambda:Principal': 'apigateway.amazonaws.com' } } });
    const add = (Principal: string) =>
      platform.lambda.send(
        new AddPermissionCommand({ FunctionName: 'app', StatementId: 's', Action: 'lambda:InvokeFunction', Principal }),
      );
    await expect(add('*')).rejects.toThrow('lambda:AddPermission');
    await add('apigateway.amazonaws.com');
  });
});

test('a function is judged by the policies of its role', async () => {
  const Statement = [{ ...everything, Action: 'lambda:InvokeFunction', Resource: `${fn}:*` }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await platform.iam.send(new PutRolePolicyCommand({ RoleName: 'app-role', PolicyName: 'up', PolicyDocument }));
  const sessionToken = toFunctionToken(roleArn, 'app');
  const own = new LambdaClient({
    endpoint: platform.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'ASIALOCAL', secretAccessKey: 'local', sessionToken },
  });
  try {
    await own.send(new InvokeCommand({ FunctionName: 'app', Qualifier: '$LATEST' }));
    await expect(own.send(new ListFunctionsCommand({}))).rejects.toThrow(
      `User: arn:aws:sts::${account}:assumed-role/app-role/app is not authorized to perform: lambda:ListFunctions`,
    );
  } finally {
    own.destroy();
  }
});
