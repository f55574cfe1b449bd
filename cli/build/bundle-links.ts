/**
 * Refuses links through which a bundle would ship a file from outside of the app: esbuild follows links. An import that
 * itself leads out of the app is the author's own decision, as is a package of a workspace.
 */

import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { UpBuildError } from './error.ts';
import { insteadOfLink } from './install.ts';
import { isInModules } from './modules.ts';
import { isInside } from './walk.ts';
import { workspaceRoot } from './workspace.ts';

type Input = readonly [path: string, input: Metafile['inputs'][string]];

/** Throws UP_PACKAGE_SYMLINK for a module that a link inside the app takes from outside the app and its workspace. */
export async function refuseLinksOut(dir: string, inputs: readonly Input[]): Promise<void> {
  const app = realpathSync(dir);
  const root = (await workspaceRoot(dir)) ?? app;
  const files = new Map(inputs.map(([path, input]) => [resolve(app, path), input]));
  const outside = new Set([...files.keys()].filter((file) => !isInside(root, file) && existsSync(file)));
  if (outside.size === 0) return;
  for (const [importer, { imports }] of files) {
    for (const { path, original } of imports) {
      const file = resolve(app, path);
      if (!outside.has(file) || original === undefined) continue;
      const place = placeOf(dirname(importer), original);
      // What no file says where to find, as paths of tsconfig.json do, may be a link or not: it is not asked.
      if (place === undefined) throw linkError(original, file);
      if (isInside(app, place)) throw linkError(relative(app, place), file);
    }
  }
  // An entry has nobody that imports it.
  const [entry] = inputs.filter(([path]) => outside.has(resolve(app, path)) && !isImported(inputs, path));
  if (entry) throw linkError(entry[0], resolve(app, entry[0]));
}

function isImported(inputs: readonly Input[], path: string): boolean {
  return inputs.some(([, { imports }]) => imports.some((one) => one.path === path));
}

/** Where the text of an import leads before any link is followed; undefined when that cannot be told. */
function placeOf(folder: string, original: string): string | undefined {
  if (original.startsWith('.') || isAbsolute(original)) return resolve(folder, original);
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(original)?.[0] ?? original;
  for (let at = folder; ; at = dirname(at)) {
    const place = join(at, 'node_modules', name);
    if (existsSync(place)) return place;
    if (dirname(at) === at) return undefined;
  }
}

function linkError(link: string, file: string): UpBuildError {
  return new UpBuildError('UP_PACKAGE_SYMLINK', `${link} is a link to ${file}, outside the folder of the app`, {
    hint: isInModules(link) ? insteadOfLink : 'Copy the files into the app.',
    details: { path: link, target: file },
  });
}
