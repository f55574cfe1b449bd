import {
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { signedHeaders } from '../support/signature.ts';

let platform: Platform;
let time = Date.UTC(2026, 10, 26);
beforeEach(async () => {
  platform = await startPlatform({ clock: () => time });
});
afterEach(() => platform.stop());

async function createZone(Name: string, PrivateZone = false): Promise<string> {
  const { HostedZone } = await platform.route53.send(
    new CreateHostedZoneCommand({
      Name,
      CallerReference: `${Name} ${PrivateZone}`,
      HostedZoneConfig: { Comment: 'a <b> & "c"', PrivateZone },
    }),
  );
  return HostedZone!.Id!.replace('/hostedzone/', '');
}

function change(HostedZoneId: string, ...changes: (readonly [ChangeAction, ResourceRecordSet])[]) {
  const Changes = changes.map(([Action, set]) => ({ Action, ResourceRecordSet: set }));
  return platform.route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
}

const address: ResourceRecordSet = {
  Name: 'www.example.com',
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: '192.0.2.1' }, { Value: '192.0.2.2' }],
};
const alias: ResourceRecordSet = {
  Name: 'example.com',
  Type: 'A',
  AliasTarget: {
    HostedZoneId: 'Z1UJRXOUMOOFQ8',
    DNSName: 'd-1.execute-api.us-east-1.amazonaws.com',
    EvaluateTargetHealth: false,
  },
};
const plain = (Type: ResourceRecordSet['Type'], ...values: string[]): ResourceRecordSet => ({
  Name: 'other.example.com',
  Type,
  TTL: 60,
  ResourceRecords: values.map((Value) => ({ Value })),
});
const cname: ResourceRecordSet = {
  Name: '_proof.example.com',
  Type: 'CNAME',
  TTL: 300,
  ResourceRecords: [{ Value: '_x.acm-validations.aws.' }],
};

