/**
 * Whether what a flag names is there at all: `--stage`, `--release`. A log is asked first, as it outlives both; a stage that
 * exists and says nothing is no mistake.
 */
import { UpError } from '../errors.ts';
import { type Project, stageOf } from '../project/project.ts';
import type { Release } from '../releases/release.ts';
import { isOfRelease } from './filter.ts';
import type { ReleaseIndex } from './release-index.ts';
import type { Settings } from './settings.ts';

export interface Named {
  readonly project: Project;
  readonly settings: Pick<Settings, 'stage' | 'release'>;
  readonly releases: Pick<ReleaseIndex, 'all'>;
  readonly local: boolean;
}

/** For what would wait for ever: rejects with UP_STAGE_UNKNOWN or UP_STAGE_LOCAL. A stage may be about to be deployed. */
export async function requireStage({ project, settings: { stage }, releases }: Named): Promise<void> {
  if (stage === undefined || (stage !== onlyHere && Object.hasOwn(project.config.stages, stage))) return;
  const there = await releases.all();
  if (there?.every((release) => !isOf(release, stage))) refuse(project, stage);
}

/** Rejects with UP_STAGE_UNKNOWN, UP_STAGE_LOCAL, UP_NOT_DEPLOYED or UP_RELEASE_NOT_FOUND; else nobody has said anything. */
export async function explainNothing({ project, settings, releases, ...place }: Named): Promise<void> {
  const { stage, release } = settings;
  if (stage === undefined && release === undefined) return;
  const there = await releases.all();
  if (there === null) return;
  const ofStage = stage === undefined ? there : there.filter((one) => isOf(one, stage));
  if (stage !== undefined && ofStage.length === 0) {
    refuse(project, stage);
    throw notDeployed(project.config.name, stage, place.local);
  }
  if (release !== undefined && !ofStage.some((one) => isOfRelease(one, release))) throw noRelease(release, stage);
}

/** What `up start` runs. */
const onlyHere = 'development';

function isOf({ stage: own, live }: Release, stage: string): boolean {
  return own === stage || live.some((one) => one.stage === stage);
}

/** Throws for a stage that cannot be deployed. */
function refuse(project: Project, stage: string): void {
  stageOf(project, stage);
  if (stage === onlyHere)
    throw new UpError('UP_STAGE_LOCAL', `"${onlyHere}" is not deployed, and has no log: it is what \`up start\` runs`);
}

function notDeployed(app: string, stage: string, isLocal: boolean): UpError {
  const command = `up ${stage}${isLocal ? ' --local' : ''}`;
  return new UpError('UP_NOT_DEPLOYED', `"${app}" has not been deployed to ${stage}`, {
    hint: command,
    next: [command],
  });
}

function noRelease(release: string, stage: string | undefined): UpError {
  const of = stage === undefined ? 'there is' : `${stage} has`;
  return new UpError('UP_RELEASE_NOT_FOUND', `${of} no release "${release}", or none any more`, {
    next: ['up releases'],
  });
}
