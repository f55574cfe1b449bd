/**
 * Custom domains against the local platform's AWS: each deploy is a fresh read, a plan and its steps. One file, because
 * every deploy in it goes on from the same two stages and their clock.
 */
import { ListCertificatesCommand, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  CreateDomainNameCommand,
  DeleteApiMappingCommand,
  DeleteDomainNameCommand,
  GetApiMappingsCommand,
  GetApisCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CreateAliasCommand } from '@aws-sdk/client-lambda';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyStep, createOutputs } from '../../cli/aws/apply.ts';
import type { Clients } from '../../cli/aws/clients.ts';
import { foreignRecords, recordsToAdd } from '../../cli/aws/domains/model.ts';
import { isDomainStep } from '../../cli/aws/domains/plan.ts';
import { removeDomain } from '../../cli/aws/domains/remove.ts';
import type { Outputs, Step } from '../../cli/aws/model.ts';
import { plan } from '../../cli/aws/plan.ts';
import { covers } from '../../cli/aws/resources/certificate.ts';
import { readWorld } from '../../cli/aws/world.ts';
import { AwsError } from '../../local/aws/error.ts';
import { createFunction, createRole } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { clientsOf, identity, wantedOf } from '../support/deploys.ts';

const FunctionName = 'shop';
const DomainName = 'api.example.com';
const withDomain = { stages: { production: { domain: DomainName } } };

let platform: Platform;
let clients: Clients;
let time: number;
/** After this call of a deploy no other one is answered, as if it had been killed; `made` once it has come. */
let lastCall: string | null;
beforeEach(async () => {
  time = Date.UTC(2026, 10, 26);
  // Whoever asks a second time has waited.
  lastCall = null;
  const onCall = (_service: string, operation: string) => {
    if (operation === 'DescribeCertificate') time += 300;
    if (lastCall === 'made') throw new AwsError('AccessDenied', 'killed');
    if (lastCall === operation) lastCall = 'made';
  };
  platform = await startPlatform({ clock: () => time, onCall });
  clients = clientsOf(platform);
  await createRole(platform);
  await createFunction(platform, { FunctionName, Tags: { 'up:app': FunctionName }, Publish: true });
  for (const Name of ['production', 'staging'])
    await platform.lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '1' }));
});
afterEach(() => platform.stop());

interface Deployed {
  /** What was done, in order: `create certificate`. */
  readonly work: readonly string[];
  readonly outputs: Outputs;
  readonly steps: readonly Step[];
}

/** The API and the domain of a deploy; the function has no part in either. */
async function deploy(upJson: object, stage = 'production'): Promise<Deployed> {
  const spec = wantedOf(upJson, { stage });
  const world = await readWorld(clients, spec);
  const steps = plan(spec, world).filter((step) => step.type === 'http api' || isDomainStep(step));
  const outputs = createOutputs(spec, world);
  for (const step of steps) await applyStep({ clients, spec, world, outputs, say: () => {} }, step);
  const work = steps.filter(({ action }) => action !== 'keep').map(({ action, type }) => `${action} ${type}`);
  return { work, outputs, steps };
}

/** A moment passes, in which certificates are issued. */
function later(): void {
  time += 2_000;
}

/** Both deploys that a new domain takes. */
async function deployTwice(upJson: object, stage?: string): Promise<Deployed> {
  await deploy(upJson, stage);
  later();
  return deploy(upJson, stage);
}

async function createZone(Name = 'example.com', PrivateZone = false): Promise<string> {
  const { HostedZone } = await platform.route53.send(
    new CreateHostedZoneCommand({ Name, CallerReference: `${Name}${PrivateZone}`, HostedZoneConfig: { PrivateZone } }),
  );
  return HostedZone?.Id ?? '';
}

async function put(HostedZoneId: string, ResourceRecordSet: ResourceRecordSet): Promise<void> {
  const Changes = [{ Action: 'UPSERT' as const, ResourceRecordSet }];
  await platform.route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
}

