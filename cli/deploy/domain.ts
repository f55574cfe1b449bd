/** The end of a deploy whose stage has a domain, or had one: what is made of it, what is still awaited, and from whom. */
import { placed } from '../argv/place.ts';
import { applyStep } from '../aws/apply.ts';
import { dnsAnswers } from '../aws/domains/answers.ts';
import {
  domainUrl,
  foreignRecords,
  isIssued,
  type LiveDomain,
  recordsToAdd,
  targetsOf,
  type WantedRecord,
} from '../aws/domains/model.ts';
import { domainSteps, isAwaited, isDomainStep } from '../aws/domains/plan.ts';
import { readDomains } from '../aws/domains/read.ts';
import type { Context as ApplyContext, Step } from '../aws/model.ts';
import type { Session } from '../aws/session.ts';
import type { Context } from '../command.ts';

export interface DomainResult {
  readonly name: string;
  readonly url: string;
  /** `pending`: it waits for its certificate. */
  readonly state: 'pending' | 'mapped';
  /** What DNS is to have, and only the owner of its zone can add. */
  readonly records: readonly WantedRecord[];
}

/** Undefined for a stage without a domain. With `wait` it goes on until the certificate is issued. */
export async function settleDomain(
  context: Context,
  apply: ApplyContext,
  steps: readonly Step[],
  wait: boolean,
): Promise<DomainResult | undefined> {
  const { spec, outputs } = apply;
  await carryOut(context, apply, steps);
  tellFormer(context, apply);
  if (!spec.domain || !outputs.domain) return undefined;
  if (wait && !isIssued(outputs.domain)) await awaitIssue(context, apply, outputs.domain);
  const live = outputs.domain;
  const result = {
    name: live.name,
    url: domainUrl(spec.domain),
    state: isIssued(live) ? ('mapped' as const) : ('pending' as const),
    records: recordsToAdd(live),
  };
  await tell(context, live, result, spec.stage);
  return result;
}

async function carryOut({ report }: Context, apply: ApplyContext, steps: readonly Step[]): Promise<void> {
  const work = steps.filter((step) => isDomainStep(step) && step.action !== 'keep');
  if (work.length === 0) return;
  await report.step('Domain', async (say) => {
    for (const step of work) await applyStep({ ...apply, say }, step);
    say(describe(apply, work));
  });
}

/** What waits for the certificate was not made, whatever the plan says. */
function describe({ outputs: { domain } }: ApplyContext, work: readonly Step[]): string {
  const done = domain && !isIssued(domain) ? work.filter(({ type }) => ['certificate', 'domain'].includes(type)) : work;
  const named = (action: Step['action']) => done.filter((step) => step.action === action).map(({ type }) => type);
  const removed = done.filter(({ action }) => action === 'remove').map(({ changes }) => String(changes[0]?.from));
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['created', named('create')],
    ['updated', named('update')],
    ['removed', removed],
  ];
  return parts.flatMap(([verb, names]) => (names.length > 0 ? [`${verb} ${names.join(', ')}`] : [])).join('; ');
}

async function awaitIssue(context: Context, apply: ApplyContext, live: LiveDomain): Promise<void> {
  const { clients, spec, world, outputs } = apply;
  if (live.zone === null) tellRecords(context, recordsToAdd(live));
  await context.report.step('Certificate', async (say) => {
    say(`waiting for ACM to find ${live.certificate?.proof?.name ?? 'its record'}`);
    const { waitForIssue } = await import('../aws/resources/certificate.ts');
    await waitForIssue((await clients.domains()).acm, live.certificate?.arn ?? '');
    say('issued');
  });
  const { domain } = await readDomains(clients, spec, world.api);
  outputs.domain = domain;
  const api = world.api && { ...world.api, id: outputs.apiId };
  await carryOut(context, apply, domainSteps(spec, { ...world, api, domain, formerDomains: [] }));
}

async function tell(
  context: Context,
  live: LiveDomain,
  { state, records, url }: DomainResult,
  stage: string,
): Promise<void> {
  const { report, flags } = context;
  if (state === 'pending') {
    report.warn('Domain', `${live.name} waits for its certificate`);
    tellRecords(context, records);
    report.info('Next', `${placed(`up ${stage}`, flags)}, in some minutes`);
    report.info('Or now', placed(`up ${stage} --wait`, flags));
    return;
  }
  for (const record of foreignRecords(live)) {
    report.warn('Domain', `${record.Name} leads to ${targetsOf(record).join(', ')}`);
    report.info('', 'up did not make that record, and leaves it alone. To move the domain here:');
  }
  tellRecords(context, records);
  const { local, client } = await context.session();
  if (local) report.info('Domain', `curl -H 'Host: ${live.name}' ${client.endpoint}${new URL(url).pathname}`);
}

/** The URL of a stage: its domain's as soon as that works for everybody. DNS knows nothing of the local platform. */
export async function publicUrl({ local }: Session, url: string, domain: DomainResult | undefined): Promise<string> {
  if (domain?.state !== 'mapped' || local) return url;
  return (await dnsAnswers(domain.name)) ? domain.url : url;
}

/** Two lines each, for the names that ACM makes up are long. */
function tellRecords({ report }: Context, records: readonly WantedRecord[]): void {
  for (const { name, type, value } of records) {
    report.info('Add to DNS', `${type} ${name}`);
    report.info('', `to ${value}`);
  }
}

/** Domains that other stages have been given lead here until those are deployed. */
function tellFormer({ report }: Context, { spec, world, outputs }: ApplyContext): void {
  for (const former of world.formerDomains ?? []) {
    if (!isAwaited(former, spec.otherDomains, outputs.apiId)) continue;
    report.info('Domain', `${former.name} leads here until its new stage is deployed`);
  }
}
