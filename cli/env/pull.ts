/** `up env pull [FILE]`: the variables of a stage as a .env file that only its owner can read. */
import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { quote } from '../argv/shell.ts';
import { holding } from '../aws/environment.ts';
import { readParameters } from '../aws/resources/parameter.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { count } from '../output/format.ts';
import { renderDotenv } from './dotenv.ts';
import { type Opened, openVariables, type ScopeFlags, scopeFlag } from './scope.ts';

export interface PullFlags extends ScopeFlags {
  /** Overwrite the file. */
  readonly force: boolean;
}

export async function pull(context: Context, flags: PullFlags, words: readonly string[]): Promise<void> {
  const [name = '.env', ...more] = words;
  if (more.length > 0) throw new UpError('UP_USAGE', 'up env pull takes one file', { hint: 'up env pull .env' });
  const opened = await openVariables(context, flags);
  const { clients, app, scopes, stage, project } = opened;
  const found = (await Promise.all(scopes.map((scope) => readParameters(clients, app, scope)))).flat();
  const held = (flags.all ? found : holding(stage, found)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const file = resolve(project.dir, name);
  await write(file, renderDotenv(held), flags.force, (cause) => isThere(name, opened, cause));
  context.report.info('Wrote', `${name}: ${count(held.length, 'variable')}, for your eyes only (mode 600)`);
  if (context.flags.json) context.result('', { file, names: held.map((one) => one.name) });
}

/** With `force` in one step, so that a file that was there keeps neither its mode nor half of its text. */
async function write(file: string, text: string, force: boolean, isThere: (cause: unknown) => UpError): Promise<void> {
  const target = force ? `${file}.${randomBytes(6).toString('hex')}` : file;
  try {
    await writeFile(target, text, { mode: 0o600, flag: 'wx' });
    if (force) await rename(target, file);
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (!exists || force) await rm(target, { force: true });
    throw exists && !force ? isThere(error) : error;
  }
}

function isThere(name: string, opened: Opened, cause: unknown): UpError {
  const overwrite = `up env pull ${quote(name)}${scopeFlag(opened)} -f`;
  return new UpError('UP_ENV_FILE', `${name} exists already`, {
    hint: `${overwrite}, which overwrites it; or name another file`,
    next: [overwrite],
    cause,
  });
}