describe('zones', () => {
  test('are made with their own records, shown and deleted', async () => {
    const Id = await createZone('Example.com');
    const { HostedZone, DelegationSet } = await platform.route53.send(new GetHostedZoneCommand({ Id }));
    expect(HostedZone).toMatchObject({
      Id: `/hostedzone/${Id}`,
      Name: 'example.com.',
      Config: { Comment: 'a <b> & "c"', PrivateZone: false },
      ResourceRecordSetCount: 2,
    });
    expect(DelegationSet?.NameServers).toHaveLength(2);
    await platform.route53.send(new DeleteHostedZoneCommand({ Id }));
    await expect(platform.route53.send(new GetHostedZoneCommand({ Id }))).rejects.toMatchObject({
      name: 'NoSuchHostedZone',
      message: `No hosted zone found with ID: ${Id}`,
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('are listed by name from the right, from a name on, in pages', async () => {
    for (const name of ['example.org', 'b.example.com', 'example.com', 'a.example.com']) await createZone(name);
    const names = async (DNSName?: string, MaxItems?: number) => {
      const page = await platform.route53.send(new ListHostedZonesByNameCommand({ DNSName, MaxItems }));
      return [page.HostedZones?.map(({ Name }) => Name), page.IsTruncated, page.NextDNSName];
    };
    expect(await names()).toEqual([
      ['example.com.', 'a.example.com.', 'b.example.com.', 'example.org.'],
      false,
      undefined,
    ]);
    expect(await names('b.example.com')).toEqual([['b.example.com.', 'example.org.'], false, undefined]);
    expect(await names('example.com', 1)).toEqual([['example.com.'], true, 'a.example.com.']);
    expect(await names('zzz')).toEqual([[], false, undefined]);
    const all = await platform.route53.send(new ListHostedZonesCommand({}));
    expect(all.HostedZones).toHaveLength(4);
  });

  test('are made once for one caller reference, and not deleted with records in them', async () => {
    const Id = await createZone('example.com');
    await expect(createZone('example.com')).rejects.toMatchObject({ name: 'HostedZoneAlreadyExists' });
    await change(Id, ['UPSERT', address]);
    await expect(platform.route53.send(new DeleteHostedZoneCommand({ Id }))).rejects.toMatchObject({
      name: 'HostedZoneNotEmpty',
    });
  });

  test('survive a restart with their records', async () => {
    const HostedZoneId = await createZone('example.com');
    await change(HostedZoneId, ['CREATE', alias]);
    const list = () => platform.route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
    const before = (await list()).ResourceRecordSets;
    platform = await platform.restart();
    expect((await list()).ResourceRecordSets).toEqual(before);
  });
});

describe('records', () => {
  let zone: string;
  beforeEach(async () => {
    zone = await createZone('example.com');
  });

  test('are listed as they were made, from a name and type on', async () => {
    await change(zone, ['CREATE', address], ['CREATE', alias], ['UPSERT', cname]);
    const from = { HostedZoneId: zone, StartRecordName: 'example.com', StartRecordType: 'A', MaxItems: 1 } as const;
    const first = await platform.route53.send(new ListResourceRecordSetsCommand(from));
    expect(first.ResourceRecordSets).toEqual([
      {
        Name: 'example.com.',
        Type: 'A',
        AliasTarget: { ...alias.AliasTarget, DNSName: `${alias.AliasTarget?.DNSName}.` },
      },
    ]);
    expect(first).toMatchObject({ IsTruncated: true, NextRecordName: 'example.com.', NextRecordType: 'NS' });
    const rest = await platform.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: '_proof.example.com' }),
    );
    expect(rest.ResourceRecordSets).toEqual([
      { ...cname, Name: '_proof.example.com.' },
      { ...address, Name: 'www.example.com.' },
    ]);
  });

  test.each<[why: string, action: ChangeAction, set: ResourceRecordSet, message: string]>([
    ['one that is there', 'CREATE', address, "Tried to create resource record set [name='www.example.com.', type='A']"],
    ['one that is not there', 'DELETE', alias, 'but it was not found'],
    ['another value', 'DELETE', { ...address, TTL: 61 }, 'but the values provided do not match'],
    ['another zone', 'UPSERT', { ...address, Name: 'example.org' }, 'is not permitted in zone example.com.'],
    [
      'no address',
      'UPSERT',
      plain('A', 'x'),
      "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'x'",
    ],
    ['an address of the other kind', 'UPSERT', plain('AAAA', '192.0.2.1'), 'AAAARRDATAIllegalIPv6Address'],
    ['no host', 'UPSERT', plain('CNAME', 'a b'), 'is not a valid domain name'],
    ['two other names', 'UPSERT', plain('CNAME', 'a.test', 'b.test'), 'exactly one value'],
    ['a text without quotes', 'UPSERT', plain('TXT', 'a'), 'Value should be enclosed in quotation marks'],
    ['a text that is too long', 'UPSERT', plain('TXT', `"${'a'.repeat(256)}"`), 'CharacterStringTooLong'],
    ['a mail server without preference', 'UPSERT', plain('MX', 'mail.test'), 'RRDATAIllegal'],
    ['a value twice', 'UPSERT', plain('A', '192.0.2.1', '192.0.2.1'), "Duplicate Resource Record: '192.0.2.1'"],
    ['an empty label', 'UPSERT', { ...address, Name: 'a..example.com' }, 'DomainLabelEmpty'],
    ['a long label', 'UPSERT', { ...address, Name: `${'a'.repeat(64)}.example.com` }, 'DomainLabelTooLong'],
    ['no servers for the zone', 'DELETE', { ...plain('NS', 'ns.test'), Name: 'example.com' }, 'at least one NS record'],
    ['a CNAME at the top', 'UPSERT', { ...cname, Name: 'example.com' }, 'is not permitted at apex'],
    ['a CNAME beside others', 'UPSERT', { ...cname, Name: 'www.example.com' }, 'conflicts with other records'],
  ])('a batch with %s is refused as a whole', async (_why, action, set, message) => {
    await change(zone, ['CREATE', address]);
    const other = { ...address, Name: 'other.example.com' };
    await expect(change(zone, ['CREATE', other], [action, set])).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
      message: expect.stringContaining(message),
    });
    const { ResourceRecordSets } = await platform.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zone }),
    );
    expect(ResourceRecordSets?.map(({ Name }) => Name)).not.toContain('other.example.com.');
  });

  test.each<[what: string, set: ResourceRecordSet]>([
    ['a type that there is not', { ...address, Type: 'B' as 'A' }],
    ['a time to live below zero', { ...address, TTL: -1 }],
    ['an alias with a time to live', { ...alias, TTL: 60 }],
    ['a weight', { ...address, SetIdentifier: 'a', Weight: 1 }],
  ])('%s is no input', async (_what, set) => {
    await expect(change(zone, ['UPSERT', set])).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  test('of other types are taken as Route 53 takes them', async () => {
    const sets = [
      plain('AAAA', '2001:db8::1'),
      plain('MX', '10 mail.example.com.'),
      plain('SRV', '1 2 443 *.example.com'),
      plain('TXT', '"v=spf1 -all" "a \\"b\\" \\303\\251"'),
      plain('CAA', '0 issue "amazon.com"'),
    ].map((set): [ChangeAction, ResourceRecordSet] => ['CREATE', set]);
    await change(zone, ...sets);
  });

  test('a change is under way for a moment', async () => {
    const { ChangeInfo } = await change(zone, ['CREATE', address]);
    expect(ChangeInfo).toMatchObject({ Status: 'PENDING', SubmittedAt: new Date(time) });
    const Id = ChangeInfo!.Id!;
    time += 1_000;
    const later = await platform.route53.send(new GetChangeCommand({ Id }));
    expect(later.ChangeInfo).toEqual({ ...ChangeInfo, Status: 'INSYNC' });
    await expect(platform.route53.send(new GetChangeCommand({ Id: 'x' }))).rejects.toMatchObject({
      name: 'NoSuchChange',
    });
  });
});

test('a body that is no XML is refused', async () => {
  const answer = await fetch(`${platform.url}/2013-04-01/hostedzone`, {
    method: 'POST',
    headers: signedHeaders('route53'),
    body: '<a><b></a>',
  });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('<Code>MalformedXML</Code>');
});
