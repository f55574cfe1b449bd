/**
 * Somebody changes or deletes a part of the app by hand, with an AWS client: the plan shows it, the steps of one deploy
 * restore it, and the plan is empty again. What is not ours stays as it is.
 *
 * One file, because it is one list: what somebody may bend, part by part.
 */
import {
  CreateApiCommand,
  CreateIntegrationCommand,
  DeleteApiCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  DeleteStageCommand,
  GetApisCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  UntagResourceCommand,
  UpdateApiCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  GetAliasCommand,
  PublishVersionCommand,
  RemovePermissionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Clients } from '../../cli/aws/clients.ts';
import { permissionId } from '../../cli/aws/names.ts';
import { plan } from '../../cli/aws/plan.ts';
import type { Spec } from '../../cli/aws/spec.ts';
import { readWorld } from '../../cli/aws/world.ts';
import { createFunction, createRole, roleArn, trust } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { makeZip } from '../fakes/zip.ts';
import { clientsOf, deploySteps, wantedOf } from '../support/deploys.ts';

const FunctionName = 'shop';
const RoleName = 'shop-function';
const logGroupName = '/aws/lambda/shop';

let platform: Platform;
let clients: Clients;

beforeAll(async () => {
  platform = await startPlatform();
  await createRole(platform);
  clients = clientsOf(platform);
});
afterAll(() => platform.stop());

const spec = wantedOf;

/** What a plan wants done, `update function (MemorySize)`. */
async function planned(wanted: Spec): Promise<string[]> {
  const steps = plan(wanted, await readWorld(clients, wanted));
  return steps
    .filter(({ action }) => action !== 'keep')
    .map(({ action, type, changes }) => {
      const fields = changes.map(({ field }) => field).join(', ');
      return fields ? `${action} ${type} (${fields})` : `${action} ${type}`;
    });
}

const deploy = (wanted: Spec) => deploySteps(clients, wanted);

async function api() {
  const { Items = [] } = await clients.api.send(new GetApisCommand({}));
  const ApiId = Items.find(({ Name }) => Name === 'shop-staging')?.ApiId ?? '';
  const integrations = await clients.api.send(new GetIntegrationsCommand({ ApiId }));
  const routes = await clients.api.send(new GetRoutesCommand({ ApiId }));
  const IntegrationId = integrations.Items?.[0]?.IntegrationId;
  return { ApiId, IntegrationId, RouteId: routes.Items?.[0]?.RouteId };
}

type Edit = () => Promise<unknown>;

const configure = (changes: object) => () =>
  clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...changes }));
const integrate = (changes: object) => async () => {
  const { ApiId, IntegrationId } = await api();
  await clients.api.send(new UpdateIntegrationCommand({ ApiId, IntegrationId, ...changes }));
};
const untag = (key: string) => async () => {
  const ResourceArn = `arn:aws:apigateway:us-east-1::/apis/${(await api()).ApiId}`;
  await clients.api.send(new UntagResourceCommand({ ResourceArn, TagKeys: [key] }));
};

