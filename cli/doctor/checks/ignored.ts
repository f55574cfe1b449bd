/** `.up/` holds the local platform's state, secrets among it: git is not to keep it. */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { quote } from '../../argv/shell.ts';
import { upTo } from '../../paths.ts';
import { type Finding, ok, warn } from '../finding.ts';
import { git } from '../git.ts';
import type { Patient } from '../patient.ts';

export async function checkIgnored({ project, context }: Patient): Promise<Finding[]> {
  const { dir } = await project();
  const root = upTo('.git', dir);
  if (root === null || !(await holdsState(join(root, '.up')))) return [];
  const isIgnored = (await git(root, 'check-ignore', '--no-index', '.up/local')) !== null;
  const isTracked = ((await git(root, 'ls-files', '.up')) ?? '') !== '';
  if (isIgnored && !isTracked) return [ok('Git', '.up/ is ignored')];
  const at = relative(context.io.cwd, root);
  const ignore = `echo .up/ >> ${quote(join(at, '.gitignore'))}`;
  const forget = `git rm -r -q --cached ${quote(join(at, '.up'))}`;
  const fix = [...(isIgnored ? [] : [ignore]), ...(isTracked ? [forget] : [])].join(' && ');
  return [warn('Git', `.up/ is ${isTracked ? 'in git' : 'not ignored'}, and may hold secrets`, { fix })];
}

/** The cache of builds tells git itself to leave it alone. */
async function holdsState(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => name !== 'cache');
}
