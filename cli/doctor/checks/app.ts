/** The app: builds it as a deploy does, and boots the very package. */
import type { StageConfig } from '../../../config/index.ts';
import type { App } from '../../build/app.ts';
import { neededOfDevelopment } from '../../build/how-to-fix.ts';
import { installMissing } from '../../build/install.ts';
import { bringIn, leftOut } from '../../build/left-out.ts';
import { machinesOf, unlikeLambda } from '../../build/native.ts';
import { duration } from '../../output/format.ts';
import { proxyDir } from '../../paths.ts';
import { readCommit } from '../../project/git.ts';
import { type Project, stageOf } from '../../project/project.ts';
import { toUpError } from '../../to-up-error.ts';
import { type Finding, fromError, ok, warn } from '../finding.ts';
import { bringBack } from '../git.ts';
import type { Patient } from '../patient.ts';

export async function checkApp(patient: Patient): Promise<Finding[]> {
  const project = await patient.project();
  let app: App | undefined;
  try {
    const config = stageOf(project, 'staging');
    const [{ build }, { bootCheck }, commit] = await Promise.all([
      import('../../build/build.ts'),
      import('../../build/boot-check.ts'),
      readCommit(project.dir),
    ]);
    const { pkg, ...built } = await build({ project, config, commit, proxyDir, say: () => {} });
    app = built.app;
    const warnings = pkg.warnings.map((text) => warn('App', text));
    const unlike = unlikeLambda(pkg.native, machinesOf(config.lambda.architecture));
    if (unlike !== null && !patient.context.flags.local)
      return [warn('App', `builds, and cannot be booted here: ${unlike}`), ...warnings];
    const environment = await environmentOf(patient, config);
    const { timeout, memory } = config.lambda;
    const booted = await bootCheck({
      zip: pkg.zip,
      stage: config.stage,
      environment,
      timeout,
      memory,
      app,
      dir: project.dir,
      local: patient.context.flags.local,
    });
    return [ok('App', `boots and answers in ${duration(booted.duration)}`), ...warnings];
  } catch (thrown) {
    const error = toUpError(thrown);
    const fix = await fixOf(project, `${error.message}\n${error.evidence ?? ''}`, app);
    return [fromError('App', error, fix === null ? {} : { fix })];
  }
}

/** With the parameters of the stage, where they can be read. */
async function environmentOf(
  { scope, context }: Patient,
  config: StageConfig,
): Promise<Readonly<Record<string, string>>> {
  const own = { UP_STAGE: config.stage, ...config.environment };
  try {
    const { readStageParameters } = await import('../../deploy/state.ts');
    const parameters = await readStageParameters(context, { ...(await scope()), stage: config.stage });
    return { ...own, ...Object.fromEntries(parameters.map(({ name, value }) => [name, value])) };
  } catch {
    // No identity, no permission, no network: other checks tell of that.
    return own;
  }
}

/** What is known to fix an app that prints this; null for what only its author can fix. */
export async function fixOf({ dir }: Pick<Project, 'dir'>, said: string, app?: App): Promise<string | null> {
  const missing = installMissing(dir, said) ?? (await neededOfDevelopment(dir, said, app))?.install ?? null;
  if (missing !== null) return missing;
  const left = leftOut(dir, said);
  if (left !== null) return bringIn(left);
  const named = [...said.matchAll(/(?:^|[\s(/"'])((?:[\w@-]+\/)*[\w.-]+\.(?:json|[cm]?[jt]s))\b/g)].map(
    ([, file]) => file,
  );
  const all = [...new Set([...named, 'package.json', 'app.js'])].flatMap((file) => file ?? []);
  for (const file of all) {
    const command = await bringBack(dir, file);
    if (command !== null) return command;
  }
  return null;
}
