/** Edits up.json, also one that is not valid: its comments and its form stay. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parsePath, renameKey, unsetKey } from '../../config/index.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';

export interface Edits {
  /** A path as error messages print it. */
  readonly unset: string | undefined;
  /** `PATH=NAME` */
  readonly rename: string | undefined;
}

export async function editConfig({ io, flags, result }: Context, { unset, rename }: Edits): Promise<void> {
  requireOneEdit({ unset, rename });
  const file = join(resolve(io.cwd, flags.chdir), 'up.json');
  const text = await readFile(file, 'utf8');
  const edited = edit(text, { unset, rename });
  const key = unset ?? rename?.replace(/=[^=]*$/, '') ?? '';
  if (edited === null)
    throw new UpError('UP_USAGE', `up.json has no key ${key} that can be changed this way`, { hint: 'up config' });
  await writeFile(file, edited);
  const said = unset === undefined ? `Renamed ${rename?.replace('=', ' to ')}` : `Took out ${unset}`;
  result(said, { file, unset: unset ?? null, rename: rename ?? null });
}

const renaming = /^(.+)=([^=]+)$/;

function requireOneEdit({ unset, rename }: Edits): void {
  if (unset !== undefined && rename !== undefined)
    throw new UpError('UP_USAGE', '--unset and --rename are two edits: one at a time', { hint: 'up help config' });
  if (rename !== undefined && !renaming.test(rename))
    throw new UpError('UP_USAGE', `--rename takes PATH=NAME, not "${rename}"`, {
      hint: 'up config --rename enviroment=environment',
    });
}

function edit(text: string, { unset, rename }: Edits): string | null {
  if (unset !== undefined) return unsetKey(text, parsePath(unset));
  const [, path = '', name = ''] = renaming.exec(rename ?? '') ?? [];
  return renameKey(text, parsePath(path), name);
}
