/** Takes a domain away from a stage: what was made for it, and nothing that another stage or anybody else uses. */
import {
  GetTagsCommand,
  NotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { Clients } from '../clients.ts';
import type { Identity } from '../identity.ts';
import { readMappings, removeMapping } from '../resources/api-mapping.ts';
import { findDomainName, removeDomainName } from '../resources/domain-name.ts';
import { domainTag, taggedDomains, targetsOf, withoutDot } from './model.ts';

export interface Removal {
  readonly app: string;
  readonly identity: Identity;
  /** Of the stage. */
  readonly apiId: string;
  readonly name: string;
  /** Another stage is going to have it: only what leads to this one goes. */
  readonly keep: boolean;
}

/** Idempotent: what is gone is done. The tag that tells of the domain goes last, so that a killed one is finished later. */
export async function removeDomain(clients: Clients, removal: Removal): Promise<void> {
  const { app, apiId, name, keep } = removal;
  const found = await findDomainName(clients.api, app, name);
  if (found !== 'foreign') {
    const mappings = found ? await readMappings(clients.api, name) : [];
    for (const mapping of mappings) if (mapping.ApiId === apiId) await removeMapping(clients.api, name, mapping);
    const isShared = mappings.some(({ ApiId }) => ApiId !== apiId);
    if (!isShared && !keep) await removeRest(clients, app, name, found?.target ?? null);
  }
  await untag(clients, removal);
}

/** `target` is what the records lead to; null when the domain name is gone already. */
async function removeRest(clients: Clients, app: string, name: string, target: string | null): Promise<void> {
  const [{ acm, route53 }, { readRecords, readZone, removeRecords }, { removeCertificates }] = await Promise.all([
    clients.domains(),
    import('../resources/dns.ts'),
    import('../resources/certificate.ts'),
  ]);
  const zone = await readZone(route53, name, true);
  if (zone && target !== null) {
    const records = await readRecords(route53, zone, name);
    const ours = records.filter((record) => record.AliasTarget && targetsOf(record).includes(target));
    await removeRecords(route53, zone, ours);
  }
  await removeDomainName(clients.api, name);
  await removeCertificates(acm, { app, name }, async (proof) => {
    if (zone === null) return;
    const records = await readRecords(route53, zone, proof.name);
    const ours = records.filter(
      (record) => record.Type === 'CNAME' && targetsOf(record).includes(withoutDot(proof.value)),
    );
    await removeRecords(route53, zone, ours);
  });
}

async function untag({ api }: Clients, { apiId, name, identity }: Removal): Promise<void> {
  const ResourceArn = `arn:aws:apigateway:${identity.region}::/apis/${apiId}`;
  try {
    const { Tags = {} } = await api.send(new GetTagsCommand({ ResourceArn }));
    const left = taggedDomains(Tags).filter((each) => each !== name);
    if (left.length === 0) await api.send(new UntagResourceCommand({ ResourceArn, TagKeys: [domainTag] }));
    else await api.send(new TagResourceCommand({ ResourceArn, Tags: { [domainTag]: left.join(' ') } }));
  } catch (error) {
    // The API is gone, and its tags with it.
    if (!(error instanceof NotFoundException)) throw error;
  }
}
