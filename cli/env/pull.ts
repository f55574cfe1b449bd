/** `up env pull [FILE]`: the variables of a stage as a .env file that only its owner can read. */
import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { holding } from '../aws/environment.ts';
import { readParameters } from '../aws/resources/parameter.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { count } from '../output/format.ts';
import { renderDotenv } from './dotenv.ts';
import { openVariables, type ScopeFlags } from './scope.ts';

export interface PullFlags extends ScopeFlags {
  /** Overwrite the file. */
  readonly force: boolean;
}

export async function pull(context: Context, flags: PullFlags, words: readonly string[]): Promise<void> {
  const [name = '.env', ...more] = words;
  if (more.length > 0) throw new UpError('UP_USAGE', 'up env pull takes one file', { hint: 'up env pull .env' });
  const { clients, app, scopes, stage, project } = await openVariables(context, flags);
  const found = (await Promise.all(scopes.map((scope) => readParameters(clients, app, scope)))).flat();
  const held = (flags.all ? found : holding(stage, found)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const file = resolve(project.dir, name);
  await write(file, name, renderDotenv(held), flags.force);
  context.report.info('Wrote', `${name}: ${count(held.length, 'variable')}, for your eyes only (mode 600)`);
  if (context.flags.json) context.result('', { file, names: held.map((one) => one.name) });
}

/** With `force` in one step, so that a file that was there keeps neither its mode nor half of its text. */
async function write(file: string, name: string, text: string, force: boolean): Promise<void> {
  const target = force ? `${file}.${randomBytes(6).toString('hex')}` : file;
  try {
    await writeFile(target, text, { mode: 0o600, flag: 'wx' });
    if (force) await rename(target, file);
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (!exists || force) await rm(target, { force: true });
    throw exists && !force ? isThere(name, error) : error;
  }
}

function isThere(name: string, cause: unknown): UpError {
  return new UpError('UP_ENV_FILE', `${name} exists already`, {
    hint: 'up env pull -f overwrites it, up env pull OTHER writes another',
    cause,
  });
}
