/**
 * `up env rm NAME ...`. A version of the function that reads a parameter by its number must go on finding it: the stage
 * that is live with it, and every version one may roll back to.
 */
import { paginateListVersionsByFunction, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { readPins } from '../aws/environment.ts';
import {
  listParameters,
  type ParameterFacts,
  type ParameterId,
  removeParameters,
  retireParameter,
} from '../aws/resources/parameter.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { finish } from './finish.ts';
import { type ChangeFlags, type Opened, openVariables } from './scope.ts';
import { checkName } from './words.ts';

export async function remove(context: Context, flags: ChangeFlags, words: readonly string[]): Promise<void> {
  if (words.length === 0) throw new UpError('UP_USAGE', 'up env rm needs a NAME', { hint: 'up env ls' });
  const names = words.map((word, index) => checkName(word, `The name in word ${index + 1}`));
  const opened = await openVariables(context, flags);
  const found = await findAll(opened, names);
  const { clients, app } = opened;
  const pinned = await readPinned(opened);
  await context.report.step('Removed', async (say) => {
    await removeParameters(
      clients,
      app,
      found.filter((one) => !pinned.has(keyOf(one))),
    );
    for (const one of found) if (pinned.has(keyOf(one))) await retireParameter(clients, app, one);
    say(found.map(({ name }) => name).join(', '));
  });
  await finish(context, opened, {
    apply: flags.apply,
    changed: true,
    result: { removed: found.map(({ name }) => name) },
  });
}

async function findAll({ clients, app, scope, shown }: Opened, names: readonly string[]): Promise<ParameterFacts[]> {
  const there = new Map((await listParameters(clients, app, [scope])).map((one) => [one.name, one]));
  return names.map((name) => {
    const found = there.get(name);
    if (found) return found;
    throw new UpError('UP_ENV_NOT_FOUND', `There is no variable ${name} for ${shown}`, {
      hint: 'nothing was removed: up env ls',
      next: ['up env ls'],
    });
  });
}

/** What some version of the function reads. */
async function readPinned({ clients, app }: Opened): Promise<Set<string>> {
  const pinned = new Set<string>();
  try {
    for await (const { Versions = [] } of paginateListVersionsByFunction(
      { client: clients.lambda },
      { FunctionName: app },
    ))
      for (const { Environment } of Versions)
        for (const pin of readPins(Environment?.Variables)) pinned.add(keyOf(pin));
  } catch (error) {
    // Not deployed yet.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  return pinned;
}

function keyOf({ scope, name }: ParameterId): string {
  return `${scope}/${name}`;
}
