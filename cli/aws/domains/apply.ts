/** Carries the steps of a domain out. Each hands what it made to the next, in `outputs.domain`. */
import type { Context, Step } from '../model.ts';
import { putMapping } from '../resources/api-mapping.ts';
import { createDomainName, updateDomainName } from '../resources/domain-name.ts';
import { isIssued, type LiveDomain } from './model.ts';
import { removeDomain } from './remove.ts';

/** Requests a certificate and proves the domain where its zone is ours. It is issued later. */
export async function createCertificate(context: Context): Promise<void> {
  const { clients, spec, outputs, say } = context;
  const live = outputs.domain;
  if (!live) return;
  const { requestCertificate } = await import('../resources/certificate.ts');
  say('waiting for ACM to say which record proves the domain');
  const certificate = await requestCertificate((await clients.domains()).acm, { ...spec, name: live.name });
  outputs.domain = { ...live, certificate };
  await proveDomain(context);
}

export async function proveDomain({ clients, outputs: { domain } }: Context): Promise<void> {
  const proof = domain?.certificate?.proof;
  if (!domain?.zone || !proof || isIssued(domain)) return;
  const { putProof } = await import('../resources/dns.ts');
  await putProof((await clients.domains()).route53, domain.zone, proof);
}

export async function makeDomainName({ clients, spec, outputs }: Context, { action }: Step): Promise<void> {
  const live = ready(outputs.domain);
  if (!live) return;
  const domainName =
    action === 'create' ? await createDomainName(clients.api, spec, live) : await updateDomainName(clients.api, live);
  outputs.domain = { ...live, domainName };
}

export async function makeMapping({ clients, spec, outputs }: Context): Promise<void> {
  const live = ready(outputs.domain);
  if (!live?.domainName || !spec.domain) return;
  await putMapping(clients.api, spec.domain, outputs.apiId, live);
  const ours = { ApiId: outputs.apiId, ApiMappingKey: spec.domain.key, Stage: '$default' };
  const others = live.mappings.filter(
    ({ ApiId, ApiMappingKey = '' }) => ApiId !== ours.ApiId && ApiMappingKey !== ours.ApiMappingKey,
  );
  outputs.domain = { ...live, mappings: [...others, ours] };
}

export async function makeRecords({ clients, outputs }: Context): Promise<void> {
  const live = ready(outputs.domain);
  if (!live) return;
  const { putRecords } = await import('../resources/dns.ts');
  await putRecords((await clients.domains()).route53, live);
}

/** Null as long as there is no issued certificate, without which nothing can be made. */
function ready(live: LiveDomain | null): LiveDomain | null {
  return live && isIssued(live) ? live : null;
}

export async function removeFormerDomain({ clients, spec, outputs }: Context, { changes }: Step): Promise<void> {
  const name = String(changes[0]?.from);
  const { app, otherDomains, identity } = spec;
  await removeDomain(clients, { app, identity, apiId: outputs.apiId, name, keep: otherDomains.includes(name) });
}
