/** Carries a plan out and tells of it, but for the domain's part. Nothing that users see changes before the last step. */
import { applyStep } from '../aws/apply.ts';
import { isDomainStep } from '../aws/domains/plan.ts';
import type { Context as ApplyContext, LiveAlias, Step } from '../aws/model.ts';
import { versionName } from '../aws/resources/alias.ts';
import { marks } from '../aws/tags.ts';
import { verifyVersion } from '../aws/verify.ts';
import type { Context } from '../command.ts';
import { count, counted, duration, percent } from '../output/format.ts';
import type { Commit } from '../project/git.ts';
import { describeRelease } from '../releases/release.ts';

/** Resources first, then the version, which is verified, then what users see. */
export async function carryOut(
  { report, standing }: Context,
  apply: ApplyContext,
  steps: readonly Step[],
  commit: Commit,
): Promise<void> {
  const release = steps.findIndex(({ type }) => type === 'version');
  const before = steps.slice(0, release).filter(isWork);
  const after = steps.slice(release + 1).filter((step) => isWork(step) && !isDomainStep(step));
  standing(notYet(apply));
  if (before.length > 0) {
    await report.step('Resources', async (say) => {
      for (const step of before) await applyStep({ ...apply, say }, step);
      say(describe(before));
    });
  }
  if (hasRelease(steps)) {
    await report.step('Release', async (say) => {
      await applyStep({ ...apply, say }, steps[release] as Step);
      say(releaseLine(apply, commit));
    });
    await prove(report, apply);
  }
  if (after.length === 0) return;
  await report.step('Live', async (say) => {
    for (const step of after) {
      if (step.type === 'alias')
        standing(`Whether ${apply.spec.stage} is v${apply.outputs.version} by now, up status tells.`);
      await applyStep({ ...apply, say }, step);
      if (step.type === 'alias') standing(`v${apply.outputs.version} is live on ${apply.spec.stage}, and stays so.`);
    }
    say(liveLine(apply, after));
  });
}

async function prove(report: Context['report'], apply: ApplyContext): Promise<void> {
  if (isOff(apply)) return report.warn('Verify', 'left out: reserved concurrency is 0, so nothing runs');
  const status = await report.step('Verify', async (say) => {
    const verified = await verifyVersion(apply.clients, candidate(apply));
    say(`GET / ${verified.status}, cold start ${duration(verified.duration)}`);
    return verified.status;
  });
  if (status >= 500) report.warn('Verify', `the app answers / with ${status}, and goes live all the same: see up logs`);
}

function notYet({ spec: { stage }, world: { alias } }: ApplyContext): string {
  return alias ? `${versionName(alias)} is still live on ${stage}.` : 'Nothing is live yet.';
}

/** It publishes a version. */
export function hasRelease(steps: readonly Step[]): boolean {
  return steps.some(({ type, action }) => type === 'version' && action !== 'keep');
}

/** It was switched off, by up.json or by hand, and stays so. */
function isOff({ spec, world: { fn } }: ApplyContext): boolean {
  if (fn?.reserved !== 0) return false;
  return (spec.reserved ?? (fn.tags[marks.reserved()] === undefined ? 0 : undefined)) === 0;
}

function isWork({ action }: Step): boolean {
  return action !== 'keep';
}

function candidate({ spec: { app, stage, fn }, world, outputs: { version } }: ApplyContext) {
  return {
    app,
    stage,
    version,
    timeout: fn.Timeout,
    live: world.alias?.version,
    hint: 'fix the app, trying it with "up start", and deploy again',
    next: ['up start', `up ${stage}`],
  };
}

function describe(steps: readonly Step[]): string {
  const named = (action: Step['action']) => steps.filter((step) => step.action === action).map(({ type }) => type);
  const parts = [
    ['created', named('create')] as const,
    ['updated', named('update')] as const,
    ['removed', named('remove')] as const,
  ].filter(([, types]) => types.length > 0);
  return parts.map(([verb, types]) => `${verb} ${listed(types)}`).join('; ');
}

/** More would not fit on a line. */
const mostListed = 3;

function listed(types: readonly string[]): string {
  const kinds = counted(types);
  return kinds.length > mostListed ? count(types.length, 'resource') : kinds.join(', ');
}

function releaseLine({ spec, world, outputs: { version } }: ApplyContext, commit: Commit): string {
  const place = spec.share < 1 ? `, for ${percent(spec.share)} beside` : ', to replace';
  return `${describeRelease({ ...commit, version })}${world.alias ? `${place} ${versionName(world.alias)}` : ''}`;
}

function liveLine({ outputs, spec, world }: ApplyContext, steps: readonly Step[]): string {
  const others = steps.filter(({ type }) => type !== 'alias');
  const isCanary = spec.share < 1 && world.alias !== null && world.alias.version !== outputs.version;
  const where = isCanary
    ? `${spec.stage} is v${world.alias?.version}, and v${outputs.version} for ${percent(spec.share)}`
    : `${spec.stage} is v${outputs.version}`;
  const moved = steps.length > others.length ? [where, ...canaryEnd(world.alias, outputs.version)] : [];
  return [...moved, ...(others.length > 0 ? [describe(others)] : [])].join(', ');
}

/** A deploy, or a change of variables, ends a running canary; that is said. */
function canaryEnd(alias: LiveAlias | null, version: string): string[] {
  const { canary } = alias ?? {};
  return canary && canary.version !== version ? [`the canary v${canary.version} is over`] : [];
}
