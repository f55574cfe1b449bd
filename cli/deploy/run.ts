/** The story of a deploy. Nothing that users see changes before the last step. */
import { applyStep, createOutputs } from '../aws/apply.ts';
import type { Context as ApplyContext, Step } from '../aws/model.ts';
import { isNoop, plan } from '../aws/plan.ts';
import { createSpec } from '../aws/spec.ts';
import { verifyVersion } from '../aws/verify.ts';
import { readWorld } from '../aws/world.ts';
import { bootCheck } from '../build/boot-check.ts';
import { type Build, build, hookRunner } from '../build/build.ts';
import type { Context } from '../command.ts';
import { type Commit, readCommit } from '../git.ts';
import { bytes, count, duration } from '../output/format.ts';
import { proxyDir } from '../paths.ts';
import { openTarget } from '../target.ts';
import { requireInterpreter } from './interpreter.ts';

export interface DeployFlags {
  readonly stage: string;
  /** Boot the package here before it is uploaded. */
  readonly check: boolean;
}

export interface Deployed {
  readonly app: string;
  readonly stage: string;
  readonly version: string;
  readonly changed: boolean;
  readonly url: string;
}

/** Deploys and writes the URL to stdout; to a person's terminal it says it once, with the time it took. */
export async function runDeploy(context: Context, flags: DeployFlags): Promise<void> {
  const { io, report } = context;
  const started = performance.now();
  const deployed = await deployProject(context, flags);
  const shown = io.stdoutIsTty && report.live(deployed.url, performance.now() - started);
  if (!shown) context.result(deployed.url, deployed);
}

async function deployProject(context: Context, { stage, check }: DeployFlags): Promise<Deployed> {
  const { report } = context;
  const { project, config, session, identity, clients } = await openTarget(context, stage);
  const commit = await readCommit(project.dir);
  const hook = hookRunner(project.dir, config, commit, () => {});
  try {
    const built = await report.step('Build', async (say) => {
      const result = await build({ project, config, commit, proxyDir, say });
      say(summary(result));
      return result;
    });
    for (const warning of built.pkg.warnings) report.warn('Build', warning);
    if (built.pkg.secretsLeftOut.length > 0) report.info('Left out', built.pkg.secretsLeftOut.join(', '));
    if (!session.local) requireInterpreter(built);
    const spec = createSpec(config, built.pkg, commit, identity);
    const world = await readWorld(clients, spec);
    const steps = plan(spec, world);
    const outputs = createOutputs(spec, world);
    if (isNoop(steps)) {
      report.info('', `Nothing to deploy: v${outputs.version} has this code and config`);
      return { app: spec.app, stage, version: outputs.version, changed: false, url: outputs.url };
    }
    if (check && hasRelease(steps)) await checkBoot(context, built, spec.fn.Environment, config.lambda.timeout);
    await hook('predeploy');
    const apply: ApplyContext = { clients, spec, world, outputs, say: () => {} };
    await carryOut(context, apply, steps, commit);
    await hook('postdeploy');
    return { app: spec.app, stage, version: outputs.version, changed: true, url: outputs.url };
  } finally {
    await hook('clean');
  }
}

/** Resources first, then the version, proved, then what users see. */
async function carryOut(
  { report }: Context,
  apply: ApplyContext,
  steps: readonly Step[],
  commit: Commit,
): Promise<void> {
  const release = steps.findIndex(({ type }) => type === 'version');
  const before = steps.slice(0, release).filter(isWork);
  const after = steps.slice(release + 1).filter(isWork);
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
    await report.step('Verify', async (say) => {
      const { status, duration: cold } = await verifyVersion(apply);
      say(`GET / ${status}, cold start ${duration(cold)}`);
    });
  }
  if (after.length === 0) return;
  await report.step('Live', async (say) => {
    for (const step of after) await applyStep({ ...apply, say }, step);
    say(liveLine(apply, after));
  });
}

async function checkBoot(
  { report }: Context,
  { pkg }: Build,
  environment: Readonly<Record<string, string>>,
  timeout: number,
): Promise<void> {
  await report.step('Check', async (say) => {
    const { duration: boot } = await bootCheck({ zip: pkg.zip, environment, timeout });
    say(`boots and answers in ${duration(boot)}`);
  });
}

function isWork({ action }: Step): boolean {
  return action !== 'keep';
}

function hasRelease(steps: readonly Step[]): boolean {
  return steps.some(({ type, action }) => type === 'version' && action !== 'keep');
}

function summary({ pkg: { files, unzipped, zip } }: Build): string {
  return `${count(files.length, 'file')}, ${bytes(unzipped)}, ${bytes(zip.length)} zipped`;
}

function describe(steps: readonly Step[]): string {
  const named = (action: Step['action']) => steps.filter((step) => step.action === action).map(({ type }) => type);
  const parts = [['created', named('create')] as const, ['updated', named('update')] as const].filter(
    ([, types]) => types.length > 0,
  );
  return parts.map(([verb, types]) => `${verb} ${types.join(', ')}`).join('; ');
}

function releaseLine({ world, outputs }: ApplyContext, { commit, message }: Commit): string {
  const what = commit ? `  ${commit} "${message}"` : '';
  return `v${outputs.version}${what}${world.alias ? `, to replace v${world.alias.version}` : ''}`;
}

function liveLine({ outputs, spec }: ApplyContext, steps: readonly Step[]): string {
  const others = steps.filter(({ type }) => type !== 'alias');
  const moved = steps.length > others.length ? [`${spec.stage} is v${outputs.version}`] : [];
  return [...moved, ...(others.length > 0 ? [describe(others)] : [])].join(', ');
}