/** `A api.example.com`, without the zone's own. */
async function records(HostedZoneId: string): Promise<string[]> {
  const { ResourceRecordSets = [] } = await platform.route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
  return ResourceRecordSets.filter(({ Type = '' }) => !['NS', 'SOA'].includes(Type)).map(({ Type, Name = '' }) => {
    return `${Type} ${Name.replace(/^_[0-9a-f]{32}/, '_proof').replace(/\.$/, '')}`;
  });
}

/** Which API each path of the domain leads to, by the API's name. */
async function mappings(): Promise<Record<string, string | undefined>> {
  const { Items = [] } = await platform.api.send(new GetApiMappingsCommand({ DomainName }));
  const apis = (await platform.api.send(new GetApisCommand({}))).Items ?? [];
  const nameOf = (id: string | undefined) => apis.find(({ ApiId }) => ApiId === id)?.Name;
  return Object.fromEntries(Items.map(({ ApiId, ApiMappingKey = '' }) => [`/${ApiMappingKey}`, nameOf(ApiId)]));
}

async function certificates(): Promise<(string | undefined)[]> {
  const { CertificateSummaryList = [] } = await platform.acm.send(new ListCertificatesCommand({}));
  return CertificateSummaryList.map(({ DomainName: name }) => name);
}

/** One that is issued, and that nobody tagged as ours. */
async function issueForeign(name: string): Promise<string> {
  const { CertificateArn = '' } = await platform.acm.send(
    new RequestCertificateCommand({ DomainName: name, ValidationMethod: 'DNS' }),
  );
  platform.store.state.certificates[CertificateArn]!.IssuedAt = time;
  return CertificateArn;
}

const proof = `CNAME _proof.${DomainName}`;
const addresses = [`A ${DomainName}`, `AAAA ${DomainName}`];
const everything = ['create certificate', 'create domain name', 'create api mapping', 'create dns records'];

