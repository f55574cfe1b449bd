/** What an app is made of around its folder: sources of its bundle, or else the members of its workspace. */
import { join, relative, sep } from 'node:path';
import { UpBuildError } from '../../build/error.ts';
import { readRules } from '../../build/ignore.ts';
import { findMembers } from '../../build/packages.ts';
import { walkPackage } from '../../build/walk.ts';
import { madeOf, sourcesAround } from './changes.ts';

/** Files, from the project's folder. `sources` are those of the bundle; null where nothing is bundled. */
export async function filesAround(dir: string, sources: readonly string[] | null): Promise<readonly string[]> {
  if (sources !== null) return sourcesAround(sources);
  const members = await findMembers(dir);
  const files = await Promise.all(members.map((member) => filesOf(dir, member)));
  return madeOf(files.flat());
}

async function filesOf(dir: string, member: string): Promise<string[]> {
  const rules = await readRules(member);
  try {
    const { files } = await walkPackage(member, rules);
    return files.map(({ path }) => relative(dir, join(member, path)).split(sep).join('/'));
  } catch (error) {
    // A build says what is wrong with it; what cannot be packed can still be served.
    if (error instanceof UpBuildError) return [];
    throw error;
  }
}
