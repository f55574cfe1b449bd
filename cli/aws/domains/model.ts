/** Custom domains: what is wanted, what is live, and what can be told from it. Pure. */
import type { ApiMapping, DomainNameConfiguration } from '@aws-sdk/client-apigatewayv2';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { StageConfig } from '../../../config/index.ts';
import type { Tags } from '../tags.ts';

export interface DomainSpec {
  readonly name: string;
  /** The base path without its slash; '' for the whole domain. */
  readonly key: string;
  readonly zone: boolean | string;
  /** The ARN of a certificate that is given. */
  readonly certificate: string | null;
}

/** A record that DNS must have, as one writes it: no dot at the end. */
export interface WantedRecord {
  readonly name: string;
  readonly type: 'CNAME' | 'A' | 'AAAA';
  readonly value: string;
}

export interface LiveCertificate {
  readonly arn: string;
  readonly status: string;
  /** The record that proves the domain; null for a certificate that is issued, or while ACM has not made it up. */
  readonly proof: WantedRecord | null;
}

export interface LiveDomainName {
  /** What the records of the domain lead to. */
  readonly target: string;
  readonly targetZone: string;
  readonly configuration: DomainNameConfiguration;
}

export interface LiveZone {
  readonly id: string;
  readonly name: string;
}

/** All there is of one domain. */
export interface LiveDomain {
  readonly name: string;
  readonly certificate: LiveCertificate | null;
  readonly domainName: LiveDomainName | null;
  readonly mappings: readonly ApiMapping[];
  /** Where its records go; null when it is not ours to write. */
  readonly zone: LiveZone | null;
  /** Of the domain's name and of its proof. */
  readonly records: readonly ResourceRecordSet[];
}

/** One that is no longer in up.json. */
export type FormerDomain = Pick<LiveDomain, 'name' | 'mappings'>;

export function domainSpec({ domain, path, zone, cert }: StageConfig): DomainSpec | null {
  if (domain === null) return null;
  return { name: domain, key: path.replace(/^\//, ''), zone, certificate: cert };
}

/** With a slash at the end, as all URLs of stages. */
export function domainUrl({ name, key }: Pick<DomainSpec, 'name' | 'key'>): string {
  return `https://${name}/${key && `${key}/`}`;
}

/**
 * The tag of an API that names the domains which lead to it. It is read with the API, so that a stage whose domain was
 * taken out of up.json is known to have had one, and one that never had one costs no call.
 */
export const domainTag = 'up:domain';

export function taggedDomains(tags: Tags): string[] {
  return (tags[domainTag] ?? '').split(' ').filter(Boolean);
}

/** The tag with the wanted domain in it; none that is there is forgotten before it is removed. */
export function withDomainTag(tags: Tags, domain: DomainSpec | null): Tags {
  const names = taggedDomains(tags);
  if (domain === null || names.includes(domain.name)) return {};
  return { [domainTag]: [...names, domain.name].join(' ') };
}

export function isIssued({ certificate }: Pick<LiveDomain, 'certificate'>): boolean {
  return certificate?.status === 'ISSUED';
}

export function findMapping({ mappings }: LiveDomain, key: string): ApiMapping | undefined {
  return mappings.find(({ ApiMappingKey = '' }) => ApiMappingKey === key);
}

/** What leads to the domain, once it has a target. An API Gateway domain name of IPv4 alone has no AAAA. */
export function addressRecords({ name, domainName }: LiveDomain): WantedRecord[] {
  if (domainName === null) return [];
  const isDual = domainName.configuration.IpAddressType === 'dualstack';
  const types = isDual ? (['A', 'AAAA'] as const) : (['A'] as const);
  return types.map((type) => ({ name, type, value: domainName.target }));
}

export function findRecord({ records }: LiveDomain, { name, type }: Pick<WantedRecord, 'name' | 'type'>) {
  return records.find((record) => withoutDot(record.Name) === name && record.Type === type);
}

export function leadsTo(record: ResourceRecordSet | undefined, { value }: WantedRecord): boolean {
  return targetsOf(record).includes(value);
}

/** Names or addresses, without dots at their ends. */
export function targetsOf(record: ResourceRecordSet | undefined): string[] {
  if (record?.AliasTarget) return [withoutDot(record.AliasTarget.DNSName)];
  return (record?.ResourceRecords ?? []).map(({ Value }) => withoutDot(Value));
}

/**
 * Records that lead elsewhere than to a domain name of API Gateway were not made here. A site may be live behind them,
 * and only its owner can say when they may go.
 */
export function foreignRecords(live: LiveDomain): ResourceRecordSet[] {
  return live.records.filter(
    (record) =>
      withoutDot(record.Name) === live.name &&
      ['A', 'AAAA', 'CNAME'].includes(record.Type ?? '') &&
      !targetsOf(record).every((target) => /^d-[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com$/.test(target)),
  );
}

/** Records that are missing and that nobody but the owner of the domain's DNS can add. */
export function recordsToAdd(live: LiveDomain): WantedRecord[] {
  const { certificate, zone } = live;
  const proof = certificate?.proof && !isIssued(live) ? [certificate.proof] : [];
  if (zone === null) return [...proof, ...addressRecords(live)];
  return foreignRecords(live).length === 0 ? [] : addressRecords(live);
}

export function withoutDot(name = ''): string {
  return name.toLowerCase().replace(/\.$/, '');
}
