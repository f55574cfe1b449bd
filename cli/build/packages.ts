/**
 * The packages an app needs that are not installed in its own folder: members of its workspace, and what npm, yarn or
 * pnpm keep at the workspace's root. Each gets a place in the package's own node_modules, as an install of the app alone
 * would give it. Found by what package.json declares, as Node finds them: from the folder of who asks, upwards.
 */
import { existsSync, realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, posix, relative, sep } from 'node:path';
import { isRecord } from '../../http/json.ts';
import { UpBuildError } from './error.ts';
import { insteadOfLink } from './install.ts';
import { readRecord } from './json.ts';
import { readManifest } from './manifest.ts';
import { compareBytes, isInside } from './walk.ts';
import { workspaceRoot } from './workspace.ts';

export interface PlacedPackage {
  /** In the package: `node_modules/@acme/lib`. */
  readonly path: string;
  /** The real folder. */
  readonly source: string;
  /** A member of the workspace: sources of its author, not a package of others. */
  readonly member: boolean;
}

export interface Packages {
  readonly placed: readonly PlacedPackage[];
  /** `node_modules/.bin/NAME` -> the file it leads to, of placed packages that the app itself depends on. */
  readonly commands: ReadonlyMap<string, string>;
  /** Packages in the app's own folder that only development needs, and links to them, by path. */
  readonly development: ReadonlySet<string>;
  /** The root of the workspace; undefined when the app is in none. */
  readonly root: string | undefined;
}

interface Asker {
  /** The real folder. */
  readonly source: string;
  /** Where it is in the package; '' for the app. */
  readonly path: string;
}

interface Resolved {
  /** Where it was found, a link perhaps. */
  readonly place: string;
  /** The real folder. */
  readonly source: string;
}

/** Finds and places them. `dir` is the folder of the app. */
export async function findPackages(dir: string): Promise<Packages> {
  const app = await realpath(dir);
  const root = await workspaceRoot(app);
  const ground = { app, top: root ?? app };
  const first = await dependenciesOf(app, ['dependencies', 'optionalDependencies']);
  const { placed, needed } = await placeAll(ground, first);
  return {
    placed: [...placed].map(([path, source]) => ({
      path,
      source,
      member: isMember(source),
    })),
    commands: await commandsOf(placed, first),
    development: await developmentOf(ground, needed),
    root,
  };
}

/** The real folders of the members of its workspace that an app needs, whoever of them asks for the next. */
export async function findMembers(dir: string): Promise<readonly string[]> {
  const app = await realpath(dir);
  const top = await workspaceRoot(app);
  if (top === undefined) return [];
  const members = new Set([app]);
  for (const folder of members) {
    for (const name of await dependenciesOf(folder, ['dependencies', 'optionalDependencies', 'peerDependencies'])) {
      const source = resolve(folder, top, name)?.source;
      if (source !== undefined && isMember(source) && isInside(top, source)) members.add(source);
    }
  }
  members.delete(app);
  return [...members];
}

function isMember(source: string): boolean {
  return !source.includes(`${sep}node_modules${sep}`);
}

interface Ground {
  readonly app: string;
  /** Where the search upwards ends. */
  readonly top: string;
}

async function placeAll({ app, top }: Ground, first: readonly string[]) {
  const placed = new Map<string, string>();
  const needed = new Set<string>();
  const done = new Set<string>();
  const queue: { readonly asker: Asker; readonly names: readonly string[] }[] = [
    { asker: { source: app, path: '' }, names: first },
  ];
  const isAt = (path: string) => placed.get(path) ?? ownPackage(app, path);
  for (let next = queue.shift(); next; next = queue.shift()) {
    // All that one package asks for is placed before what those ask for: a nested copy must not hide from a neighbour.
    for (const name of next.names) {
      const found = resolve(next.asker.source, top, name);
      if (!found) continue;
      requireInside(top, found);
      needed.add(found.source);
      const own = isInside(app, found.source);
      const path = own ? toPosix(relative(app, found.source)) : placeFor(next.asker.path, name, found.source, isAt);
      if (!own) placed.set(path, found.source);
      if (done.has(path)) continue;
      done.add(path);
      const names = await dependenciesOf(found.source, ['dependencies', 'optionalDependencies', 'peerDependencies']);
      queue.push({ asker: { source: found.source, path }, names });
    }
  }
  return { placed, needed };
}

