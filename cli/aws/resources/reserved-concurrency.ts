/** Reserved concurrency: what the function may have at most, over all stages, and nobody else can take. */
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  PutFunctionConcurrencyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveFunction } from '../model.ts';
import type { Spec } from '../spec.ts';
import { marks } from '../tags.ts';
import { removeMark, setMark } from './mark.ts';

export function diffReserved({ reserved }: Spec, live: LiveFunction): Change[] {
  const changes: Change[] = [];
  if (live.reserved !== reserved) changes.push({ field: 'count', from: live.reserved, to: reserved });
  const mark = marks.reserved();
  if (live.tags?.[mark] === undefined) changes.push({ field: 'tag', from: undefined, to: mark });
  return changes;
}

export async function putReserved(context: Context): Promise<void> {
  const { clients, spec, world } = context;
  await setMark(context, marks.reserved());
  if (world.fn?.reserved !== spec.reserved) {
    const ReservedConcurrentExecutions = spec.reserved;
    await clients.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: spec.app, ReservedConcurrentExecutions }),
    );
  }
  await renewRevision(context);
}

/** Only what carries our mark: a reservation that somebody made by hand stays. */
export async function dropReserved(context: Context): Promise<void> {
  await removeReserved(context.clients, context.spec);
  await renewRevision(context);
}

/** It may be another one now, and the version that is published next is guarded by it. */
async function renewRevision({ clients, spec, outputs }: Context): Promise<void> {
  const live = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: spec.app }));
  outputs.revision = live.RevisionId;
}

/** Gone is done. */
export async function removeReserved(
  clients: Pick<Clients, 'lambda'>,
  owner: Pick<Spec, 'app' | 'identity'>,
): Promise<void> {
  try {
    await clients.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: owner.app }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  await removeMark(clients, owner, marks.reserved());
}
