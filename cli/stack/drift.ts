/** How a stage differs from up.json, taking the code that is live for the wanted one. Changes nothing. */
import { type FunctionConfiguration, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { plan } from '../aws/plan.ts';
import { readAlias } from '../aws/resources/alias.ts';
import { isSameRelease } from '../aws/resources/function-diff.ts';
import type { Scope } from '../aws/scope.ts';
import type { Context } from '../command.ts';
import type { PlanParts } from '../deploy/plan-lines.ts';
import { readState } from '../deploy/state.ts';
import { UpError } from '../errors.ts';
import { type Project, stageOf } from '../project/project.ts';
import { listVersions } from '../releases/read.ts';

export interface Drifting extends Scope {
  /** Of `readLatest`: one for all stages. */
  readonly latest: FunctionConfiguration | null;
}

/** What a deploy of that code would do; null where up.json has no such stage any more, or nothing is live. */
export async function readDrift(
  context: Pick<Context, 'secrets'>,
  project: Project,
  { clients, app, identity, latest }: Drifting,
  stage: string,
): Promise<PlanParts | null> {
  const config = configOf(project, stage);
  const alias = await readAlias(clients, { app, stage });
  if (config === null || alias === null) return null;
  const { UP_COMMIT: commit = '', UP_AUTHOR: author = '' } = alias.config.Environment?.Variables ?? {};
  const code = { zip: Buffer.alloc(alias.config.CodeSize ?? 0), sha256: alias.config.CodeSha256 ?? '' };
  const target = { clients, app, stage, config, identity };
  const { spec, world: live } = await readState(context, target, code, { commit, author, message: '' });
  // A canary is on its way to be live, or not to be: no difference from up.json.
  const world = { ...live, alias: live.alias && { ...live.alias, canary: null } };
  const isUntouched = latest !== null && world.fn !== null && isSameRelease(world.fn.config, latest);
  const steps = plan(spec, world).filter(({ type }) => type !== 'function' || !isUntouched);
  return { spec, world, steps, pkg: { ...code, files: [] } };
}

/**
 * The newest version. `$LATEST` holds the same until somebody's hand changes it, whatever a stage has gone back to since;
 * null without a function or a version.
 */
export async function readLatest({ clients, app }: Scope): Promise<FunctionConfiguration | null> {
  try {
    const versions = (await listVersions(clients.lambda, app)).filter(({ Version }) => Version !== '$LATEST');
    return versions.sort((a, b) => Number(b.Version) - Number(a.Version))[0] ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/** Null for a stage that up.json does not have. */
export function configOf(project: Project, stage: string) {
  try {
    return stageOf(project, stage);
  } catch (error) {
    if (error instanceof UpError && error.code === 'UP_STAGE_UNKNOWN') return null;
    throw error;
  }
}
