/** Hosted zones. */
import { randomBytes } from 'node:crypto';
import type { HostedZone, State } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { createReader, type Input } from '../input.ts';
import { emptyRecord } from '../record.ts';
import { toChangeInfo } from './changes.ts';
import { byDnsName, toDnsName } from './names.ts';

const invalid = 'InvalidInput';
export const read = createReader(invalid);

const nameServers = ['ns-1.local-dns.test', 'ns-2.local-dns.test'];

export function createZone({ store, now }: Call, input: Input): Output {
  const Name = toDnsName(read.needText(input, 'Name'));
  if (!/^(?:[a-z0-9_-]{1,63}\.)+$/.test(Name))
    throw new AwsError('InvalidDomainName', `${Name} is not a valid domain name`);
  const CallerReference = read.needText(input, 'CallerReference');
  if (Object.values(store.state.hostedZones).some((zone) => zone.CallerReference === CallerReference))
    throw new AwsError(
      'HostedZoneAlreadyExists',
      `A hosted zone has already been created with the specified caller reference: ${CallerReference}`,
    );
  const settings = read.object(input, 'HostedZoneConfig') ?? {};
  const Comment = read.text(settings, 'Comment');
  const zone: HostedZone = {
    Id: toId(),
    Name,
    CallerReference,
    ...(Comment !== undefined && { Comment }),
    PrivateZone: read.flag(settings, 'PrivateZone') ?? false,
    records: emptyRecord(),
  };
  const soa = `${nameServers[0]}. hostmaster.local-dns.test. 1 7200 900 1209600 86400`;
  const changedAt = now();
  zone.records[`${Name} NS`] = {
    Name,
    Type: 'NS',
    TTL: 172_800,
    Values: nameServers.map((server) => `${server}.`),
    changedAt,
  };
  zone.records[`${Name} SOA`] = { Name, Type: 'SOA', TTL: 900, Values: [soa], changedAt };
  store.state.hostedZones[zone.Id] = zone;
  return { HostedZone: show(zone), ChangeInfo: toChangeInfo(now(), now()), DelegationSet: delegationSet };
}

const delegationSet = { NameServers: { NameServer: nameServers } };

function toId(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  return `Z${[...randomBytes(20)].map((byte) => alphabet[byte % alphabet.length]).join('')}`;
}

function show({ Id, Name, CallerReference, Comment, PrivateZone, records }: HostedZone): Record<string, unknown> {
  return {
    Id: `/hostedzone/${Id}`,
    Name,
    CallerReference,
    Config: { Comment, PrivateZone },
    ResourceRecordSetCount: Object.keys(records).length,
  };
}

export function findZone(state: State, input: Input): HostedZone {
  const id = read.needText(input, 'Id').replace(/^\/?hostedzone\//, '');
  const zone = state.hostedZones[id];
  if (!zone) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`);
  return zone;
}

export function getZone({ store }: Call, input: Input): Output {
  const zone = findZone(store.state, input);
  return { HostedZone: show(zone), ...(!zone.PrivateZone && { DelegationSet: delegationSet }) };
}

export function deleteZone({ store, now }: Call, input: Input): Output {
  const zone = findZone(store.state, input);
  const own = [`${zone.Name} NS`, `${zone.Name} SOA`];
  if (Object.keys(zone.records).some((key) => !own.includes(key)))
    throw new AwsError(
      'HostedZoneNotEmpty',
      'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
    );
  delete store.state.hostedZones[zone.Id];
  return { ChangeInfo: toChangeInfo(now(), now()) };
}

export function listZones({ store }: Call, input: Input): Output {
  const zones = Object.values(store.state.hostedZones).sort((a, b) => (a.Id < b.Id ? -1 : 1));
  const marker = read.text(input, 'marker');
  const size = sizeOf(input);
  const rest = zones.filter(({ Id }) => marker === undefined || Id >= marker);
  const next = rest[size];
  return {
    HostedZones: { HostedZone: rest.slice(0, size).map(show) },
    Marker: marker,
    IsTruncated: next !== undefined,
    NextMarker: next?.Id,
    MaxItems: size,
  };
}

/** From the name on, in the order of names read backwards, as DNS sorts them. */
export function listZonesByName({ store }: Call, input: Input): Output {
  const from = read.text(input, 'dnsname');
  const fromId = read.text(input, 'hostedzoneid');
  const size = sizeOf(input);
  const start = from === undefined ? '' : toDnsName(from);
  const rest = Object.values(store.state.hostedZones)
    .sort((a, b) => byDnsName(a.Name, b.Name) || (a.Id < b.Id ? -1 : 1))
    .filter(({ Name, Id }) => {
      if (start === '') return true;
      const order = byDnsName(Name, start);
      return order > 0 || (order === 0 && (fromId === undefined || Id >= fromId));
    });
  const next = rest[size];
  return {
    HostedZones: { HostedZone: rest.slice(0, size).map(show) },
    DNSName: from,
    HostedZoneId: fromId,
    IsTruncated: next !== undefined,
    NextDNSName: next?.Name,
    NextHostedZoneId: next?.Id,
    MaxItems: size,
  };
}

function sizeOf(input: Input): number {
  return Math.min(Math.max(read.number(input, 'maxitems') ?? 100, 1), 100);
}
