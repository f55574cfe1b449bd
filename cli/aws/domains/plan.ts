/** The steps that make a domain what it is wanted to be, and unmake what is no longer wanted. Pure. */
import type { Change, ResourceType, Step, World } from '../model.ts';
import { diffMapping } from '../resources/api-mapping.ts';
import { diffDomainName } from '../resources/domain-name.ts';
import type { Spec } from '../spec.ts';
import { diffProof, diffRecords } from './diff.ts';
import { type FormerDomain, findMapping, isIssued } from './model.ts';

const types: readonly ResourceType[] = ['certificate', 'domain name', 'api mapping', 'dns records', 'domain'];

export function isDomainStep({ type }: Step): boolean {
  return types.includes(type);
}

/** In the order in which they are applied: the new one works before the old one goes. */
export function domainSteps(spec: Spec, world: World): Step[] {
  return [...wantedSteps(spec, world), ...removals(spec, world)];
}

function wantedSteps({ domain }: Spec, { domain: live, api }: World): Step[] {
  if (!domain || !live) return [];
  const certificate = step('certificate', live.certificate === null, diffProof(live));
  // With a certificate that is not issued nothing can be made yet.
  if (live.certificate !== null && !isIssued(live)) return [certificate];
  const hasName = live.domainName !== null;
  return [
    certificate,
    step('domain name', !hasName, diffDomainName(live)),
    step('api mapping', !findMapping(live, domain.key), diffMapping(domain, api?.id ?? '', live)),
    ...(live.zone === null ? [] : [step('dns records', !hasName, diffRecords(live))]),
  ];
}

function step(type: ResourceType, isMissing: boolean, changes: readonly Change[]): Step {
  if (isMissing) return { type, action: 'create', changes: [] };
  return { type, action: changes.length > 0 ? 'update' : 'keep', changes };
}

function removals({ domain, otherDomains }: Spec, { domain: live, formerDomains = [], api }: World): Step[] {
  // The old one stays until the new one works.
  if (domain && !(live && isIssued(live))) return [];
  return formerDomains
    .filter((former) => !isAwaited(former, otherDomains, api?.id))
    .map(({ name }) => ({
      type: 'domain',
      action: 'remove',
      changes: [{ field: 'domain', from: name, to: undefined }],
    }));
}

/**
 * The domain now belongs to another stage, and leads here until that stage is deployed, so that it never stops working
 * in between.
 */
export function isAwaited(
  { name, mappings }: FormerDomain,
  otherDomains: readonly string[],
  apiId: string | undefined,
): boolean {
  return otherDomains.includes(name) && mappings.some(({ ApiId }) => ApiId === apiId);
}