describe('a new domain', () => {
  test('first gets a certificate and its proof, then all the rest, then nothing', async () => {
    const zone = await createZone();
    const first = await deploy(withDomain);
    expect(first.work).toEqual(['create http api', ...everything]);
    expect(first.outputs.domain).toMatchObject({ certificate: { status: 'PENDING_VALIDATION' }, domainName: null });
    expect(await records(zone)).toEqual([proof]);
    // What takes ACM minutes is nothing to do for a deploy.
    expect((await deploy(withDomain)).work).toEqual([]);
    later();
    expect((await deploy(withDomain)).work).toEqual(everything.slice(1));
    expect(await records(zone)).toEqual([...addresses, proof]);
    expect(await mappings()).toEqual({ '/': 'shop-production' });
    expect((await deploy(withDomain)).work).toEqual([]);
  });

  test('is made at once where a certificate covers it already', async () => {
    await createZone();
    const arn = await issueForeign('*.example.com');
    const { work, outputs } = await deploy(withDomain);
    expect(work).toEqual(['create http api', ...everything.slice(1)]);
    expect(outputs.domain?.certificate?.arn).toBe(arn);
    expect((await deploy(withDomain)).work).toEqual([]);
  });

  test('takes the certificate that is given, if it covers the domain', async () => {
    await createZone();
    const cert = await issueForeign('*.example.com');
    await issueForeign(DomainName);
    const given = (arn: string) => ({ stages: { production: { domain: DomainName, cert: arn } } });
    expect((await deploy(given(cert))).outputs.domain?.domainName?.configuration.CertificateArn).toBe(cert);
    await expect(deploy(given(await issueForeign('example.org')))).rejects.toMatchObject({
      code: 'UP_DOMAIN_CERTIFICATE',
    });
  });

  test('has its records in the public zone with the longest name', async () => {
    const zones = [await createZone(), await createZone(DomainName, true), await createZone(DomainName)];
    await deployTwice(withDomain);
    expect(await Promise.all(zones.map(records))).toEqual([[], [], [...addresses, proof]]);
  });

  test('without a zone of the account tells which records to add', async () => {
    const first = (await deploy(withDomain)).outputs.domain!;
    expect(recordsToAdd(first)).toEqual([
      {
        name: expect.stringMatching(/^_[0-9a-f]{32}\.api\.example\.com$/),
        type: 'CNAME',
        value: expect.stringMatching(/^_[0-9a-f]{32}\.acm-validations\.aws$/),
      },
    ]);
    platform.store.state.certificates[first.certificate?.arn ?? '']!.IssuedAt = time;
    const { outputs } = await deploy(withDomain);
    const value = outputs.domain?.domainName?.target;
    expect(recordsToAdd(outputs.domain!)).toEqual([
      { name: DomainName, type: 'A', value },
      { name: DomainName, type: 'AAAA', value },
    ]);
  });

  test('leaves DNS alone with "zone": false, and needs the zone that is named', async () => {
    const zone = await createZone();
    const upJson = (value: unknown) => ({ stages: { production: { domain: DomainName, zone: value } } });
    await deploy(upJson(false));
    expect(await records(zone)).toEqual([]);
    await deploy(upJson('example.com'));
    expect(await records(zone)).toEqual([proof]);
    await expect(deploy(upJson(DomainName))).rejects.toMatchObject({ code: 'UP_DOMAIN_ZONE' });
  });

  test.each<ResourceRecordSet>([
    { Name: DomainName, Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] },
    { Name: DomainName, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: 'd111.cloudfront.net' }] },
  ])('that leads elsewhere by a record of type $Type is not taken away from there', async (record) => {
    const zone = await createZone();
    await put(zone, record);
    const { outputs } = await deployTwice(withDomain);
    expect(await records(zone)).toEqual([`${record.Type} ${DomainName}`, proof]);
    expect(foreignRecords(outputs.domain!)).toHaveLength(1);
    expect(recordsToAdd(outputs.domain!)).toHaveLength(2);
    expect(await mappings()).toEqual({ '/': 'shop-production' });
  });

  test('that somebody else has in API Gateway is refused', async () => {
    await createZone();
    const CertificateArn = await issueForeign(DomainName);
    const DomainNameConfigurations = [{ CertificateArn }];
    await platform.api.send(new CreateDomainNameCommand({ DomainName, DomainNameConfigurations }));
    await expect(deploy(withDomain)).rejects.toMatchObject({ code: 'UP_NOT_OURS' });
  });
});

test('a stage without a domain costs no call more', async () => {
  await deploy({});
  await deploy({});
  expect(platform.calls.filter((call) => /^(?:acm|route53)|Domain|Mapping/.test(call))).toEqual([]);
});

describe('what was deleted by hand is made again', () => {
  let zone: string;
  beforeEach(async () => {
    zone = await createZone();
    await deployTwice(withDomain);
  });

  test('a mapping', async () => {
    const { Items = [] } = await platform.api.send(new GetApiMappingsCommand({ DomainName }));
    await platform.api.send(new DeleteApiMappingCommand({ DomainName, ApiMappingId: Items[0]?.ApiMappingId }));
    expect((await deploy(withDomain)).work).toEqual(['create api mapping']);
    expect(await mappings()).toEqual({ '/': 'shop-production' });
  });

  test('a record', async () => {
    platform.store.state.hostedZones[zone.replace('/hostedzone/', '')]!.records = {};
    expect((await deploy(withDomain)).work).toEqual(['update dns records']);
    expect(await records(zone)).toEqual(addresses);
  });

  test('the domain name, to which the records lead then', async () => {
    await platform.api.send(new DeleteDomainNameCommand({ DomainName }));
    expect((await deploy(withDomain)).work).toEqual(everything.slice(1));
    expect((await deploy(withDomain)).work).toEqual([]);
  });
});

