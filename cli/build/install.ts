/** What brings the packages an app asks for, and builds it, by the package manager whose lock file is there. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { quote } from '../argv/shell.ts';
import { readRecord } from './json.ts';

/** By the files they write. That of a workspace is at its root. */
const managers = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['pnpm-workspace.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['package-lock.json', 'npm'],
] as const;

/** Brings what package.json names. */
export function installAll(dir: string): string {
  return existsSync(join(dir, plugAndPlay)) ? intoFolders : `${managerOf(dir)} install`;
}

/** Brings what Node says it cannot find; null when it misses no package, or one that is a devDependency. */
export function installMissing(dir: string, said: string): string | null {
  const name = missingPackage(said);
  if (name === null || dependsOn(dir, 'devDependencies', name)) return null;
  return dependsOn(dir, 'dependencies', name) ? installAll(dir) : `${adding(managerOf(dir))} ${quote(name)}`;
}

export interface MissingDevelopment {
  readonly names: readonly string[];
  /** Makes them dependencies. */
  readonly install: string;
}

/**
 * The devDependency that Node says it cannot find in a package, where none ships; with those of `imported`, the names that
 * the app imports besides, which it would miss next.
 */
export function missingDevelopment(
  dir: string,
  said: string,
  imported: readonly string[] = [],
): MissingDevelopment | null {
  const name = missingPackage(said);
  const isDevelopment = (one: string) => !dependsOn(dir, 'dependencies', one) && dependsOn(dir, 'devDependencies', one);
  if (name === null || !isDevelopment(name)) return null;
  const names = [...new Set([name, ...imported.map(bareName)])].filter(isDevelopment);
  const manager = managerOf(dir);
  const words = names.map((one) => quote(one)).join(' ');
  // To add what is there already leaves it where it is.
  const again = manager === 'npm' || manager === 'pnpm' ? '--save-prod' : null;
  const install =
    again === null ? `${manager} remove ${words} && ${manager} add ${words}` : `${adding(manager)} ${again} ${words}`;
  return { names, install };
}

/** Runs the build script of package.json. */
export function runBuild(dir: string): string {
  return `${managerOf(dir)} run build`;
}

/** By the lock file of the folder, or of one above it in the same repository. */
export function managerOf(dir: string): string {
  for (let folder = resolve(dir); ; folder = dirname(folder)) {
    const found = managers.find(([file]) => existsSync(join(folder, file)));
    if (found) return found[1];
    if (existsSync(join(folder, '.git')) || folder === dirname(folder)) return 'npm';
  }
}

function adding(manager: string): string {
  return manager === 'npm' ? 'npm install' : `${manager} add`;
}

/** As `installMissing`, for Python. */
export function installMissingModule(dir: string, said: string): string | null {
  const [, name] = /^(?:ModuleNotFoundError|\S*python[\d.]*): No module named '?(\w+)/m.exec(said) ?? [];
  if (name === undefined) return null;
  const requirements = readRequirements(dir);
  const install = installModules(dir, name);
  // What is started by its name is called so as a package, too; what is imported need not be.
  const isStarted = new RegExp(`python[\\d.]*: No module named '?${name}\\b`).test(said);
  if (!isStarted || requirements === null || new RegExp(`\\b${name}\\b`, 'i').test(requirements)) return install;
  return `printf '\\n%s\\n' ${name} >> requirements.txt && ${install}`;
}

/** Brings the packages of a Python app, which ship when they lie beside it; by the name `one` where no file names them. */
export function installModules(dir: string, one = 'PACKAGE'): string {
  return `pip install -t . ${readRequirements(dir) === null ? one : '-r requirements.txt'}`;
}

function readRequirements(dir: string): string | null {
  try {
    return readFileSync(join(dir, 'requirements.txt'), 'utf8');
  } catch {
    return null;
  }
}

/** Packages in archives, which only Yarn's own loader reads and which do not ship: https://yarnpkg.com/features/pnp */
const plugAndPlay = '.pnp.cjs';
const intoFolders = 'yarn config set nodeLinker node-modules && yarn install';

/** For a package that is a link to a folder elsewhere. */
export const insteadOfLink =
  'Have the package copied in place of linked: npm install --install-links, or nodeLinker: hoisted with pnpm.';

function missingPackage(said: string): string | null {
  const [, name = ''] = /Cannot find (?:module|package) '([^'./\\][^']*)'/.exec(said) ?? [];
  return name === '' || name.startsWith('node:') ? null : bareName(name);
}

/** `@scope/name` of `@scope/name/deep/file.js`. */
function bareName(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function dependsOn(dir: string, kind: 'dependencies' | 'devDependencies', name: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    return Object.hasOwn(readRecord(manifest, kind), name);
  } catch {
    // Without a package.json that parses it depends on nothing.
    return false;
  }
}
