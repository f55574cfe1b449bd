/** Brings a stage to what a spec wants: read, plan, apply, verify, move. What a deploy and a promotion have in common. */
import { placed } from '../argv/place.ts';
import { createOutputs } from '../aws/apply.ts';
import type { Context as ApplyContext, LiveAlias, Step } from '../aws/model.ts';
import { isNoop, plan } from '../aws/plan.ts';
import { isPublished, type Pointing } from '../aws/resources/alias.ts';
import type { Spec } from '../aws/spec.ts';
import { priceLines } from '../aws/warm-price.ts';
import type { Package } from '../build/package.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import type { Commit } from '../project/git.ts';
import type { Seen, Watch } from '../releases/watch.ts';
import type { Target } from '../target.ts';
import { carryOut } from './carry-out.ts';
import { type DomainResult, publicUrl, settleDomain } from './domain.ts';
import { readState } from './state.ts';

export interface Shipment {
  readonly pkg: Pick<Package, 'zip' | 'sha256'>;
  /** What the version is made of. */
  readonly commit: Commit;
  /** Of the stage's traffic that goes to the version: 1, or less for a canary. */
  readonly share?: number;
  /** How long its failures are counted once it has its traffic; not at all when left out. */
  readonly watch?: Watch | undefined;
  /** Once it is known that there is something to do, before anything is changed. */
  before?(steps: readonly Step[], spec: Spec): Promise<void>;
  /** Until the certificate of a domain is issued. */
  readonly wait?: boolean;
  /** When all is done, and the version is live. */
  after?(version: string): Promise<void>;
}

export interface Deployed {
  readonly app: string;
  readonly stage: string;
  readonly version: string;
  readonly changed: boolean;
  readonly url: string;
  /** Of the stage's traffic that the version has, when it is not all of it. */
  readonly share?: number;
  readonly watched?: Seen;
  /** Of a stage that has one. */
  readonly domain?: DomainResult;
}

/** Throws UP_WATCH_FAILED when the release was watched and has failed. */
export async function ship(context: Context, target: Target, shipment: Shipment): Promise<Deployed> {
  const { pkg, commit, share = 1, watch, before, after, wait = false } = shipment;
  const { app, stage, clients } = target;
  const { spec: whole, world } = await readState(context, target, pkg, commit);
  const spec = { ...whole, share };
  if (share < 1 && !world.alias) throw nothingBeside(spec);
  const steps = plan(spec, world);
  const outputs = createOutputs(spec, world);
  const apply: ApplyContext = { clients, spec, world, outputs, say: () => {} };
  if (isNoop(steps)) {
    context.report.info('', `Nothing to deploy: v${outputs.version} has this code and config`);
    const settled = await settle(context, target, apply, steps, wait);
    return { app, stage, version: outputs.version, changed: false, ...settled };
  }
  for (const line of priceLines(spec, steps)) context.report.info('Price', line);
  await before?.(steps, spec);
  await carryOut(context, apply, steps, commit);
  const { version, aliasRevision: revision } = outputs;
  const isCanary = spec.share < 1 && world.alias?.version !== version;
  if (isCanary) tellEndings(context, stage);
  const isMoved = world.alias?.version !== version;
  const watched =
    watch && isMoved
      ? await watchShipped(context, target, watch, { version, revision, back: wayBack(world.alias) })
      : undefined;
  const settled = await settle(context, target, apply, steps, wait);
  await after?.(version);
  return {
    app,
    stage,
    version,
    changed: true,
    ...settled,
    ...(isCanary && { share: spec.share }),
    ...(watched && { watched }),
  };
}

/** The domain's part, and the URL that comes of it. */
async function settle(
  context: Context,
  { session }: Target,
  apply: ApplyContext,
  steps: readonly Step[],
  wait: boolean,
): Promise<Pick<Deployed, 'url' | 'domain'>> {
  const domain = await settleDomain(context, apply, steps, wait);
  return { url: await publicUrl(session, apply.outputs.url, domain), ...(domain && { domain }) };
}

/** Loads CloudWatch's client, which only a watch needs. */
async function watchShipped(...args: Parameters<typeof import('../releases/watch.ts').watchRelease>): Promise<Seen> {
  const { watchRelease } = await import('../releases/watch.ts');
  return watchRelease(...args);
}

/**
 * Where the stage goes when the release fails: to what was live, as it was. A release that has failed is nothing to go
 * back to: `up --watch 2m || up rollback` would have brought it back.
 */
function wayBack(alias: LiveAlias | null): Pointing | null {
  return alias && isPublished(alias) ? { version: alias.version, canary: null, before: alias.before } : null;
}

export function nothingBeside({ app, stage }: Spec): UpError {
  return new UpError('UP_NOT_DEPLOYED', `"${app}" has nothing live on ${stage} beside which a canary could run`, {
    hint: `up ${stage}, without --canary`,
    next: [`up ${stage}`],
  });
}

function tellEndings({ report, flags }: Context, stage: string): void {
  const of = stage === 'staging' ? '' : ` -s ${stage}`;
  report.info('Finish by', placed(`up promote${of}`, flags));
  report.info('End by', placed(`up rollback${of}`, flags));
}

/** The URL on stdout; to a person's terminal it is said once, with the time it took. */
export function showDeployed(context: Context, deployed: Deployed, milliseconds: number): void {
  const shown = context.io.stdoutIsTty && context.report.live(deployed.url, milliseconds);
  if (!shown) context.result(deployed.url, deployed);
}
