/** The domain name in API Gateway: what the records of a domain lead to. Stages of one app may share it by path. */
import {
  type ApiGatewayV2Client,
  ConflictException,
  CreateDomainNameCommand,
  DeleteDomainNameCommand,
  type DomainNameConfiguration,
  GetDomainNameCommand,
  type GetDomainNameCommandOutput,
  NotFoundException,
  UpdateDomainNameCommand,
} from '@aws-sdk/client-apigatewayv2';
import { UpError } from '../../errors.ts';
import type { LiveDomain, LiveDomainName } from '../domains/model.ts';
import type { Change } from '../model.ts';
import type { Spec } from '../spec.ts';
import { appTags, isOurs } from '../tags.ts';

/** Throws UP_NOT_OURS for one that somebody else made. */
export async function readDomainName(
  api: ApiGatewayV2Client,
  app: string,
  name: string,
): Promise<LiveDomainName | null> {
  const found = await find(api, name);
  if (found && !isOurs(found.Tags, app)) throw foreign(app, name);
  return found && toLive(found.DomainNameConfigurations);
}

function foreign(app: string, name: string): UpError {
  return new UpError(
    'UP_NOT_OURS',
    `The domain name "${name}" in API Gateway was not made by up for the app "${app}"`,
    {
      hint: `delete it, or the stack of apex/up that has it; or give it the tag up:app=${app}`,
    },
  );
}

/** The same for who only wants to remove it: what is not ours is nobody's error. */
export async function findDomainName(
  api: ApiGatewayV2Client,
  app: string,
  name: string,
): Promise<LiveDomainName | 'foreign' | null> {
  const found = await find(api, name);
  if (found && !isOurs(found.Tags, app)) return 'foreign';
  return found && toLive(found.DomainNameConfigurations);
}

async function find(api: ApiGatewayV2Client, DomainName: string): Promise<GetDomainNameCommandOutput | null> {
  try {
    return await api.send(new GetDomainNameCommand({ DomainName }));
  } catch (error) {
    if (error instanceof NotFoundException) return null;
    throw error;
  }
}

function toLive([configuration = {}]: readonly DomainNameConfiguration[] = []): LiveDomainName {
  const { ApiGatewayDomainName = '', HostedZoneId = '' } = configuration;
  return { target: ApiGatewayDomainName, targetZone: HostedZoneId, configuration };
}

export function diffDomainName({ certificate, domainName }: LiveDomain): Change[] {
  const live: DomainNameConfiguration = domainName?.configuration ?? {};
  return Object.entries(wanted(certificate?.arn ?? ''))
    .map(([field, to]) => ({ field, from: live[field as keyof DomainNameConfiguration], to }))
    .filter(({ from, to }) => from !== to);
}

function wanted(CertificateArn: string) {
  return {
    CertificateArn,
    EndpointType: 'REGIONAL',
    SecurityPolicy: 'TLS_1_2',
    IpAddressType: 'dualstack',
  } as const;
}

export async function createDomainName(
  api: ApiGatewayV2Client,
  { app, ownTags }: Pick<Spec, 'app' | 'ownTags'>,
  { name, certificate }: LiveDomain,
): Promise<LiveDomainName> {
  try {
    const created = await api.send(
      new CreateDomainNameCommand({
        DomainName: name,
        DomainNameConfigurations: [wanted(certificate?.arn ?? '')],
        RoutingMode: 'API_MAPPING_ONLY',
        Tags: { ...ownTags, ...appTags(app) },
      }),
    );
    return toLive(created.DomainNameConfigurations);
  } catch (error) {
    // Another stage came before us, or the answer to an earlier try was lost.
    const live = error instanceof ConflictException ? await readDomainName(api, app, name) : null;
    if (live === null) throw error;
    return live;
  }
}

export async function updateDomainName(
  api: ApiGatewayV2Client,
  { name, certificate }: LiveDomain,
): Promise<LiveDomainName> {
  const DomainNameConfigurations = [wanted(certificate?.arn ?? '')];
  const updated = await api.send(new UpdateDomainNameCommand({ DomainName: name, DomainNameConfigurations }));
  return toLive(updated.DomainNameConfigurations);
}

export async function removeDomainName(api: ApiGatewayV2Client, name: string): Promise<void> {
  try {
    await api.send(new DeleteDomainNameCommand({ DomainName: name }));
  } catch (error) {
    if (!(error instanceof NotFoundException)) throw error;
  }
}
