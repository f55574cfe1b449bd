/** The alias of a stage: which version its users get. Moving it is the only step of a deploy that they can see. */
import {
  CreateAliasCommand,
  DeleteAliasCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  PreconditionFailedException,
  ResourceConflictException,
  ResourceNotFoundException,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import type { Clients } from '../clients.ts';
import type { Canary, Context, LiveAlias } from '../model.ts';
import type { Spec } from '../spec.ts';

type Name = Pick<Spec, 'app' | 'stage'>;

/** Where an alias points, or is to point. */
export interface Pointing {
  readonly version: string;
  readonly canary: Canary | null;
  /** The version that was live before; '' for none. */
  readonly before: string;
}

export async function readAlias({ lambda }: Pick<Clients, 'lambda'>, { app, stage }: Name): Promise<LiveAlias | null> {
  try {
    const [alias, config] = await Promise.all([
      lambda.send(new GetAliasCommand({ FunctionName: app, Name: stage })),
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName: app, Qualifier: stage })),
    ]);
    const [weight] = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
    return {
      version: alias.FunctionVersion ?? '',
      canary: weight ? { version: weight[0], share: weight[1] } : null,
      before: parseBefore(alias.Description),
      revisionId: alias.RevisionId,
      config,
    };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

export async function createAlias({ clients, spec, outputs }: Context): Promise<void> {
  try {
    const made = await clients.lambda.send(
      new CreateAliasCommand({ FunctionName: spec.app, Name: spec.stage, FunctionVersion: outputs.version }),
    );
    outputs.aliasRevision = made.RevisionId;
  } catch (error) {
    // Made by another first deploy, or by an earlier try whose answer was lost: only the same version is no conflict.
    const live = error instanceof ResourceConflictException ? await readAlias(clients, spec) : null;
    if (live?.version !== outputs.version) throw error;
    outputs.aliasRevision = live.revisionId;
  }
}

/** To the new version, or, for a canary, a share of the traffic to it. Another canary ends with that. */
export async function moveAlias({ clients, spec, world, outputs }: Context): Promise<void> {
  const { alias } = world;
  outputs.aliasRevision = await pointAlias(clients, spec, pointingFor(alias, spec, outputs.version), alias?.revisionId);
}

function pointingFor(alias: LiveAlias | null, { share }: Pick<Spec, 'share'>, version: string): Pointing {
  if (!alias) return { version, canary: null, before: '' };
  if (alias.version === version) return { version, canary: null, before: alias.before };
  if (share < 1) return { version: alias.version, canary: { version, share }, before: alias.before };
  return { version, canary: null, before: isPublished(alias) ? alias.version : alias.before };
}

/** `v7`, `$LATEST`. */
export function versionName({ version }: Pick<Pointing, 'version'>): string {
  return version.replace(/^(?=\d)/, 'v');
}

/** Not `$LATEST`, which an alias can be pointed to by hand: what is written there next would be live at once. */
export function isPublished({ version }: Pick<Pointing, 'version'>): boolean {
  return /^\d+$/.test(version);
}

/**
 * Points the alias and gives its new RevisionId. Rejects with PreconditionFailedException when it has changed since the
 * revision was read: of two who move it at once the loser is told so.
 */
export async function pointAlias(
  clients: Pick<Clients, 'lambda'>,
  { app, stage }: Name,
  to: Pointing,
  revisionId: string | undefined,
): Promise<string | undefined> {
  try {
    const moved = await clients.lambda.send(
      new UpdateAliasCommand({
        FunctionName: app,
        Name: stage,
        FunctionVersion: to.version,
        RoutingConfig: { AdditionalVersionWeights: to.canary ? { [to.canary.version]: to.canary.share } : {} },
        Description: to.before && `from v${to.before}`,
        RevisionId: revisionId,
      }),
    );
    return moved.RevisionId;
  } catch (error) {
    const live = isRetried(error) ? await readAlias(clients, { app, stage }) : null;
    if (live === null || !pointsTo(live, to)) throw error;
    return live.revisionId;
  }
}

/** The answer to an earlier try may have been lost: then it is our own move that the revision does not fit any more. */
function isRetried(error: unknown): boolean {
  return error instanceof PreconditionFailedException && (error.$metadata.attempts ?? 1) > 1;
}

function pointsTo(live: Pointing, { version, canary, before }: Pointing): boolean {
  const same = live.canary?.version === canary?.version && live.canary?.share === canary?.share;
  return same && live.version === version && live.before === before;
}

export function parseBefore(description: string | undefined): string {
  return /^from v(\d+)$/.exec(description ?? '')?.[1] ?? '';
}

export async function removeAlias({ lambda }: Pick<Clients, 'lambda'>, { app, stage }: Name): Promise<void> {
  try {
    await lambda.send(new DeleteAliasCommand({ FunctionName: app, Name: stage }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
