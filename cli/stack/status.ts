/** `up stack status`: every resource of the app over all its stages, and where one differs from up.json. */
import { type Place, placed } from '../argv/place.ts';
import type { Context } from '../command.ts';
import { type Line, planLines } from '../deploy/plan-lines.ts';
import { UpError } from '../errors.ts';
import { type Project, stageOf } from '../project/project.ts';
import { openScope } from '../target.ts';
import { type Drifting, readDrift, readLatest } from './drift.ts';
import { readInventory } from './inventory.ts';
import { type Item, inOrder } from './item.ts';
import { clip, toJson } from './list.ts';

/** What a deploy of the code that is live would change; null where up.json has no such stage any more. */
interface Drift {
  readonly stage: string;
  readonly lines: readonly Line[] | null;
}

export async function showStatus(context: Context, stage: string | null): Promise<void> {
  const { project, scope } = await openScope(context, stage ?? 'every stage');
  const all = await readInventory(scope);
  const items = inOrder(stage === null ? all : all.filter((item) => item.stage === stage)).toReversed();
  if (items.length === 0 && stage !== null) stageOf(project, stage);
  if (items.length === 0) throw notDeployed(scope.app, stage);
  const typeWidth = Math.max(...items.map(({ type }) => type.length)) + 2;
  const stages = items.flatMap((item) => (item.type === 'alias' ? [item.name] : []));
  const drifting = { ...scope, latest: await readLatest(scope) };
  const drifts = await Promise.all(stages.map((name) => driftOf(context, project, drifting, name)));
  context.result(
    [
      ...items.map((item) => renderItem(item, typeWidth)),
      ...drifts.flatMap((drift) => renderDrift(drift, context.flags)),
    ].join('\n'),
    {
      app: scope.app,
      resources: items.map((item) => ({ ...toJson(item), state: item.state, ours: item.ours })),
      drift: Object.fromEntries(drifts.map(({ stage: name, lines }) => [name, lines])),
    },
  );
}

function notDeployed(app: string, stage: string | null): UpError {
  const command = stage === null ? 'up' : `up ${stage}`;
  return new UpError('UP_NOT_DEPLOYED', `"${app}" has no resources${stage === null ? '' : ` of ${stage}`}`, {
    hint: command,
    next: [command],
  });
}

async function driftOf(context: Context, project: Project, scope: Drifting, stage: string): Promise<Drift> {
  const drift = await readDrift(context, project, scope, stage);
  return { stage, lines: drift && planLines(drift) };
}

const columns = 80;

function renderItem({ type, name, state, id, ours }: Item, typeWidth: number): string {
  const known = id === name || type === 'version' ? '' : id;
  const parts = [name.padEnd(28), state, known, ours ? '' : 'not made by up'].filter(Boolean);
  return clip(`  ${type.padEnd(typeWidth)}${parts.join('  ')}`, columns).trimEnd();
}

/** `place`: where commands that are proposed have to work. */
export function renderDrift({ stage, lines }: Drift, place: Place): string[] {
  if (lines === null) return ['', `  ${stage} is no longer a stage of up.json: ${placed(`up delete ${stage}`, place)}`];
  if (lines.length === 0) return ['', `  ${stage} is as up.json says`];
  const shown = lines.map(({ mark, what, text }) => clip(`  ${mark} ${what.padEnd(12)} ${text}`, columns));
  return ['', `  ${stage} differs from up.json:`, ...shown];
}
