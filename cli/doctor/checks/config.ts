/** Up.json: that it parses, holds what it may hold, and is taken as it is written. */
import { ConfigError, type Problem } from '../../../config/index.ts';
import { quote } from '../../argv/shell.ts';
import { toUpError } from '../../to-up-error.ts';
import { evidenceOf, type Finding, fail, ok, warn } from '../finding.ts';
import { bringBack } from '../git.ts';
import type { Patient } from '../patient.ts';

export async function checkConfig({ config, context, up }: Patient): Promise<Finding[]> {
  try {
    const { hasFile, warnings } = await config();
    const about = hasFile ? 'up.json is valid' : 'no up.json: everything is a default';
    return [ok('Config', about), ...warnings.map(({ message }) => warn('Config', message))];
  } catch (thrown) {
    const error = toUpError(thrown);
    const [problem] = error.cause instanceof ConfigError ? error.cause.problems : [];
    const { resolve } = await import('node:path');
    const dir = resolve(context.io.cwd, context.flags.chdir);
    const fix = problem && (editOf(problem, up) ?? (await bringBack(dir, problem.file)));
    const more = fix ? { fix } : { hint: error.hint };
    return [fail('Config', error.message, { ...evidenceOf(error), ...more })];
  }
}

/** Null for what no edit of a single key fixes. */
export function editOf({ file, path, message }: Problem, up: Patient['up']): string | null {
  if (file !== 'up.json' || path === '') return null;
  const [, better] = /did you mean "([^"]+)"\?/.exec(message) ?? [];
  if (better !== undefined && /unknown key/i.test(message)) return up('config', '--rename', quote(`${path}=${better}`));
  return up('config', '--unset', quote(path));
}
