/** The story of a deploy. Nothing that users see changes before the last step. */
import type { Spec } from '../aws/spec.ts';
import { bootCheck } from '../build/boot-check.ts';
import { UpBuildError } from '../build/error.ts';
import { machinesOf, unlikeLambda } from '../build/native.ts';
import type { Context } from '../command.ts';
import { duration } from '../output/format.ts';
import { canFreeze } from '../platform.ts';
import type { Watch } from '../releases/watch.ts';
import { hasRelease } from './carry-out.ts';
import { type Built, withBuild } from './prepare.ts';
import { type Deployed, ship, showDeployed } from './ship.ts';

export interface DeployFlags {
  readonly stage: string;
  /** Boot the package here before it is uploaded. */
  readonly check: boolean;
  /** Of the stage's traffic that the new version gets: 1 when left out, less for a canary. */
  readonly share?: number;
  /** Rolled back if it fails meanwhile; not watched when left out. */
  readonly watch?: Watch | undefined;
  /** Until the certificate of a domain is issued. */
  readonly wait?: boolean;
}

export async function runDeploy(context: Context, flags: DeployFlags): Promise<void> {
  const started = performance.now();
  let live: Deployed | null = null;
  const deployed = await withBuild(context, flags, async (built) => {
    live = await deployBuilt(context, built, flags);
    return live;
  }).catch((error: unknown) => Promise.reject(live ? nowLive(error, live) : error));
  showDeployed(context, deployed, performance.now() - started);
}

function deployBuilt(
  context: Context,
  built: Built,
  { check, share = 1, watch, wait = false }: DeployFlags,
): Promise<Deployed> {
  const { target, pkg, commit, hook } = built;
  return ship(context, target, {
    pkg,
    commit,
    share,
    watch,
    wait,
    async before(steps, spec) {
      if (check && hasRelease(steps)) await checkBoot(context, built, spec);
      await hook('predeploy');
    },
    after: (version) =>
      hook('postdeploy').catch((error: unknown) => Promise.reject(nowLive(error, { stage: target.stage, version }))),
  });
}

/** What fails after the deploy has not undone it. */
function nowLive(error: unknown, { stage, version }: Pick<Deployed, 'stage' | 'version'>): unknown {
  if (!(error instanceof UpBuildError)) return error;
  const { code, message, hint, evidence = '' } = error;
  const outcome = `The deploy itself is done: v${version} is live on ${stage}.`;
  return new UpBuildError(code, message, {
    ...(hint !== undefined && { hint }),
    evidence: [evidence.trimEnd(), outcome].filter(Boolean).join('\n'),
  });
}

async function checkBoot({ report }: Context, { app, pkg, target }: Built, { variables, stage }: Spec): Promise<void> {
  if (!canFreeze(process.platform)) return report.warn('Check', 'left out: it needs Linux or macOS');
  const unlike = unlikeLambda(pkg.native, machinesOf(target.config.lambda.architecture));
  // The local Lambda is this machine.
  if (unlike !== null && !target.session.local) return report.warn('Check', `left out: ${unlike}`);
  await report.step('Check', async (say) => {
    const { timeout, memory } = target.config.lambda;
    const { dir } = target.project;
    const { duration: boot } = await bootCheck({
      zip: pkg.zip,
      stage,
      environment: variables,
      timeout,
      memory,
      app,
      dir,
      local: target.session.local,
    });
    say(`boots and answers in ${duration(boot)}`);
  });
}
