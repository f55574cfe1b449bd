/** The story of a deploy. Nothing that users see changes before the last step. */
import { createOutputs } from '../aws/apply.ts';
import type { Context as ApplyContext } from '../aws/model.ts';
import { isNoop, plan } from '../aws/plan.ts';
import { createSpec } from '../aws/spec.ts';
import { readWorld } from '../aws/world.ts';
import { bootCheck } from '../build/boot-check.ts';
import { type Build, build, hookRunner } from '../build/build.ts';
import type { Context } from '../command.ts';
import { readCommit } from '../git.ts';
import { bytes, count, duration } from '../output/format.ts';
import { proxyDir } from '../paths.ts';
import { openTarget } from '../target.ts';
import { carryOut, hasRelease } from './carry-out.ts';
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

function summary({ pkg: { files, unzipped, zip } }: Build): string {
  return `${count(files.length, 'file')}, ${bytes(unzipped)}, ${bytes(zip.length)} zipped`;
}
