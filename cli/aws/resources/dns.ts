/**
 * The records of a domain in Route 53. They carry no tags: ours are those that lead to a domain name of API Gateway, or
 * prove a certificate, and nothing else is ever changed or removed.
 */
import {
  type Change as BatchChange,
  ChangeResourceRecordSetsCommand,
  type HostedZone,
  InvalidChangeBatch,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { UpError } from '../../errors.ts';
import {
  addressRecords,
  foreignRecords,
  type LiveDomain,
  type LiveZone,
  type WantedRecord,
  withoutDot,
} from '../domains/model.ts';

/** Seconds. A proof stays for as long as its certificate is renewed. */
const proofTtl = 300;

/** The public zone with the longest name that fits; null for none. Throws UP_DOMAIN_ZONE for a name that is none. */
export async function readZone(
  route53: Route53Client,
  domain: string,
  zone: boolean | string,
): Promise<LiveZone | null> {
  if (zone === false) return null;
  const candidates = typeof zone === 'string' ? [zone] : namesAbove(domain);
  for (const name of candidates) {
    // Of one name there may be private zones, too.
    const page = await route53.send(new ListHostedZonesByNameCommand({ DNSName: name, MaxItems: 20 }));
    const found = page.HostedZones?.find((each) => withoutDot(each.Name) === name && !each.Config?.PrivateZone);
    if (found) return toLive(found, name);
  }
  if (typeof zone !== 'string') return null;
  throw new UpError('UP_DOMAIN_ZONE', `This account has no public hosted zone "${zone}"`);
}

/** `api.shop.example.com`, `shop.example.com`, `example.com`; nobody has a zone of a single label. */
function namesAbove(domain: string): string[] {
  const labels = domain.split('.');
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
}

function toLive({ Id = '' }: HostedZone, name: string): LiveZone {
  return { id: Id.replace('/hostedzone/', ''), name };
}

/** All of one name. */
export async function readRecords(
  route53: Route53Client,
  { id }: LiveZone,
  name: string,
): Promise<ResourceRecordSet[]> {
  const page = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: id, StartRecordName: name, MaxItems: 20 }),
  );
  return (page.ResourceRecordSets ?? []).filter((record) => withoutDot(record.Name) === name);
}

export async function putProof(route53: Route53Client, zone: LiveZone, { name, value }: WantedRecord): Promise<void> {
  const set: ResourceRecordSet = { Name: name, Type: 'CNAME', TTL: proofTtl, ResourceRecords: [{ Value: value }] };
  await change(route53, zone, [{ Action: 'UPSERT', ResourceRecordSet: set }]);
}

export async function putRecords(route53: Route53Client, live: LiveDomain): Promise<void> {
  const { zone, domainName } = live;
  if (zone === null || domainName === null || foreignRecords(live).length > 0) return;
  const alias = { DNSName: domainName.target, HostedZoneId: domainName.targetZone, EvaluateTargetHealth: false };
  const changes = addressRecords(live).map(({ name, type }): BatchChange => {
    return { Action: 'UPSERT', ResourceRecordSet: { Name: name, Type: type, AliasTarget: alias } };
  });
  await change(route53, zone, changes);
}

/** Takes records away as they were read; one that has changed since, or is gone, stays as it is. */
export async function removeRecords(
  route53: Route53Client,
  zone: LiveZone,
  records: readonly ResourceRecordSet[],
): Promise<void> {
  for (const ResourceRecordSet of records) {
    try {
      await change(route53, zone, [{ Action: 'DELETE', ResourceRecordSet }]);
    } catch (error) {
      if (!(error instanceof InvalidChangeBatch)) throw error;
    }
  }
}

async function change(route53: Route53Client, { id }: LiveZone, Changes: BatchChange[]): Promise<void> {
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: id, ChangeBatch: { Changes } }));
}
