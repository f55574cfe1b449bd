/** What is wanted and what is there: read together, because whether there are parameters to read, the function tells. */
import { holding } from '../aws/environment.ts';
import type { LiveFunction, World } from '../aws/model.ts';
import { hasParameters, type Parameter, readParameters, scopesOf } from '../aws/resources/parameter.ts';
import { createSpec, type Spec } from '../aws/spec.ts';
import { parametersTag } from '../aws/tags.ts';
import { readWorld } from '../aws/world.ts';
import type { Package } from '../build/package.ts';
import type { Context } from '../command.ts';
import type { Commit } from '../project/git.ts';
import type { Target } from '../target.ts';

export interface State {
  readonly spec: Spec;
  readonly world: World;
}

/** From now on nothing that is said holds a secret of the stage. */
export async function readState(
  context: Pick<Context, 'secrets'>,
  target: Pick<Target, 'clients' | 'app' | 'stage' | 'config' | 'identity'>,
  pkg: Pick<Package, 'zip' | 'sha256'>,
  commit: Commit,
): Promise<State> {
  const { clients, app, config, identity } = target;
  const bare = createSpec(config, pkg, commit, identity, null);
  const world = await readWorld(clients, bare);
  if (!(world.fn ? isTagged(world.fn) : await hasParameters(clients, app))) return { spec: bare, world };
  const parameters = await readStageParameters(context, target);
  return { spec: createSpec(config, pkg, commit, identity, parameters), world };
}

/** Asking every time would be two calls more in every deploy of an app that has none. */
function isTagged({ tags }: LiveFunction): boolean {
  return Object.keys(parametersTag).every((name) => tags[name] === parametersTag[name]);
}

/** With their values. */
export async function readStageParameters(
  { secrets }: Pick<Context, 'secrets'>,
  { clients, app, stage }: Pick<Target, 'clients' | 'app' | 'stage'>,
): Promise<Parameter[]> {
  const found = await Promise.all(scopesOf(stage).map((scope) => readParameters(clients, app, scope)));
  const held = holding(stage, found.flat());
  secrets.add(held.filter(({ kind }) => kind === 'secret').map(({ value }) => value));
  return held;
}
