import { DeleteCertificateCommand, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  CreateApiCommand,
  CreateApiMappingCommand,
  type CreateApiMappingCommandInput,
  CreateDomainNameCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteApiMappingCommand,
  DeleteDomainNameCommand,
  GetApiMappingsCommand,
  GetDomainNameCommand,
  GetTagsCommand,
  UpdateApiMappingCommand,
  UpdateDomainNameCommand,
} from '@aws-sdk/client-apigatewayv2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const DomainName = 'api.example.com';

let platform: Platform;
let CertificateArn: string;
beforeEach(async () => {
  platform = await startPlatform();
  CertificateArn = await issue(DomainName);
});
afterEach(() => platform.stop());

/** A certificate as it is after its validation, which aws-acm.test.ts is about. */
async function issue(name: string): Promise<string> {
  const { CertificateArn: arn = '' } = await platform.acm.send(
    new RequestCertificateCommand({ DomainName: name, ValidationMethod: 'DNS' }),
  );
  platform.store.state.certificates[arn]!.IssuedAt = Date.now();
  return arn;
}

function create(changes: { readonly CertificateArn?: string; readonly DomainName?: string } = {}) {
  return platform.api.send(
    new CreateDomainNameCommand({
      DomainName: changes.DomainName ?? DomainName,
      DomainNameConfigurations: [
        {
          CertificateArn: changes.CertificateArn ?? CertificateArn,
          EndpointType: 'REGIONAL',
          SecurityPolicy: 'TLS_1_2',
          IpAddressType: 'dualstack',
        },
      ],
      Tags: { 'up:app': 'shop' },
    }),
  );
}

async function createApi(): Promise<string> {
  const { ApiId } = await platform.api.send(new CreateApiCommand({ Name: 'shop', ProtocolType: 'HTTP' }));
  await platform.api.send(new CreateStageCommand({ ApiId, StageName: '$default' }));
  return ApiId!;
}

function map(ApiId: string, changes: Partial<CreateApiMappingCommandInput> = {}) {
  return platform.api.send(new CreateApiMappingCommand({ DomainName, ApiId, Stage: '$default', ...changes }));
}

describe('domain names', () => {
  test('are made with a target for DNS, shown, tagged and deleted', async () => {
    const { $metadata: _, ...created } = await create();
    expect(created).toMatchObject({
      DomainName,
      DomainNameConfigurations: [
        {
          ApiGatewayDomainName: expect.stringMatching(/^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/),
          CertificateArn,
          HostedZoneId: 'Z1UJRXOUMOOFQ8',
          IpAddressType: 'dualstack',
          DomainNameStatus: 'AVAILABLE',
        },
      ],
      RoutingMode: 'API_MAPPING_ONLY',
      Tags: { 'up:app': 'shop' },
    });
    expect(await platform.api.send(new GetDomainNameCommand({ DomainName }))).toMatchObject(created);
    const ResourceArn = `arn:aws:apigateway:us-east-1::/domainnames/${DomainName}`;
    expect((await platform.api.send(new GetTagsCommand({ ResourceArn }))).Tags).toEqual({ 'up:app': 'shop' });
    await platform.api.send(new DeleteDomainNameCommand({ DomainName }));
    await expect(platform.api.send(new GetDomainNameCommand({ DomainName }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });

  test('need a certificate that is issued and covers them', async () => {
    const { CertificateArn: pending = '' } = await platform.acm.send(
      new RequestCertificateCommand({ DomainName, ValidationMethod: 'DNS' }),
    );
    for (const arn of [pending, 'arn:aws:acm:us-east-1:000000000000:certificate/none', await issue('example.org')])
      await expect(create({ CertificateArn: arn })).rejects.toMatchObject({ name: 'BadRequestException' });
    await create({ CertificateArn: await issue('*.example.com') });
  });

  test('exist once, and keep their certificate from being deleted', async () => {
    await create();
    await expect(create()).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(platform.acm.send(new DeleteCertificateCommand({ CertificateArn }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
  });

  test('take another certificate', async () => {
    await create();
    const other = await issue('*.example.com');
    const DomainNameConfigurations = [{ CertificateArn: other }];
    const updated = await platform.api.send(new UpdateDomainNameCommand({ DomainName, DomainNameConfigurations }));
    expect(updated.DomainNameConfigurations?.[0]).toMatchObject({ CertificateArn: other, IpAddressType: 'dualstack' });
  });
});

describe('API mappings', () => {
  let ApiId: string;
  beforeEach(async () => {
    await create();
    ApiId = await createApi();
  });

  test('are made, moved, listed and deleted', async () => {
    const { ApiMappingId } = await map(ApiId);
    const other = await createApi();
    await platform.api.send(new UpdateApiMappingCommand({ DomainName, ApiMappingId, ApiId: other, Stage: '$default' }));
    await map(ApiId, { ApiMappingKey: 'v1/orders' });
    const list = async () => (await platform.api.send(new GetApiMappingsCommand({ DomainName }))).Items;
    expect((await list())?.map((item) => [item.ApiId, item.ApiMappingKey]).sort()).toEqual(
      [
        [other, ''],
        [ApiId, 'v1/orders'],
      ].sort(),
    );
    await platform.api.send(new DeleteApiMappingCommand({ DomainName, ApiMappingId }));
    expect(await list()).toHaveLength(1);
  });

  test('have a key once, and an API and stage that exist', async () => {
    await map(ApiId, { ApiMappingKey: 'api' });
    await expect(map(ApiId, { ApiMappingKey: 'api' })).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(map(ApiId, { ApiMappingKey: '/x' })).rejects.toMatchObject({ name: 'BadRequestException' });
    await expect(map('none')).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(map(ApiId, { Stage: 'none' })).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('keep their API from being deleted', async () => {
    await map(ApiId);
    await expect(platform.api.send(new DeleteApiCommand({ ApiId }))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
  });
});