describe('a stage with an HTTP API', () => {
  const wanted = spec();
  beforeAll(() => deploy(wanted));

  test.each<[title: string, edit: Edit, shown: string[]]>([
    ['the memory', configure({ MemorySize: 1024 }), ['update function (MemorySize)']],
    ['the timeout', configure({ Timeout: 3 }), ['update function (Timeout)']],
    ['the runtime', configure({ Runtime: 'nodejs22.x' }), ['update function (Runtime)']],
    ['the handler', configure({ Handler: 'index.handler' }), ['update function (Handler)']],
    ['the role', configure({ Role: roleArn }), ['update function (Role)']],
    [
      'a variable',
      configure({ Environment: { Variables: { ...wanted.fn.Environment, EXTRA: 'x' } } }),
      ['update function (Environment)'],
    ],
    ['every variable', configure({ Environment: { Variables: {} } }), ['update function (Environment)']],
    [
      'the format and the place of logs',
      configure({ LoggingConfig: { LogFormat: 'JSON', LogGroup: '/theirs' } }),
      ['update function (LogFormat, LogGroup)'],
    ],
    [
      'the code',
      () =>
        clients.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: makeZip({ 'app.js': 'theirs' }) })),
      ['update function (Code)'],
    ],
    [
      'the processor',
      () =>
        clients.lambda.send(
          new UpdateFunctionCodeCommand({ FunctionName, ZipFile: wanted.code.zip, Architectures: ['arm64'] }),
        ),
      ['update function (Architectures)'],
    ],
    [
      'the policy of the role',
      () =>
        clients.iam.send(
          new PutRolePolicyCommand({
            RoleName,
            PolicyName: 'up',
            PolicyDocument: '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}',
          }),
        ),
      ['update role (policy)'],
    ],
    [
      'who may assume the role',
      () =>
        clients.iam.send(
          new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust.replace('lambda', 'ec2') }),
        ),
      ['update role (trust)'],
    ],
    [
      'the retention of logs',
      () => clients.logs.send(new DeleteRetentionPolicyCommand({ logGroupName })),
      ['update log group (retentionInDays)'],
    ],
    [
      'where the API leads to',
      integrate({ IntegrationUri: 'arn:aws:lambda:us-east-1:000000000000:function:other' }),
      ['update http api (IntegrationUri)'],
    ],
    ['the payload format', integrate({ PayloadFormatVersion: '1.0' }), ['update http api (PayloadFormatVersion)']],
    ['the timeout of the API', integrate({ TimeoutInMillis: 1000 }), ['update http api (TimeoutInMillis)']],
    [
      'the target of the route',
      async () => {
        const { ApiId, RouteId } = await api();
        const { IntegrationId } = await clients.api.send(
          new CreateIntegrationCommand({
            ApiId,
            IntegrationType: 'AWS_PROXY',
            IntegrationUri: 'arn:aws:lambda:us-east-1:000000000000:function:other',
            PayloadFormatVersion: '2.0',
          }),
        );
        await clients.api.send(new UpdateRouteCommand({ ApiId, RouteId, Target: `integrations/${IntegrationId}` }));
      },
      ['update http api (route)'],
    ],
    [
      'whether the stage deploys by itself',
      async () => {
        const { ApiId } = await api();
        await clients.api.send(new UpdateStageCommand({ ApiId, StageName: '$default', AutoDeploy: false }));
      },
      ['update http api (AutoDeploy)'],
    ],
    [
      'the description of the API',
      async () => clients.api.send(new UpdateApiCommand({ ApiId: (await api()).ApiId, Description: 'theirs' })),
      ['update http api (Description)'],
    ],
    ['the tag that names the stage', untag('up:stage'), ['update http api (up:stage)']],
    ['the tag that names the app', untag('up:app'), ['update http api (up:app)']],
    [
      'who may invoke the stage',
      async () => {
        const StatementId = permissionId('staging');
        const statement = { FunctionName, Qualifier: 'staging', StatementId };
        await clients.lambda.send(new RemovePermissionCommand(statement));
        await clients.lambda.send(
          new AddPermissionCommand({ ...statement, Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' }),
        );
      },
      ['update permission (statement)'],
    ],
  ])('%s is restored when it was changed', async (_title, edit, shown) => {
    await edit();
    expect(await planned(wanted)).toEqual(shown);
    await deploy(wanted);
    expect(await planned(wanted)).toEqual([]);
  });

  test.each<[title: string, edit: Edit, shown: string[]]>([
    [
      'the role',
      async () => {
        await clients.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'up' }));
        await clients.iam.send(new DeleteRoleCommand({ RoleName }));
      },
      ['create role'],
    ],
    [
      'its policy',
      () => clients.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'up' })),
      ['update role (policy)'],
    ],
    ['the log group', () => clients.logs.send(new DeleteLogGroupCommand({ logGroupName })), ['create log group']],
    [
      'the permission',
      async () => {
        const StatementId = permissionId('staging');
        await clients.lambda.send(new RemovePermissionCommand({ FunctionName, Qualifier: 'staging', StatementId }));
      },
      ['create permission'],
    ],
    [
      'the API',
      async () => clients.api.send(new DeleteApiCommand({ ApiId: (await api()).ApiId })),
      ['create http api', 'update permission (statement)'],
    ],
    [
      'the route and the integration',
      async () => {
        const { ApiId, IntegrationId, RouteId } = await api();
        await clients.api.send(new DeleteRouteCommand({ ApiId, RouteId }));
        await clients.api.send(new DeleteIntegrationCommand({ ApiId, IntegrationId }));
      },
      ['update http api (integration, route)'],
    ],
    [
      'the stage of the API',
      async () => clients.api.send(new DeleteStageCommand({ ApiId: (await api()).ApiId, StageName: '$default' })),
      ['update http api (stage)'],
    ],
    [
      'the alias',
      () => clients.lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'staging' })),
      ['create version', 'create alias', 'create permission'],
    ],
    [
      'the function',
      () => clients.lambda.send(new DeleteFunctionCommand({ FunctionName })),
      ['create function', 'create version', 'create alias', 'create permission'],
    ],
  ])('%s is made again when it was deleted', async (_title, edit, shown) => {
    const before = await api();
    await edit();
    expect(await planned(wanted)).toEqual(shown);
    await deploy(wanted);
    expect(await planned(wanted)).toEqual([]);
    // The URL outlives whatever is restored around it.
    if (shown[0] !== 'create http api') expect((await api()).ApiId).toBe(before.ApiId);
  });

  test('an alias that was moved comes back to what up.json and the code say', async () => {
    const { FunctionVersion } = await clients.lambda.send(new GetAliasCommand({ FunctionName, Name: 'staging' }));
    await configure({ MemorySize: 256 })();
    const theirs = await clients.lambda.send(new PublishVersionCommand({ FunctionName }));
    await clients.lambda.send(
      new UpdateAliasCommand({ FunctionName, Name: 'staging', FunctionVersion: theirs.Version }),
    );
    expect(await planned(wanted)).toContain('update alias (FunctionVersion)');
    await deploy(wanted);
    expect(await planned(wanted)).toEqual([]);
    const restored = await clients.lambda.send(new GetAliasCommand({ FunctionName, Name: 'staging' }));
    expect(restored.FunctionVersion).not.toBe(theirs.Version);
    expect(Number(restored.FunctionVersion)).toBeGreaterThan(Number(FunctionVersion));
  });
});

