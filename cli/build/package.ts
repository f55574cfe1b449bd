/**
 * The deployable package: the app's files at their own paths and the proxy under `_up/`. The same input gives the same
 * bytes on any machine, so that a deploy can see that there is nothing to deploy.
 */
import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { appsScript } from './apps-script.ts';
import type { BundleOutput } from './bundle.ts';
import { bundle } from './bundle.ts';
import { databaseWarnings } from './databases.ts';
import type { App } from './detect.ts';
import { systemCode, UpBuildError } from './error.ts';
import { rulesOf } from './framework.ts';
import { hasLock, type Rules, readNamed, readRules } from './ignore.ts';
import { isInModules } from './modules.ts';
import { findNative, type NativeFile } from './native.ts';
import { openPackCache } from './pack-cache.ts';
import { type MadeFile, packEntries } from './pack-entries.ts';
import { caseCollisions, missingDependencies, refuseTooLarge, staleDependencies, totalSize } from './package-checks.ts';
import type { PackagedConfig } from './packaged-config.ts';
import { findPackages, type Packages } from './packages.ts';
import { type FoundSecret, findSecrets } from './secrets.ts';
import type { Found, Walk } from './walk.ts';
import { compareBytes, linkTo, sortByBytes, walk, walkPackage } from './walk.ts';
import { workspaceRoot } from './workspace.ts';
import { writeZip } from './zip.ts';

export interface PackageInput {
  readonly dir: string;
  readonly app: App;
  /** The folder of the built proxy; all of it goes to `_up/`. */
  readonly proxyDir: string;
  /** What becomes `_up/config.json`, keys in this order. */
  readonly proxyConfig: PackagedConfig;
  /** The file the package is written to, relative to `dir`: what an earlier build left there is no part of the app. */
  readonly writtenTo?: string;
  /** When the build began, in milliseconds: what was written shortly before is not kept for the next one. */
  readonly now?: number;
}

export interface PackageFile {
  readonly path: string;
  readonly size: number;
}

export interface Package {
  readonly zip: Buffer;
  /** Of the zip, in base64: what Lambda calls CodeSha256. */
  readonly sha256: string;
  readonly files: readonly PackageFile[];
  /** Bytes after unzipping. */
  readonly unzipped: number;
  readonly warnings: readonly string[];
  readonly secretsLeftOut: readonly string[];
  /** In files that ship, but for those that .upignore brings back by name. */
  readonly secretsFound: readonly FoundSecret[];
  /** Code for one processor, by path. */
  readonly native: readonly NativeFile[];
  /** Source maps of bundled code, kept beside the release. */
  readonly maps: readonly { readonly path: string; readonly content: string }[];
}

/** Builds the package of an app. `onPacked` is told of the share that is packed, from 0 to 1. */
export async function buildPackage(input: PackageInput, onPacked?: (share: number) => void): Promise<Package> {
  const now = input.now ?? Date.now();
  const { placed, members, listing, output, found } = await surveyPackage(input);
  const made = madeFiles(input, output);
  refuseTooLarge(sizesOf(found, made), input.app.framework);
  const cache = await openPackCache(input.dir, found, now);
  const isNamed = await readNamed(input.dir);
  const secrets = searchSecrets(isNamed);
  const isOwn = ownOf(members);
  const entries = sortByBytes(await packEntries(found, made, { cache, isOwn, look: secrets.look, onPacked }));
  const files = entries.map(({ path, packed }) => ({ path, size: packed.size }));
  for (const entry of entries) cache.keep(entry);
  const zip = writeZip(entries);
  await cache.save();
  return {
    zip,
    sha256: createHash('sha256').update(zip).digest('base64'),
    files,
    unzipped: totalSize(files),
    warnings: [
      ...listing.warnings,
      ...(output?.warnings ?? []),
      ...caseCollisions(files),
      ...(input.app.kind === 'static' ? [] : databaseWarnings(found, isNamed)),
      ...(await missingDependencies(input, files, placed)),
      ...(await staleDependencies(input)),
    ],
    secretsLeftOut: listing.secretsLeftOut,
    secretsFound: secrets.found(),
    native: findNative(found),
    maps: output ? [output.map] : [],
  };
}

