/** `up status`: what each stage is at. `up stack status` lists what it consists of, and how that differs from up.json. */
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { stageOf } from '../project/project.ts';
import type { Release } from '../releases/release.ts';
import { openScope } from '../target.ts';
import { readStatus, type StageStatus } from './read.ts';
import { renderStatus } from './render.ts';

export async function showStatus(context: Context, stage: string | null): Promise<void> {
  const { project, scope } = await openScope(context, stage ?? 'every stage');
  if (stage !== null) stageOf(project, stage);
  if (stage === 'development')
    throw new UpError('UP_STAGE_LOCAL', '"development" is not deployed: it is what `up start` runs');
  const stages = await readStatus(await context.session(), project, scope, stage);
  const { app, identity } = scope;
  context.result(renderStatus(stages, Date.now(), context.flags), { app, ...identity, stages: stages.map(toJson) });
}

function toJson({ live, newer, ...status }: StageStatus): object {
  return {
    ...status,
    live: live.map(({ release, share }) => ({ ...releaseJson(release), share })),
    newer: newer && releaseJson(newer),
  };
}

function releaseJson({ version, commit, author, message, created }: Release): object {
  return { version, commit, author, message, created: new Date(created).toISOString() };
}
