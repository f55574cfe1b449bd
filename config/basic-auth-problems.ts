/** The one thing that a stage may not say of `basic_auth`: that there is a password, and nobody who has it. */
import { isRecord } from '../http/json.ts';
import { merge } from './merge.ts';
import type { Problem } from './problems.ts';
import { renderPath } from './problems.ts';
import type { Source } from './source.ts';
import { nearestNode, problemAt } from './source.ts';
import type { Config } from './types.ts';

/** One problem for every stage that takes the last name back. Before stages are merged by the schema, which would throw. */
export function basicAuthProblems(
  source: Source,
  { basic_auth, stages }: Pick<Config, 'basic_auth' | 'stages'>,
): Problem[] {
  return Object.entries(stages).flatMap(([name, own]) => {
    const { users } = merge(basic_auth, own?.basic_auth ?? {}) as Record<string, unknown>;
    if (!isRecord(users) || Object.keys(users).length > 0) return [];
    const path = ['stages', name, 'basic_auth', 'users'];
    const message = `${renderPath(path)} must name somebody: null in place of it asks nobody for a password`;
    return [problemAt(source, nearestNode(source, path), path, message)];
  });
}