/** The files of the package with their sizes, whatever their sum. Nothing of them is read or packed. */
export async function measurePackage(input: PackageInput): Promise<PackageFile[]> {
  const { output, found } = await surveyPackage(input);
  return sizesOf(found, madeFiles(input, output));
}

function sizesOf(found: readonly Found[], made: readonly MadeFile[]): PackageFile[] {
  return [
    ...found.map(({ path, size }) => ({ path, size })),
    ...made.map(({ path, content }) => ({ path, size: content.length })),
  ];
}

/**
 * Lays the files of the package out in a folder that is not there yet, as Lambda unpacks them; those of the project as
 * links to the same bytes, where the disk allows it. Nothing is packed. Returns the bundle, if there is one.
 */
export async function layOutPackage(input: PackageInput, folder: string): Promise<BundleOutput | undefined> {
  const { output, found } = await surveyPackage(input);
  const made = madeFiles(input, output);
  refuseTooLarge(sizesOf(found, made), input.app.framework);
  const folders = new Set([...found, ...made].map(({ path }) => join(folder, posix.dirname(path))));
  for (const path of folders) await mkdir(path, { recursive: true });
  for (let start = 0; start < found.length; start += openFiles)
    await Promise.all(found.slice(start, start + openFiles).map((file) => layOut(file, join(folder, file.path))));
  for (const { path, content } of made) await writeFile(join(folder, path), content);
  return output;
}

/** Opened at once, all of them would be more than a process may have. */
const openFiles = 64;

async function layOut({ source, target }: Found, place: string): Promise<void> {
  if (target !== undefined) return symlink(target, place);
  // Another disk, or one without links: then its own bytes.
  await link(source, place).catch(() => copyFile(source, place));
}

interface Survey {
  /** Where packages that are installed elsewhere belong in the package, whether or not they ship. */
  readonly placed: readonly string[];
  /** Where members of the workspace lie in the package: their author's sources, too. */
  readonly members: readonly string[];
  readonly listing: Walk;
  readonly output: BundleOutput | undefined;
  readonly found: readonly Found[];
}

async function surveyPackage(input: PackageInput): Promise<Survey> {
  const { dir, app } = input;
  const packages = await packagesOf(input);
  const options = {
    bundled: app.bundle !== undefined,
    site: app.kind === 'static',
    framework: [...(app.framework ? rulesOf(app.framework, app.command) : []), ...(app.standalone?.rules ?? [])],
  };
  const rules = await readRules(dir, { ...options, ...(packages && { development: packages.development }) });
  const listed = await walk(dir, rules, packages?.root);
  const listing = packages ? withPackages(listed, await walkPackages(packages, rules), packages) : listed;
  refuseReserved(listing);
  const output = app.bundle && (await bundle({ dir, ...app.bundle }));
  const own = withoutFile(withoutFile(listing.files, output?.code.path), input.writtenTo);
  const placed = packages?.placed ?? [];
  return {
    placed: placed.map(({ path }) => path),
    members: placed.filter(({ member }) => member).map(({ path }) => `${path}/`),
    listing,
    output,
    found: [...own, ...linksBeside(app, own), ...(await proxyFiles(input.proxyDir))],
  };
}

/** Where packages are read at all, and more is to be known of them than their folder and npm's lock file tell. */
async function packagesOf({ dir, app }: PackageInput): Promise<Packages | undefined> {
  if (app.bundle || app.standalone || app.kind === 'static') return undefined;
  if ((await hasLock(dir)) && (await workspaceRoot(dir)) === undefined) return undefined;
  return findPackages(dir);
}

