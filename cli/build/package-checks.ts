/** What is said against a package: that no function takes it, that its names collide, that something is missing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../http/json.ts';
import { UpBuildError } from './error.ts';
import type { Framework } from './framework.ts';
import { installAll } from './install.ts';
import { readRecord } from './json.ts';
import { readManifest } from './manifest.ts';
import { readWanted } from './npm-lock.ts';
import type { PackageFile, PackageInput } from './package.ts';
import { compareBytes } from './walk.ts';
import { maxZipEntries } from './zip.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 250 MB, layers included; it "must be smaller". */
export const maxUnzippedBytes = 250 * 1024 * 1024;

const largestShown = 10;

export function totalSize(files: readonly PackageFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** Asked before reading anything. */
export function refuseTooLarge(files: readonly PackageFile[], framework?: Framework): void {
  const what = tooMuchOf(files);
  if (what !== undefined) throw tooLarge(what, files, framework);
}

function tooMuchOf(files: readonly PackageFile[]): string | undefined {
  const bytes = totalSize(files);
  if (bytes >= maxUnzippedBytes) return `${megabytes(bytes)} unzipped, and Lambda takes ${megabytes(maxUnzippedBytes)}`;
  return files.length > maxZipEntries ? `${files.length} files, and a zip holds ${maxZipEntries}` : undefined;
}

const byHand = 'See all of it with up build --size, and name what the app does not need in .upignore.';

function tooLarge(what: string, files: readonly PackageFile[], framework?: Framework): UpBuildError {
  const largest = files.toSorted((a, b) => b.size - a.size || compareBytes(a.path, b.path)).slice(0, largestShown);
  return new UpBuildError('UP_PACKAGE_TOO_LARGE', `The package has ${what}`, {
    evidence: largest.map(({ path, size }) => `${megabytes(size).padStart(10)}  ${path}`).join('\n'),
    hint: framework?.smaller === undefined ? byHand : `${framework.name}: ${framework.smaller}`,
    details: { bytes: totalSize(files), files: files.length },
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Two names that are one on the disks of macOS and Windows: which one ships depends on who builds. */
export function caseCollisions(files: readonly PackageFile[]): string[] {
  const seen = new Map<string, string>();
  const warnings: string[] = [];
  for (const { path } of files) {
    const folded = path.normalize('NFC').toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) warnings.push(`${other} and ${path} differ by case only`);
    else seen.set(folded, path);
  }
  return warnings;
}

/**
 * Dependencies that package.json names and that do not ship: not installed, or installed further up and not found. One that
 * is installed here, or was found and placed, was kept out on purpose.
 */
export async function missingDependencies(
  { dir, app }: PackageInput,
  files: readonly PackageFile[],
  placed: readonly string[],
): Promise<string[]> {
  if (app.kind !== 'node' || app.bundle || app.standalone) return [];
  const shipped = files.map(({ path }) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const known = new Set([...shipped, ...placed]);
  return (await readDependencies(dir))
    .filter((name) => !known.has(`node_modules/${name}`) && !existsSync(join(dir, 'node_modules', name)))
    .map((name) => `${name} is a dependency in package.json but not in node_modules: run ${installAll(dir)} in ${dir}`);
}

/** Dependencies that are installed in another version than npm's lock file has by now, as after a pull. */
export async function staleDependencies({ dir, app }: PackageInput): Promise<string[]> {
  const wanted = app.kind === 'static' ? undefined : await readWanted(dir);
  if (wanted === undefined) return [];
  const dependencies = (await readDependencies(dir)).map(async (name) => {
    const place = `node_modules/${name}`;
    const due = versionOf(wanted[place]);
    // What is there, by its own word: npm's record of it is written anew with the lock file.
    const is = versionOf(await readManifest(join(dir, place)));
    if (due === undefined || is === undefined || due === is) return [];
    return `${name} ${is} is installed, and package-lock.json has ${due}: run ${installAll(dir)} in ${dir}`;
  });
  return (await Promise.all(dependencies)).flat();
}

function versionOf(described: unknown): string | undefined {
  return isRecord(described) && typeof described.version === 'string' ? described.version : undefined;
}

async function readDependencies(dir: string): Promise<string[]> {
  return Object.keys(readRecord(await readManifest(dir), 'dependencies'));
}
