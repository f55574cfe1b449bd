/** The alias of a stage: which version its users get. Moving it is the only step of a deploy that they can see. */
import {
  CreateAliasCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  ResourceConflictException,
  ResourceNotFoundException,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import type { Clients } from '../clients.ts';
import type { Context, LiveAlias } from '../model.ts';
import type { Spec } from '../spec.ts';

export async function readAlias({ lambda }: Clients, { app, stage }: Spec): Promise<LiveAlias | null> {
  try {
    const [alias, config] = await Promise.all([
      lambda.send(new GetAliasCommand({ FunctionName: app, Name: stage })),
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName: app, Qualifier: stage })),
    ]);
    return { version: alias.FunctionVersion ?? '', revisionId: alias.RevisionId, config };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

export async function createAlias({ clients, spec, outputs }: Context): Promise<void> {
  try {
    await clients.lambda.send(
      new CreateAliasCommand({ FunctionName: spec.app, Name: spec.stage, FunctionVersion: outputs.version }),
    );
  } catch (error) {
    // Made by another first deploy, or by an earlier try whose answer was lost: only the same version is no conflict.
    const live = error instanceof ResourceConflictException ? await readAlias(clients, spec) : null;
    if (live?.version !== outputs.version) throw error;
  }
}

export async function moveAlias({ clients, spec, world, outputs }: Context): Promise<void> {
  await clients.lambda.send(
    new UpdateAliasCommand({
      FunctionName: spec.app,
      Name: spec.stage,
      FunctionVersion: outputs.version,
      RoutingConfig: { AdditionalVersionWeights: {} },
      // The loser of two deploys at once is told so.
      RevisionId: world.alias?.revisionId,
    }),
  );
}