async function walkPackages({ placed }: Packages, rules: Rules): Promise<Walk[]> {
  const walks: Walk[] = [];
  for (const { path, source, member } of placed) {
    const own = member ? await readRules(source) : (file: string) => rules(`${path}/${file}`);
    const { files, secretsLeftOut, warnings } = await walkPackage(source, own);
    const at = (file: string) => `${path}/${file}`;
    walks.push({
      files: files.map((file) => ({ ...file, path: at(file.path) })),
      secretsLeftOut: secretsLeftOut.map(at),
      warnings: warnings.map(at),
    });
  }
  return walks;
}

function withPackages(own: Walk, walks: readonly Walk[], { commands }: Packages): Walk {
  const files = [...own.files, ...walks.flatMap((one) => one.files)];
  const paths = new Set(files.map(({ path }) => path));
  const links = [...commands].filter(([path, target]) => paths.has(target) && !paths.has(path));
  const all = [own, ...walks];
  return {
    files: [...files, ...links.map(([path, target]) => linkOf(path, target))],
    secretsLeftOut: all.flatMap((one) => one.secretsLeftOut).sort(compareBytes),
    warnings: all.flatMap((one) => one.warnings).sort(compareBytes),
  };
}

/** Where something is there already, the app's own build has put it there. */
function linksBeside({ standalone }: App, files: readonly Found[]): Found[] {
  const isThere = (place: string) => files.some(({ path }) => path === place || path.startsWith(`${place}/`));
  const links = (standalone?.links ?? []).filter(([path, to]) => isThere(to) && !isThere(path));
  return links.map(([path, to]) => linkOf(path, to));
}

function linkOf(path: string, to: string): Found {
  const target = posix.relative(posix.dirname(path), to);
  return { path, source: '', ...linkTo(target) };
}

function refuseReserved({ files }: Walk): void {
  const taken = files.find(({ path }) => path === '_up' || path.startsWith('_up/'));
  if (!taken) return;
  throw new UpBuildError('UP_PACKAGE_RESERVED', `The app has a ${taken.path}, and _up is the place of the proxy`, {
    hint: 'Rename it, or name _up in .upignore.',
    details: { path: taken.path },
  });
}

/** What we make takes the place of a file of that name. */
function withoutFile(files: readonly Found[], path: string | undefined): Found[] {
  return files.filter((file) => file.path !== path);
}

async function proxyFiles(proxyDir: string): Promise<Found[]> {
  const files = await walkProxy(proxyDir);
  if (!files.some(({ path }) => path === 'bootstrap')) {
    throw new UpBuildError('UP_PACKAGE_PROXY', `The proxy is not built: ${join(proxyDir, 'bootstrap')} is missing`, {
      hint: 'Run npm run build, or install up again.',
    });
  }
  return files.map((file) => ({
    ...file,
    path: `_up/${file.path}`,
    executable: file.executable || file.path === 'bootstrap',
  }));
}

async function walkProxy(proxyDir: string): Promise<readonly Found[]> {
  try {
    return (await walk(proxyDir, () => 'ship')).files;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The files we write ourselves. */
function madeFiles({ proxyConfig }: PackageInput, output: BundleOutput | undefined): MadeFile[] {
  return [
    { path: '_up/config.json', content: Buffer.from(`${JSON.stringify(proxyConfig)}\n`) },
    { path: '_up/apps.bash', content: Buffer.from(appsScript(proxyConfig)) },
    ...(output ? [output.code] : []),
  ];
}

/** Packages of others hold the keys of their tests; what the app itself holds is its author's. */
function ownOf(members: readonly string[]): (path: string) => boolean {
  return (path) => !(path.startsWith('_up/') || isInModules(path)) || members.some((member) => path.startsWith(member));
}

interface SecretSearch {
  readonly look: (path: string, content: Uint8Array) => void;
  /** By path and line. */
  readonly found: () => FoundSecret[];
}

/** `isNamed`: `.upignore` says by its name that a file ships. */
function searchSecrets(isNamed: (path: string) => boolean): SecretSearch {
  const found: FoundSecret[][] = [];
  return {
    look: (path, content) => void (isNamed(path) || found.push(findSecrets(path, content))),
    found: () => sortByBytes(found.flat()),
  };
}
