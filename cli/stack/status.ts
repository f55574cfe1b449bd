/** `up stack status`: every resource of the app over all its stages, and where one differs from up.json. */
import { type FunctionConfiguration, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { plan } from '../aws/plan.ts';
import { readAlias } from '../aws/resources/alias.ts';
import { isSameRelease } from '../aws/resources/function.ts';
import type { Scope } from '../aws/scope.ts';
import type { Context } from '../command.ts';
import { type Line, planLines } from '../deploy/plan-lines.ts';
import { readState } from '../deploy/state.ts';
import { UpError } from '../errors.ts';
import { type Project, stageOf } from '../project.ts';
import { listVersions } from '../releases/read.ts';
import { openScope } from '../target.ts';
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
  if (items.length === 0) throw notDeployed(scope.app, stage);
  const typeWidth = Math.max(...items.map(({ type }) => type.length)) + 2;
  const stages = items.flatMap((item) => (item.type === 'alias' ? [item.name] : []));
  const latest = await readLatest(scope);
  const drifts = await Promise.all(stages.map((name) => readDrift(context, project, { ...scope, latest }, name)));
  context.result([...items.map((item) => renderItem(item, typeWidth)), ...drifts.flatMap(renderDrift)].join('\n'), {
    app: scope.app,
    resources: items.map((item) => ({ ...toJson(item), state: item.state, ours: item.ours })),
    drift: Object.fromEntries(drifts.map(({ stage: name, lines }) => [name, lines])),
  });
}

function notDeployed(app: string, stage: string | null): UpError {
  const command = stage === null ? 'up' : `up ${stage}`;
  return new UpError('UP_NOT_DEPLOYED', `"${app}" has no resources${stage === null ? '' : ` of ${stage}`}`, {
    hint: command,
    next: [command],
  });
}

async function readDrift(
  context: Context,
  project: Project,
  { clients, app, identity, latest }: Scope & { readonly latest: FunctionConfiguration | null },
  stage: string,
): Promise<Drift> {
  const config = configOf(project, stage);
  const alias = await readAlias(clients, { app, stage });
  if (config === null || alias === null) return { stage, lines: null };
  const { UP_COMMIT: commit = '', UP_AUTHOR: author = '' } = alias.config.Environment?.Variables ?? {};
  const code = { zip: Buffer.alloc(alias.config.CodeSize ?? 0), sha256: alias.config.CodeSha256 ?? '' };
  const target = { clients, app, stage, config, identity };
  const { spec, world: live } = await readState(context, target, code, { commit, author, message: '' });
  // A canary is on its way to be live, or not to be: no difference from up.json.
  const world = { ...live, alias: live.alias && { ...live.alias, canary: null } };
  const isUntouched = latest !== null && world.fn !== null && isSameRelease(world.fn.config, latest);
  const steps = plan(spec, world).filter(({ type }) => type !== 'function' || !isUntouched);
  return { stage, lines: planLines({ spec, world, steps, pkg: { ...code, files: [] } }) };
}

/**
 * The newest version. `$LATEST` holds the same until somebody's hand changes it, whatever a stage has gone back to since;
 * null without a function or a version.
 */
async function readLatest({ clients, app }: Scope): Promise<FunctionConfiguration | null> {
  try {
    const versions = (await listVersions(clients.lambda, app)).filter(({ Version }) => Version !== '$LATEST');
    return versions.sort((a, b) => Number(b.Version) - Number(a.Version))[0] ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

function configOf(project: Project, stage: string) {
  try {
    return stageOf(project, stage);
  } catch (error) {
    if (error instanceof UpError && error.code === 'UP_STAGE_UNKNOWN') return null;
    throw error;
  }
}

const columns = 80;

function renderItem({ type, name, state, id, ours }: Item, typeWidth: number): string {
  const known = id === name || type === 'version' ? '' : id;
  const parts = [name.padEnd(28), state, known, ours ? '' : 'not made by up'].filter(Boolean);
  return clip(`  ${type.padEnd(typeWidth)}${parts.join('  ')}`, columns).trimEnd();
}

function renderDrift({ stage, lines }: Drift): string[] {
  if (lines === null) return ['', `  ${stage} is not a stage of up.json any more: up delete ${stage}`];
  if (lines.length === 0) return ['', `  ${stage} is as up.json says`];
  const shown = lines.map(({ mark, what, text }) => clip(`  ${mark} ${what.padEnd(12)} ${text}`, columns));
  return ['', `  ${stage} differs from up.json:`, ...shown];
}
