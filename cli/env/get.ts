/** `up env get NAME`: one value on stdout, as the stage has it. */
import { findParameters } from '../aws/resources/parameter.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { openVariables, type ScopeFlags, scopeFlag } from './scope.ts';
import { checkName } from './words.ts';

export async function get(context: Context, flags: ScopeFlags, words: readonly string[]): Promise<void> {
  const [word, ...more] = words;
  if (word === undefined || more.length > 0)
    throw new UpError('UP_USAGE', 'up env get takes one NAME', { hint: 'up env ls' });
  const name = checkName(word, 'The name');
  const opened = await openVariables(context, flags);
  // What the stage has of its own comes before what all stages have.
  for (const scope of opened.scopes.toReversed()) {
    const found = (await findParameters(opened.clients, opened.app, scope, [name])).get(name);
    if (found)
      return context.result(found.value, {
        name,
        kind: found.kind,
        stage: scope,
        version: found.version,
        value: found.value,
      });
  }
  throw new UpError('UP_ENV_NOT_FOUND', `There is no variable ${name} for ${opened.shown}`, {
    next: ['up env ls', `up env set ${name}${scopeFlag(opened)}`],
  });
}
