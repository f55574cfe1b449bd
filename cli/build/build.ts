/** From a project to its package: hooks, detection, packing. Makes no AWS call. */
import { posix } from 'node:path';
import { type Config, resolveStage, type StageConfig, stageNames } from '../../config/index.ts';
import { isRecord } from '../../http/json.ts';
import { UpError } from '../errors.ts';
import type { Say } from '../output/reporter.ts';
import type { Commit } from '../project/git.ts';
import type { Project } from '../project/project.ts';
import { type App, detect } from './detect.ts';
import { UpBuildError } from './error.ts';
import { runHook } from './hooks.ts';
import { managerOf } from './install.ts';
import { readManifest } from './manifest.ts';
import { glibcWarnings, machinesOf, nativeWarnings, withoutServed } from './native.ts';
import { asBuilt, buildVariables } from './next-server.ts';
import { buildPackage, measurePackage, type Package, type PackageFile, type PackageInput } from './package.ts';
import { detectBy, packagedConfig, typedBy } from './packaged-config.ts';
import { pageWarnings } from './pages.ts';
import { describeSecret, type FoundSecret } from './secrets.ts';
import { webSocketWarnings } from './web-sockets.ts';

export interface Build {
  readonly app: App;
  readonly pkg: Package;
}

export interface BuildOptions {
  readonly project: Project;
  readonly config: StageConfig;
  readonly commit: Commit;
  readonly proxyDir: string;
  readonly say: Say;
  /** Nobody reads warnings, as in CI: a secret in a file is an error. */
  readonly strict?: boolean;
  /** See `PackageInput`. */
  readonly writtenTo?: string;
}

export async function build(options: BuildOptions): Promise<Build> {
  const { project, config, say, strict = false } = options;
  const { dir, config: whole } = project;
  const input = await prepare(options);
  say('packing');
  const pkg = await buildPackage(input, (done) => say('packing', done));
  if (strict) refuseSecrets(pkg.secretsFound);
  const { static: files } = resolveStage(typedBy(input.app, whole), config.stage);
  const empty = emptyFolder(files, pkg);
  if (empty !== null && input.app.kind === 'static') throw noSite(empty);
  const native = input.app.kind === 'static' ? [] : withoutServed(pkg.native, files?.dir);
  const machines = machinesOf(config.lambda.architecture);
  const warnings = [
    ...secretWarnings(pkg.secretsFound),
    ...pkg.warnings,
    ...nativeWarnings(native, machines),
    ...glibcWarnings(native, machines),
    ...(await webSocketWarnings(dir, input.app)),
    ...(empty === null ? [] : [`nothing of ${empty} ships, the folder that static.dir names: ${whyEmpty}`]),
    ...pageWarnings(dir, config),
  ];
  return { app: input.app, pkg: { ...pkg, native, warnings } };
}

export interface Measured {
  readonly files: readonly PackageFile[];
  /** Bytes; null for a package that is too large to be made. */
  readonly zipped: number | null;
}

/** What a package weighs, also one that is too large. */
export async function measure(options: BuildOptions): Promise<Measured> {
  const input = await prepare(options);
  try {
    const { files, zip } = await buildPackage(input);
    return { files, zipped: zip.length };
  } catch (error) {
    if (!(error instanceof UpBuildError) || error.code !== 'UP_PACKAGE_TOO_LARGE') throw error;
    return { files: await measurePackage(input), zipped: null };
  }
}

/** Hooks and detection: everything that comes before the packing. */
async function prepare(options: BuildOptions): Promise<PackageInput> {
  const { project, config, commit, proxyDir, say, writtenTo } = options;
  const { dir, config: whole } = project;
  const hook = hookRunner(dir, config, commit, say);
  await hook('prebuild');
  const app = await detect(dir, {
    ...detectBy(whole, config.proxy.command),
    architecture: config.lambda.architecture,
  });
  await requireOneBundle(dir, whole, app);
  await hook('build', app.buildCommands, buildVariables(app));
  await hook('postbuild');
  return {
    dir,
    app: await asBuilt(dir, app),
    proxyDir,
    proxyConfig: await packagedConfig(dir, whole),
    ...(writtenTo !== undefined && { writtenTo }),
  };
}