/** Where Node would find it from `asker`: there already, else at the top, else below who asks. */
function placeFor(asker: string, name: string, source: string, isAt: (path: string) => string | undefined): string {
  for (const folder of foldersUp(asker)) {
    const path = posix.join(folder, 'node_modules', name);
    const there = isAt(path);
    if (there === source) return path;
    if (there !== undefined) return posix.join(asker, 'node_modules', name);
  }
  return posix.join('node_modules', name);
}

/** `a/b`, `a`, ``. */
function foldersUp(path: string): string[] {
  const steps = path === '' ? [] : path.split('/');
  return [...steps.map((_, index) => steps.slice(0, steps.length - index).join('/')), ''].filter(
    (folder) => posix.basename(folder) !== 'node_modules',
  );
}

/** The real folder of a package that is installed in the app's own; a link that leads out of it is none. */
function ownPackage(app: string, path: string): string | undefined {
  const place = join(app, path);
  if (!existsSync(place)) return undefined;
  const source = realpathSync(place);
  return isInside(app, source) ? source : undefined;
}

function resolve(from: string, top: string, name: string): Resolved | undefined {
  for (let folder = from; isInside(top, folder); folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (basename(folder) !== 'node_modules' && existsSync(place)) return { place, source: realpathSync(place) };
    if (folder === dirname(folder)) break;
  }
  return undefined;
}

function requireInside(top: string, { place, source }: Resolved): void {
  if (isInside(top, source)) return;
  throw new UpBuildError('UP_PACKAGE_SYMLINK', `${relative(top, place)} is a link to ${source}, outside ${top}`, {
    hint: insteadOfLink,
    details: { path: relative(top, place), target: source },
  });
}

/** Names in package.json, sorted; none when it cannot be read. A name that climbs is no package. */
async function dependenciesOf(folder: string, kinds: readonly string[]): Promise<string[]> {
  const manifest = await readManifest(folder);
  const names = new Set(kinds.flatMap((kind) => Object.keys(readRecord(manifest, kind))));
  return [...names].filter((name) => /^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*$/.test(name)).sort(compareBytes);
}

/** npm links the commands of such packages at the root, where the app's own folder does not see them. */
async function commandsOf(
  placed: ReadonlyMap<string, string>,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const commands = new Map<string, string>();
  for (const name of names) {
    const path = `node_modules/${name}`;
    const source = placed.get(path);
    const files = source === undefined ? {} : await readCommands(source, name);
    for (const [command, file] of Object.entries(files)) {
      const target = posix.join(path, String(file));
      if (/^[\w.-]+$/.test(command) && target.startsWith(`${path}/`))
        commands.set(`node_modules/.bin/${command}`, target);
    }
  }
  return commands;
}

/** The commands of the package `name` in `folder`, and the files they are; none when its package.json cannot be read. */
export async function readCommands(folder: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  const manifest = await readManifest(folder);
  const bin = isRecord(manifest) ? manifest.bin : undefined;
  return typeof bin === 'string' ? { [posix.basename(name)]: bin } : readRecord(manifest, 'bin');
}

/** What is reached from devDependencies and not needed otherwise. */
async function developmentOf({ app, top }: Ground, needed: ReadonlySet<string>): Promise<Set<string>> {
  const paths = new Set<string>();
  const done = new Set<string>();
  const queue = [{ source: app, names: await dependenciesOf(app, ['devDependencies']) }];
  for (let next = queue.shift(); next; next = queue.shift()) {
    for (const name of next.names) {
      const found = resolve(next.source, top, name);
      if (!found || needed.has(found.source)) continue;
      for (const place of [found.place, found.source])
        if (isInside(app, place)) paths.add(toPosix(relative(app, place)));
      if (done.has(found.source)) continue;
      done.add(found.source);
      const names = await dependenciesOf(found.source, ['dependencies', 'optionalDependencies', 'peerDependencies']);
      queue.push({ source: found.source, names });
    }
  }
  return paths;
}

function toPosix(path: string): string {
  return path.split(sep).join('/');
}