describe('a stage with a Function URL', () => {
  const wanted = spec({ url: 'function_url' });
  const Qualifier = 'staging';
  beforeAll(() => deploy(wanted));

  test.each<[title: string, edit: Edit, shown: string[]]>([
    [
      'who may call it',
      () => clients.lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, Qualifier, AuthType: 'AWS_IAM' })),
      ['update function url (AuthType)'],
    ],
    [
      'how it answers',
      () =>
        clients.lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, Qualifier, InvokeMode: 'BUFFERED' })),
      ['update function url (InvokeMode)'],
    ],
    [
      'the URL itself',
      () => clients.lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName, Qualifier })),
      ['create function url'],
    ],
    [
      'one of its permissions',
      () =>
        clients.lambda.send(
          new RemovePermissionCommand({ FunctionName, Qualifier, StatementId: 'up-staging-url-invoke' }),
        ),
      ['update permission (statement)'],
    ],
  ])('%s is restored', async (_title, edit, shown) => {
    await edit();
    expect(await planned(wanted)).toEqual(shown);
    await deploy(wanted);
    expect(await planned(wanted)).toEqual([]);
  });
});

describe('of somebody else, with a name of ours,', () => {
  test('a log group is left as it is', async () => {
    const wanted = spec({ name: 'grouped' });
    const { name } = wanted.logGroup;
    await clients.logs.send(new CreateLogGroupCommand({ logGroupName: name }));
    await deploy(wanted);
    const { logGroups } = await clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    expect(logGroups?.[0]?.retentionInDays).toBeUndefined();
    expect(await planned(wanted)).toEqual([]);
  });

  test('an API stays beside ours', async () => {
    const wanted = spec({ name: 'fronted' });
    const theirs = await clients.api.send(new CreateApiCommand({ Name: 'fronted-staging', ProtocolType: 'HTTP' }));
    await deploy(wanted);
    const { Items = [] } = await clients.api.send(new GetApisCommand({}));
    expect(Items.filter(({ Name }) => Name === 'fronted-staging')).toHaveLength(2);
    const { Items: routes } = await clients.api.send(new GetRoutesCommand({ ApiId: theirs.ApiId }));
    expect(routes).toEqual([]);
  });

  test('a function stops the deploy', async () => {
    await createFunction(platform, { FunctionName: 'theirs' });
    await expect(deploy(spec({ name: 'theirs' }))).rejects.toMatchObject({ code: 'UP_NOT_OURS' });
  });

  test('so does a role', async () => {
    await clients.iam.send(new CreateRoleCommand({ RoleName: 'taken-function', AssumeRolePolicyDocument: trust }));
    await expect(deploy(spec({ name: 'taken' }))).rejects.toMatchObject({ code: 'UP_NOT_OURS' });
  });
});
