/** What brings the packages an app asks for, and builds it, by the package manager whose lock file is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../shell.ts';
import { readRecord } from './json.ts';
import { workspaceRoot } from './workspace.ts';

const managers = [
  ['pnpm-lock.yaml', 'pnpm install', 'pnpm add'],
  ['yarn.lock', 'yarn install', 'yarn add'],
  ['bun.lock', 'bun install', 'bun add'],
] as const;

/** Brings what package.json names. */
export function installAll(dir: string): string {
  return commandsOf(dir).all;
}

/** Brings what Node says it cannot find; null when it misses no package. */
export function installMissing(dir: string, said: string): string | null {
  const name = missingPackage(said);
  if (name === null) return null;
  const { all, add } = commandsOf(dir);
  return dependsOn(dir, name) ? all : `${add} ${quote(name)}`;
}

/** Runs the build script of package.json. A workspace has its lock file at the root. */
export async function runBuild(dir: string): Promise<string> {
  const folders = [dir, (await workspaceRoot(dir)) ?? dir];
  const [, all] = managers.find(([lock]) => folders.some((folder) => existsSync(join(folder, lock)))) ?? ['', 'npm'];
  return `${all.split(' ', 1)[0]} run build`;
}

/** As `installMissing`, for Python. */
export function installMissingModule(dir: string, said: string): string | null {
  const [, name] = /ModuleNotFoundError: No module named '(\w+)/.exec(said) ?? [];
  return name === undefined ? null : installModules(dir, name);
}

/** Brings the packages of a Python app, which ship when they lie beside it; by the name `one` where no file names them. */
export function installModules(dir: string, one = 'PACKAGE'): string {
  return `pip install -t . ${existsSync(join(dir, 'requirements.txt')) ? '-r requirements.txt' : one}`;
}

/** Packages in archives, which only Yarn's own loader reads and which do not ship: https://yarnpkg.com/features/pnp */
const plugAndPlay = '.pnp.cjs';
const intoFolders = 'yarn config set nodeLinker node-modules && yarn install';

/** For a package that is a link to a folder elsewhere. */
export const insteadOfLink =
  'Have the package copied in place of linked: npm install --install-links, or nodeLinker: hoisted with pnpm.';

function commandsOf(dir: string): { readonly all: string; readonly add: string } {
  if (existsSync(join(dir, plugAndPlay))) return { all: intoFolders, add: 'yarn add' };
  const [, all, add] = managers.find(([lock]) => existsSync(join(dir, lock))) ?? ['', 'npm install', 'npm install'];
  return { all, add };
}

/** `@scope/name` of `@scope/name/deep/file.js`. */
function missingPackage(said: string): string | null {
  const [, name = ''] = /Cannot find (?:module|package) '([^'./\\][^']*)'/.exec(said) ?? [];
  const parts = name.split('/').slice(0, name.startsWith('@') ? 2 : 1);
  return name === '' || name.startsWith('node:') ? null : parts.join('/');
}

function dependsOn(dir: string, name: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    return Object.hasOwn(readRecord(manifest, 'dependencies'), name);
  } catch {
    // Without a package.json that parses it depends on nothing.
    return false;
  }
}
