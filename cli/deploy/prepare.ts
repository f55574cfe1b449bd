/** What comes before any look at AWS: the package. A deploy goes on from here. */
import { type Build, build, hookRunner } from '../build/build.ts';
import { describeApp, detect } from '../build/detect.ts';
import { keepMaps } from '../build/maps.ts';
import { reportBuild } from '../build/report.ts';
import type { Context } from '../command.ts';
import { isCi } from '../io.ts';
import { bytes, count } from '../output/format.ts';
import { proxyDir } from '../paths.ts';
import { type Commit, readCommit } from '../project/git.ts';
import type { Project } from '../project/project.ts';
import { openTarget, type Target } from '../target.ts';
import { requireInterpreter } from './interpreter.ts';

export interface Built extends Build {
  readonly target: Target;
  readonly commit: Commit;
  readonly hook: ReturnType<typeof hookRunner>;
}

/** Hands what was built to `use`, and cleans up after it, whatever happens. */
export async function withBuild<T>(
  context: Context,
  { stage }: { readonly stage: string },
  use: (built: Built) => Promise<T>,
): Promise<T> {
  const { report } = context;
  await requireApp(await context.project());
  const target = await openTarget(context, stage);
  const { project, config, session } = target;
  const commit = await readCommit(project.dir);
  const hook = hookRunner(project.dir, config, commit, () => {});
  const made = async () => {
    const built = await report.step('Build', async (say) => {
      const result = await build({ project, config, commit, proxyDir, say, strict: isCi(context.io.env) });
      say(summary(result));
      return result;
    });
    if (!project.hasFile) report.info('Detected', describeApp(built.app));
    reportBuild(report, built.pkg);
    await keepMaps(project.dir, built.pkg, commit);
    if (!session.local) requireInterpreter(built, config.lambda.layers);
    return use({ ...built, target, commit, hook });
  };
  const result = await made().catch(async (error: unknown) => {
    // The first failure is the one that is reported.
    await hook('clean').catch(() => report.warn('Clean', 'the clean hook failed, too'));
    throw error;
  });
  await hook('clean');
  return result;
}

/** Where nothing says what the app is, it is looked for before anybody is asked for credentials. */
async function requireApp({ dir, hasFile }: Project): Promise<void> {
  if (!hasFile) await detect(dir);
}

function summary({ pkg: { files, unzipped, zip } }: Build): string {
  return `${count(files.length, 'file')}, ${bytes(unzipped)}, ${bytes(zip.length)} zipped`;
}
