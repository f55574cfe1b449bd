/**
 * `up env apply`: the variables as they are now, in a new version with the very code and settings of the one that is
 * live. It is proved before the stage points to it, as in a deploy.
 */
import { stageNames } from '../../config/index.ts';
import { createOutputs } from '../aws/apply.ts';
import type { LiveAlias, Step, World } from '../aws/model.ts';
import { isNoop, plan } from '../aws/plan.ts';
import { readAlias } from '../aws/resources/alias.ts';
import { layersOf, storageOf, vpcConfigOf } from '../aws/resources/function-diff.ts';
import { everyStage } from '../aws/resources/parameter.ts';
import { createSpec, type FunctionSpec, type Spec } from '../aws/spec.ts';
import { readWorld } from '../aws/world.ts';
import type { Context } from '../command.ts';
import { carryOut } from '../deploy/carry-out.ts';
import { readStageParameters } from '../deploy/state.ts';
import { UpError } from '../errors.ts';
import type { Commit } from '../project/git.ts';
import { stageOf } from '../project/project.ts';
import { download, readSource } from '../releases/promote.ts';
import type { Target } from '../target.ts';
import { markFunction } from './mark.ts';
import { type Opened, openVariables, type ScopeFlags } from './scope.ts';

export interface Applied {
  readonly stage: string;
  readonly version: string;
  readonly changed: boolean;
}

export async function apply(context: Context, flags: ScopeFlags): Promise<void> {
  const applied = await applyTo(context, await openVariables(context, flags));
  if (context.flags.json) context.result('', { applied });
}

/** To the stage, or to every stage that is deployed. */
export async function applyTo(context: Context, opened: Opened): Promise<Applied[]> {
  const stages = opened.scope === everyStage ? stageNames(opened.project.config) : [opened.stage];
  const applied: Applied[] = [];
  // Whoever made a parameter in another way than `up env set` is to see it in the next deploy, too.
  await markFunction(opened);
  for (const stage of stages.filter((name) => name !== 'development')) {
    const target = {
      ...opened,
      stage,
      config: stage === opened.stage ? opened.config : stageOf(opened.project, stage),
    };
    const done = await applyToStage(context, target);
    if (done) applied.push(done);
  }
  if (applied.length > 0) return applied;
  throw new UpError('UP_NOT_DEPLOYED', `"${opened.app}" has not been deployed to ${opened.shown}`, {
    hint: 'deploy it, which takes its variables along: up',
    next: ['up'],
  });
}

/** Null when the stage is not deployed. */
async function applyToStage(context: Context, target: Target): Promise<Applied | null> {
  const { clients, app, stage, identity, config } = target;
  const alias = await readAlias(clients, { app, stage });
  if (alias === null) return null;
  const parameters = await readStageParameters(context, target);
  const commit = commitOf(alias);
  const code = { zip: Buffer.alloc(0), sha256: alias.config.CodeSha256 ?? '' };
  const spec = asLive(createSpec(config, code, commit, identity, parameters), alias);
  const world = await readWorld(clients, spec);
  // Rolled back meanwhile, say: the code that is at hand is not what is live now.
  if (world.alias?.version !== alias.version)
    throw new UpError('UP_DEPLOY_CONFLICT', `Somebody else is changing "${app}"`);
  const steps = plan(spec, world).map(onlyRelease);
  if (isNoop(steps)) {
    context.report.info(stage, `v${alias.version} has these variables already`);
    return { stage, version: alias.version, changed: false };
  }
  const outputs = createOutputs(spec, world);
  const ready = needsCode(spec, world) ? { ...spec, code: await readCode(target, alias) } : spec;
  await carryOut(context, { clients, spec: ready, world, outputs, say: () => {} }, steps, commit);
  return { stage, version: outputs.version, changed: true };
}

/** Of the code that is live, not of the folder. */
function commitOf({ config: { Environment, Description = '' } }: LiveAlias): Commit {
  const { UP_COMMIT: commit = '', UP_AUTHOR: author = '' } = Environment?.Variables ?? {};
  return { commit, author, message: Description.replace(`${commit} `, '') };
}

/** What is live, with other variables. */
function asLive(spec: Spec, { config }: LiveAlias): Spec {
  const fn: FunctionSpec = {
    ...spec.fn,
    Runtime: config.Runtime as FunctionSpec['Runtime'],
    Handler: config.Handler ?? spec.fn.Handler,
    MemorySize: config.MemorySize ?? spec.fn.MemorySize,
    Timeout: config.Timeout ?? spec.fn.Timeout,
    EphemeralStorage: storageOf(config),
    Architecture: (config.Architectures?.[0] ?? spec.fn.Architecture) as FunctionSpec['Architecture'],
    VpcConfig: vpcConfigOf(config),
    Layers: layersOf(config),
  };
  return { ...spec, fn, description: config.Description ?? spec.description };
}

/** Everything else is for a deploy to change. The role comes along, because it may have to let the app read parameters. */
const touched: ReadonlySet<Step['type']> = new Set(['role', 'function', 'version', 'alias']);

function onlyRelease(step: Step): Step {
  return touched.has(step.type) ? step : { type: step.type, action: 'keep', changes: [] };
}

/** Another stage may have put its own code into the function since. */
function needsCode({ code }: Spec, { fn }: World): boolean {
  return fn?.config.CodeSha256 !== code.sha256;
}

async function readCode(target: Target, { version, config }: LiveAlias): Promise<Spec['code']> {
  return { zip: await download(target, await readSource(target, version)), sha256: config.CodeSha256 ?? '' };
}
