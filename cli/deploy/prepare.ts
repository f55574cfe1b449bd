/** What comes before any look at AWS: the package. A deploy goes on from here. */
import { type Build, build, hookRunner, isCi } from '../build/build.ts';
import { keepMaps } from '../build/maps.ts';
import { reportBuild } from '../build/report.ts';
import type { Context } from '../command.ts';
import { type Commit, readCommit } from '../git.ts';
import { bytes, count } from '../output/format.ts';
import { proxyDir } from '../paths.ts';
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
  const target = await openTarget(context, stage);
  const { project, config, session } = target;
  const commit = await readCommit(project.dir);
  const hook = hookRunner(project.dir, config, commit, () => {});
  try {
    const built = await report.step('Build', async (say) => {
      const result = await build({ project, config, commit, proxyDir, say, strict: isCi(context.io.env) });
      say(summary(result));
      return result;
    });
    reportBuild(report, built.pkg);
    await keepMaps(project.dir, built.pkg, commit);
    if (!session.local) requireInterpreter(built);
    return await use({ ...built, target, commit, hook });
  } finally {
    await hook('clean');
  }
}

function summary({ pkg: { files, unzipped, zip } }: Build): string {
  return `${count(files.length, 'file')}, ${bytes(unzipped)}, ${bytes(zip.length)} zipped`;
}