describe('a domain that changes its stage', () => {
  const after = { stages: { staging: { domain: DomainName } } };
  let zone: string;
  beforeEach(async () => {
    zone = await createZone();
    await deployTwice(withDomain);
  });

  test('is the new stage’s once that is deployed', async () => {
    expect((await deploy(after, 'staging')).work).toEqual(['create http api', 'update api mapping']);
    expect(await mappings()).toEqual({ '/': 'shop-staging' });
    expect((await deploy(after)).work).toEqual(['remove domain']);
    expect((await deploy(after)).work).toEqual([]);
    expect(await mappings()).toEqual({ '/': 'shop-staging' });
    expect(await records(zone)).toEqual([...addresses, proof]);
  });

  test('stays where it is until then', async () => {
    expect((await deploy(after)).work).toEqual([]);
    expect(await mappings()).toEqual({ '/': 'shop-production' });
  });
});

test('two stages share a domain by path, and one can leave it', async () => {
  const zone = await createZone();
  const both = { stages: { production: { domain: DomainName }, staging: { domain: DomainName, path: '/next/v2' } } };
  await deployTwice(both);
  expect((await deploy(both, 'staging')).work).toEqual(['create http api', 'create api mapping']);
  expect(await mappings()).toEqual({ '/': 'shop-production', '/next/v2': 'shop-staging' });
  const moved = { stages: { ...both.stages, staging: { domain: DomainName, path: '/beta' } } };
  expect((await deploy(moved, 'staging')).work).toEqual(['create api mapping']);
  expect(await mappings()).toEqual({ '/': 'shop-production', '/beta': 'shop-staging' });
  await deploy({}, 'staging');
  expect(await mappings()).toEqual({ '/': 'shop-production' });
  expect(await records(zone)).toEqual([...addresses, proof]);
});

describe('a domain that is taken out of up.json', () => {
  test('goes with all that was made for it, and nothing else', async () => {
    const zone = await createZone();
    await put(zone, { Name: 'www.example.com', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] });
    await deployTwice(withDomain);
    await issueForeign('example.org');
    expect((await deploy({})).work).toEqual(['remove domain']);
    expect(await records(zone)).toEqual(['A www.example.com']);
    expect(await certificates()).toEqual(['example.org']);
    expect(platform.store.state.domainNames).toEqual({});
    expect((await deploy({})).work).toEqual([]);
  });

  test.each([
    'DeleteDomainName',
    'DeleteCertificate',
  ])('and so it does after one that was killed after %s', async (call) => {
    const zone = await createZone();
    await deployTwice(withDomain);
    lastCall = call;
    await expect(deploy({})).rejects.toThrow('killed');
    lastCall = null;
    await deploy({});
    expect(await records(zone)).toEqual([]);
    expect(await certificates()).toEqual([]);
  });

  test('leaves a certificate that is not ours', async () => {
    await createZone();
    await issueForeign(DomainName);
    await deploy(withDomain);
    await deploy({});
    expect(await certificates()).toEqual([DomainName]);
    expect(platform.store.state.domainNames).toEqual({});
  });

  test('gives way to another one once that works', async () => {
    const zone = await createZone();
    await deployTwice(withDomain);
    const other = { stages: { production: { domain: 'www.example.com' } } };
    expect((await deploy(other)).work).toEqual(['update http api', ...everything]);
    expect(await mappings()).toEqual({ '/': 'shop-production' });
    later();
    expect((await deploy(other)).work).toEqual([...everything.slice(1), 'remove domain']);
    expect(await records(zone)).toEqual(['A www.example.com', 'AAAA www.example.com', 'CNAME _proof.www.example.com']);
    expect((await deploy(other)).work).toEqual([]);
  });
});

test('a domain of an API is removed before it, and a second time', async () => {
  const zone = await createZone();
  const { outputs } = await deployTwice(withDomain);
  const removal = { app: 'shop', identity, apiId: outputs.apiId, name: DomainName, keep: false };
  await removeDomain(clients, removal);
  await removeDomain(clients, removal);
  expect(await records(zone)).toEqual([]);
  expect(await certificates()).toEqual([]);
});

test.each([
  ['api.example.com', 'api.example.com', true],
  ['*.example.com', 'api.example.com', true],
  ['*.example.com', 'example.com', false],
  ['*.example.com', 'a.api.example.com', false],
])('a certificate for %s covers %s: %s', (covered, name, expected) => {
  expect(covers(covered, name)).toBe(expected);
});
