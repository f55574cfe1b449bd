import {
  CreateApiCommand,
  CreateIntegrationCommand,
  type CreateIntegrationCommandInput,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  DeleteStageCommand,
  GetApiCommand,
  GetApisCommand,
  GetIntegrationCommand,
  GetIntegrationsCommand,
  GetRouteCommand,
  GetRoutesCommand,
  GetStageCommand,
  GetStagesCommand,
  GetTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { signedHeaders } from '../support/signature.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:app:production';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.stop());

async function createApi(Name = 'app'): Promise<string> {
  const { ApiId } = await platform.api.send(new CreateApiCommand({ Name, ProtocolType: 'HTTP', Tags: { up: 'yes' } }));
  return ApiId!;
}

async function createIntegration(ApiId: string, changes: Partial<CreateIntegrationCommandInput> = {}): Promise<string> {
  const { IntegrationId } = await platform.api.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: functionArn,
      PayloadFormatVersion: '2.0',
      ...changes,
    }),
  );
  return IntegrationId!;
}

describe('APIs', () => {
  test('CreateApi opens a front door whose URL is the endpoint', async () => {
    const api = await platform.api.send(
      new CreateApiCommand({ Name: 'app', ProtocolType: 'HTTP', Description: 'd', Tags: { up: 'yes' } }),
    );
    expect(api).toMatchObject({ Name: 'app', ProtocolType: 'HTTP', Description: 'd', Tags: { up: 'yes' } });
    expect(api.ApiEndpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(api.CreatedDate).toBeInstanceOf(Date);
    expect(platform.frontDoors.opened).toEqual([api.ApiId]);
    const { $metadata: _, ...shown } = await platform.api.send(new GetApiCommand({ ApiId: api.ApiId }));
    expect(api).toMatchObject(shown);
  });

  test('each API has an endpoint of its own, which survives a restart', async () => {
    const ids = [await createApi('a'), await createApi('b')];
    const before = (await platform.api.send(new GetApisCommand({}))).Items!;
    expect(new Set(before.map((api) => api.ApiEndpoint)).size).toBe(2);
    platform = await platform.restart();
    const after = (await platform.api.send(new GetApisCommand({}))).Items;
    expect(after).toEqual(before);
    expect(after?.map((api) => api.ApiId).sort()).toEqual(ids.sort());
  });

  test('GetApis comes in pages', async () => {
    for (const name of ['a', 'b', 'c']) await createApi(name);
    const first = await platform.api.send(new GetApisCommand({ MaxResults: '2' }));
    const second = await platform.api.send(new GetApisCommand({ MaxResults: '2', NextToken: first.NextToken }));
    expect(first.Items).toHaveLength(2);
    expect(second.Items).toHaveLength(1);
    expect(second.NextToken).toBeUndefined();
    await expect(platform.api.send(new GetApisCommand({ NextToken: '%%' }))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
  });

  test('UpdateApi changes name, description and the endpoint switch', async () => {
    const ApiId = await createApi();
    await platform.api.send(
      new UpdateApiCommand({ ApiId, Name: 'new', Description: 'd', DisableExecuteApiEndpoint: true }),
    );
    const api = await platform.api.send(new GetApiCommand({ ApiId }));
    expect(api).toMatchObject({ Name: 'new', Description: 'd', DisableExecuteApiEndpoint: true, Tags: { up: 'yes' } });
  });

  test('DeleteApi closes the front door', async () => {
    const ApiId = await createApi();
    await platform.api.send(new DeleteApiCommand({ ApiId }));
    expect(platform.frontDoors.closed).toEqual([ApiId]);
    await expect(platform.api.send(new GetApiCommand({ ApiId }))).rejects.toMatchObject({
      name: 'NotFoundException',
      message: `Invalid API identifier specified 000000000000:${ApiId}`,
      $metadata: { httpStatusCode: 404 },
    });
  });

  test.each([
    ['quick create', { Target: functionArn }, /Quick create/],
    ['CORS', { CorsConfiguration: { AllowOrigins: ['*'] } }, /corsConfiguration is not implemented/],
    ['WebSocket', { ProtocolType: 'WEBSOCKET' as const }, /WEBSOCKET is not implemented/],
  ])('%s is refused', async (_, changes, message) => {
    const command = new CreateApiCommand({ Name: 'app', ProtocolType: 'HTTP', ...changes });
    await expect(platform.api.send(command)).rejects.toMatchObject({
      name: 'BadRequestException',
      message: expect.stringMatching(message),
    });
    expect(platform.frontDoors.opened).toEqual([]);
  });
});

describe('integrations', () => {
  test('are created with defaults, shown, listed, updated and deleted', async () => {
    const ApiId = await createApi();
    const IntegrationId = await createIntegration(ApiId);
    const get = () => platform.api.send(new GetIntegrationCommand({ ApiId, IntegrationId }));
    expect(await get()).toMatchObject({
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: functionArn,
      IntegrationMethod: 'POST',
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 30_000,
      ConnectionType: 'INTERNET',
    });
    await platform.api.send(new UpdateIntegrationCommand({ ApiId, IntegrationId, TimeoutInMillis: 5000 }));
    expect(await get()).toMatchObject({ TimeoutInMillis: 5000, IntegrationUri: functionArn });
    expect((await platform.api.send(new GetIntegrationsCommand({ ApiId }))).Items).toHaveLength(1);
    await platform.api.send(new DeleteIntegrationCommand({ ApiId, IntegrationId }));
    await expect(get()).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test.each<[string, Partial<CreateIntegrationCommandInput>]>([
    ['an HTTP proxy', { IntegrationType: 'HTTP_PROXY' }],
    ['no URI', { IntegrationUri: undefined }],
    ['a URI that is no function', { IntegrationUri: 'https://example.com' }],
    ['no payload format', { PayloadFormatVersion: undefined }],
    ['a payload format that does not exist', { PayloadFormatVersion: '3.0' }],
    ['too long a timeout', { TimeoutInMillis: 30_001 }],
    ['too short a timeout', { TimeoutInMillis: 49 }],
    ['a VPC link', { ConnectionType: 'VPC_LINK', ConnectionId: 'x' }],
  ])('with %s are refused', async (_, changes) => {
    const ApiId = await createApi();
    await expect(createIntegration(ApiId, changes)).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  test('in use by a route cannot be deleted', async () => {
    const ApiId = await createApi();
    const IntegrationId = await createIntegration(ApiId);
    const Target = `integrations/${IntegrationId}`;
    const { RouteId } = await platform.api.send(new CreateRouteCommand({ ApiId, RouteKey: '$default', Target }));
    await expect(platform.api.send(new DeleteIntegrationCommand({ ApiId, IntegrationId }))).rejects.toMatchObject({
      name: 'ConflictException',
      $metadata: { httpStatusCode: 409 },
    });
    await platform.api.send(new DeleteRouteCommand({ ApiId, RouteId }));
    await platform.api.send(new DeleteIntegrationCommand({ ApiId, IntegrationId }));
  });
});

describe('routes', () => {
  test('are created, shown, listed, updated and deleted', async () => {
    const ApiId = await createApi();
    const Target = `integrations/${await createIntegration(ApiId)}`;
    const { RouteId } = await platform.api.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /a', Target }));
    const get = () => platform.api.send(new GetRouteCommand({ ApiId, RouteId }));
    expect(await get()).toMatchObject({ RouteKey: 'GET /a', Target, AuthorizationType: 'NONE', ApiKeyRequired: false });
    const other = `integrations/${await createIntegration(ApiId)}`;
    await platform.api.send(new UpdateRouteCommand({ ApiId, RouteId, RouteKey: 'ANY /b/{proxy+}', Target: other }));
    expect(await get()).toMatchObject({ RouteKey: 'ANY /b/{proxy+}', Target: other });
    expect((await platform.api.send(new GetRoutesCommand({ ApiId }))).Items).toHaveLength(1);
    await platform.api.send(new DeleteRouteCommand({ ApiId, RouteId }));
    await expect(get()).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('with one key exist once', async () => {
    const ApiId = await createApi();
    await platform.api.send(new CreateRouteCommand({ ApiId, RouteKey: '$default' }));
    await expect(platform.api.send(new CreateRouteCommand({ ApiId, RouteKey: '$default' }))).rejects.toMatchObject({
      name: 'ConflictException',
      message: 'Route with key $default already exists for this API',
    });
  });

  test('with a bad key, a missing integration or an authorizer are refused', async () => {
    const ApiId = await createApi();
    for (const changes of [
      { RouteKey: 'nonsense' },
      { RouteKey: 'GET a' },
      { RouteKey: '$default', Target: 'integrations/nope' },
      { RouteKey: '$default', AuthorizationType: 'AWS_IAM' as const },
    ])
      await expect(platform.api.send(new CreateRouteCommand({ ApiId, ...changes }))).rejects.toMatchObject({
        name: 'BadRequestException',
      });
  });

  test('the key $default cannot be renamed', async () => {
    const ApiId = await createApi();
    const { RouteId } = await platform.api.send(new CreateRouteCommand({ ApiId, RouteKey: '$default' }));
    const rename = new UpdateRouteCommand({ ApiId, RouteId, RouteKey: 'GET /' });
    await expect(platform.api.send(rename)).rejects.toMatchObject({ name: 'BadRequestException' });
  });
});

describe('stages', () => {
  test('are created, shown, listed, updated and deleted', async () => {
    const ApiId = await createApi();
    const StageName = '$default';
    const stage = await platform.api.send(
      new CreateStageCommand({
        ApiId,
        StageName,
        AutoDeploy: true,
        DefaultRouteSettings: { ThrottlingBurstLimit: 10, ThrottlingRateLimit: 5 },
        StageVariables: { a: 'b' },
        Tags: { up: 'yes' },
      }),
    );
    expect(stage).toMatchObject({ StageName, AutoDeploy: true, StageVariables: { a: 'b' }, Tags: { up: 'yes' } });
    expect(stage.DefaultRouteSettings).toMatchObject({ ThrottlingBurstLimit: 10, ThrottlingRateLimit: 5 });
    expect(stage.CreatedDate).toBeInstanceOf(Date);
    await platform.api.send(new UpdateStageCommand({ ApiId, StageName, Description: 'd' }));
    expect(await platform.api.send(new GetStageCommand({ ApiId, StageName }))).toMatchObject({
      Description: 'd',
      AutoDeploy: true,
    });
    expect((await platform.api.send(new GetStagesCommand({ ApiId }))).Items).toHaveLength(1);
    await platform.api.send(new DeleteStageCommand({ ApiId, StageName }));
    await expect(platform.api.send(new GetStageCommand({ ApiId, StageName }))).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Invalid stage identifier specified',
    });
  });

  test('of one name exist once, and bad names are refused', async () => {
    const ApiId = await createApi();
    await platform.api.send(new CreateStageCommand({ ApiId, StageName: 'a' }));
    await expect(platform.api.send(new CreateStageCommand({ ApiId, StageName: 'a' }))).rejects.toMatchObject({
      name: 'ConflictException',
      message: 'Stage already exists',
    });
    await expect(platform.api.send(new CreateStageCommand({ ApiId, StageName: 'a b' }))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
  });
});

test('tags of APIs and stages go by ARN', async () => {
  const ApiId = await createApi();
  await platform.api.send(new CreateStageCommand({ ApiId, StageName: '$default' }));
  for (const suffix of ['', '/stages/$default']) {
    const ResourceArn = `arn:aws:apigateway:us-east-1::/apis/${ApiId}${suffix}`;
    await platform.api.send(new TagResourceCommand({ ResourceArn, Tags: { a: '1', b: '2' } }));
    await platform.api.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a', 'up'] }));
    expect((await platform.api.send(new GetTagsCommand({ ResourceArn }))).Tags).toEqual({ b: '2' });
  }
  await expect(platform.api.send(new GetTagsCommand({ ResourceArn: 'arn:aws:s3:::x' }))).rejects.toMatchObject({
    name: 'BadRequestException',
  });
});

test('members are lower camel case on the wire', async () => {
  const res = await fetch(`${platform.url}/v2/apis`, {
    method: 'POST',
    headers: signedHeaders('apigateway'),
    body: JSON.stringify({ name: 'app', protocolType: 'HTTP' }),
  });
  expect(res.status).toBe(201);
  expect(await res.json()).toMatchObject({ name: 'app', apiEndpoint: expect.any(String), apiId: expect.any(String) });
});

test('routes, integrations and stages survive a restart', async () => {
  const ApiId = await createApi();
  const Target = `integrations/${await createIntegration(ApiId)}`;
  await platform.api.send(new CreateRouteCommand({ ApiId, RouteKey: '$default', Target }));
  await platform.api.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }));
  platform = await platform.restart();
  expect((await platform.api.send(new GetRoutesCommand({ ApiId }))).Items).toMatchObject([{ Target }]);
  expect((await platform.api.send(new GetStagesCommand({ ApiId }))).Items).toMatchObject([{ AutoDeploy: true }]);
});
