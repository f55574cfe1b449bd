/** `.up/` holds the local platform's state, secrets among it: git is not to keep it. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { upTo } from '../../paths.ts';
import { type Finding, ok, warn } from '../finding.ts';
import { git } from '../git.ts';
import { type Patient, quoted } from '../patient.ts';

export async function checkIgnored({ project, context }: Patient): Promise<Finding[]> {
  const { dir } = await project();
  const root = upTo('.git', dir);
  if (root === null || !existsSync(join(root, '.up'))) return [];
  const isIgnored = (await git(root, 'check-ignore', '--no-index', '.up/local')) !== null;
  const isTracked = ((await git(root, 'ls-files', '.up')) ?? '') !== '';
  if (isIgnored && !isTracked) return [ok('Git', '.up/ is ignored')];
  const at = relative(context.io.cwd, root);
  const ignore = `echo .up/ >> ${quoted(join(at, '.gitignore'))}`;
  const forget = `git rm -r -q --cached ${quoted(join(at, '.up'))}`;
  const fix = [...(isIgnored ? [] : [ignore]), ...(isTracked ? [forget] : [])].join(' && ');
  return [warn('Git', `.up/ is ${isTracked ? 'in git' : 'not ignored'}, and may hold secrets`, { fix })];
}
