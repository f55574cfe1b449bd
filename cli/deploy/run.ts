/** The story of a deploy. Nothing that users see changes before the last step. */
import { createSpec } from '../aws/spec.ts';
import { bootCheck } from '../build/boot-check.ts';
import { type Build, build, hookRunner, isCi } from '../build/build.ts';
import { reportBuild } from '../build/report.ts';
import type { Context } from '../command.ts';
import { readCommit } from '../git.ts';
import { bytes, count, duration } from '../output/format.ts';
import { proxyDir } from '../paths.ts';
import { openTarget } from '../target.ts';
import { hasRelease } from './carry-out.ts';
import { requireInterpreter } from './interpreter.ts';
import { type Deployed, ship, showDeployed } from './ship.ts';

export interface DeployFlags {
  readonly stage: string;
  /** Boot the package here before it is uploaded. */
  readonly check: boolean;
}

export async function runDeploy(context: Context, flags: DeployFlags): Promise<void> {
  const started = performance.now();
  const deployed = await deployProject(context, flags);
  showDeployed(context, deployed, performance.now() - started);
}

async function deployProject(context: Context, { stage, check }: DeployFlags): Promise<Deployed> {
  const { report } = context;
  const target = await openTarget(context, stage);
  const { project, config, session, identity } = target;
  const commit = await readCommit(project.dir);
  const hook = hookRunner(project.dir, config, commit, () => {});
  try {
    const built = await report.step('Build', async (say) => {
      const result = await build({ project, config, commit, proxyDir, say, strict: isCi(context.io.env) });
      say(summary(result));
      return result;
    });
    reportBuild(report, built.pkg);
    if (!session.local) requireInterpreter(built);
    const spec = createSpec(config, built.pkg, commit, identity);
    return await ship(context, target, {
      spec,
      commit,
      async before(steps) {
        if (check && hasRelease(steps)) await checkBoot(context, built, spec.fn.Environment, config.lambda.timeout);
        await hook('predeploy');
      },
      after: () => hook('postdeploy'),
    });
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