/** One package serves every stage, and holds one bundle. */
async function requireOneBundle(dir: string, whole: Config, { bundle }: App): Promise<void> {
  if (!whole.bundle) return;
  for (const stage of stageNames(whole).filter((name) => name !== 'development')) {
    const { command } = resolveStage(whole, stage).proxy;
    const other = (await detect(dir, detectBy(whole, command))).bundle;
    if (other === undefined || other.entry === bundle?.entry) continue;
    throw new UpError('UP_CONFIG', 'The stages start different files, and a package holds one bundle', {
      evidence: `${bundle?.entry ?? 'no bundle'}\n${other.entry}, in the stage ${stage}`,
      hint: 'let all stages start one file, which looks at UP_STAGE, or build the bundles in a hook',
    });
  }
}

const howToAllow = 'If it may ship, name the file in .upignore: !path/of/the/file';

function refuseSecrets(found: readonly FoundSecret[]): void {
  if (found.length === 0) return;
  const what = found.length === 1 ? 'a secret' : `${found.length} secrets`;
  throw new UpBuildError('UP_PACKAGE_SECRET', `Files of the package hold ${what}`, {
    evidence: found.map(describeSecret).join('\n'),
    hint: `Keep it out of the files, as with "up env set NAME". ${howToAllow}`,
    details: { secrets: found.length },
  });
}

function secretWarnings(found: readonly FoundSecret[]): string[] {
  return found.length === 0 ? [] : [...found.map((one) => `Ships a secret: ${describeSecret(one)}`), howToAllow];
}

/** A folder that is made by a build that did not run, or that a rule keeps back, would be a site of 404. */
function emptyFolder(files: StageConfig['static'], pkg: Package): string | null {
  if (files === null) return null;
  const dir = posix.join(files.dir, '/');
  const own = dir === './' ? '' : dir;
  const ships = pkg.files.some(({ path }) => path.startsWith(own) && !path.startsWith('_up/'));
  return ships ? null : own.slice(0, -1) || 'the app';
}

const whyEmpty = 'was it built, and does .upignore let it through?';

/** Every request would get a 404. */
function noSite(name: string): UpBuildError {
  return new UpBuildError('UP_APP_NOT_FOUND', `Nothing of ${name} ships, and there is no app beside it`, {
    evidence: `static.dir is the folder of the site: ${whyEmpty}`,
    hint: 'build the site, or name its folder: {"static": {"dir": "dist"}}',
  });
}

export type HookName = 'prebuild' | 'build' | 'postbuild' | 'predeploy' | 'postdeploy' | 'clean';

/** Runs a hook of up.json, by default with NODE_ENV as the app of the stage has it, or what was inferred in its place. */
export function hookRunner(dir: string, config: StageConfig, commit: Commit, say: (text: string) => void) {
  // One package serves all stages: a build script takes any other word than `production` for development.
  const env = (nodeEnv: string) => ({
    NODE_ENV: process.env.NODE_ENV ?? nodeEnv,
    ...config.environment,
    UP_STAGE: config.stage,
    UP_COMMIT: commit.commit,
    UP_AUTHOR: commit.author,
  });
  return async function hook(
    name: HookName,
    inferred: readonly string[] = [],
    variables: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const written = config.hooks[name];
    const commands = written ?? inferred;
    if (commands.length === 0) return;
    say(`${name}: ${commands[0]}`);
    const how = written
      ? env(config.stage)
      : { ...userAgent(dir), ...env('production'), ...(await packageVariables(dir)) };
    await runHook(name, commands, { dir, env: { ...variables, ...how } });
  };
}

/** What `npm run` tells a script of its package. https://docs.npmjs.com/cli/using-npm/scripts#packagejson-vars */
async function packageVariables(dir: string): Promise<Record<string, string>> {
  const manifest = await readManifest(dir);
  const said = ['name', 'version'].flatMap((key) => {
    const value = isRecord(manifest) && manifest[key];
    return typeof value === 'string' ? [[`npm_package_${key}`, value]] : [];
  });
  return Object.fromEntries(said);
}

/**
 * Which package manager runs the script, for one that runs others by it: Qwik's takes pnpm where this is not said. Its
 * version is not known here. https://docs.npmjs.com/cli/using-npm/config#user-agent
 */
function userAgent(dir: string): Record<string, string> {
  const given = process.env.npm_config_user_agent;
  const { version, platform, arch } = process;
  return { npm_config_user_agent: given ?? `${managerOf(dir)}/? node/${version} ${platform} ${arch}` };
}
