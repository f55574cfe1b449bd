/** Reads what there is of the domains of a stage. Without one it makes no call and loads nothing. */
import type { Clients } from '../clients.ts';
import type { LiveApi } from '../model.ts';
import { readMappings } from '../resources/api-mapping.ts';
import { readDomainName } from '../resources/domain-name.ts';
import type { Spec } from '../spec.ts';
import { type DomainSpec, type FormerDomain, type LiveDomain, taggedDomains } from './model.ts';

export interface LiveDomains {
  readonly domain: LiveDomain | null;
  /** Those that lead to the API, or did, and are no longer in up.json. */
  readonly formerDomains: readonly FormerDomain[];
}

export async function readDomains(
  clients: Clients,
  { app, domain }: Pick<Spec, 'app' | 'domain'>,
  api: LiveApi | null,
): Promise<LiveDomains> {
  const former = taggedDomains(api?.tags ?? {}).filter((name) => name !== domain?.name);
  const [live, formerDomains] = await Promise.all([
    domain && readDomain(clients, app, domain),
    Promise.all(former.map(async (name) => ({ name, mappings: await readMappings(clients.api, name) }))),
  ]);
  return { domain: live, formerDomains };
}

/** Throws UP_NOT_OURS for a domain name that somebody else made. */
export async function readDomain(clients: Clients, app: string, wanted: DomainSpec): Promise<LiveDomain> {
  const { name, certificate: given } = wanted;
  const [{ acm, route53 }, { readCertificate }, { readRecords, readZone }] = await Promise.all([
    clients.domains(),
    import('../resources/certificate.ts'),
    import('../resources/dns.ts'),
  ]);
  const [domainName, zone] = await Promise.all([
    readDomainName(clients.api, app, name),
    readZone(route53, name, wanted.zone),
  ]);
  const preferred = domainName?.configuration.CertificateArn;
  const [mappings, certificate, own] = await Promise.all([
    domainName ? readMappings(clients.api, name) : [],
    readCertificate(acm, app, { name, given, ...(preferred !== undefined && { preferred }) }),
    zone ? readRecords(route53, zone, name) : [],
  ]);
  const proof = certificate?.status === 'ISSUED' ? null : certificate?.proof;
  const proofs = zone && proof ? await readRecords(route53, zone, proof.name) : [];
  return { name, certificate, domainName, mappings, zone, records: [...own, ...proofs] };
}
