/** What there is to serve, read anew for each start of it: up.json, files of variables, the app and its bundle. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { StageConfig } from '../../../config/index.ts';
import type { Settings } from '../../../proxy/settings.ts';
import type { BundleOutput } from '../../build/bundle.ts';
import { type App, detect } from '../../build/detect.ts';
import { readInjected } from '../../build/inject.ts';
import { appCommand, detectBy, typedBy } from '../../build/packaged-config.ts';
import { type StartVariables, startVariables } from '../../env/start.ts';
import { type Commit, readCommit } from '../../project/git.ts';
import { type Project, readProject, stageOf } from '../../project/project.ts';

export interface Wanted {
  readonly cwd: string;
  /** Of the project, as given with -C. */
  readonly chdir: string;
  readonly stage: string;
  /** In place of what up.json or the folder says. */
  readonly command: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

export interface Subject {
  readonly project: Project;
  readonly config: StageConfig;
  readonly app: App;
  readonly commit: Commit;
  readonly own: StartVariables;
  /** One sentence each. */
  readonly warnings: readonly (readonly [label: string, text: string])[];
}

/** Throws what is wrong with up.json, the files of variables or the folder. */
export async function readSubject({ cwd, chdir, stage, command, env }: Wanted): Promise<Subject> {
  const project = await readProject(cwd, chdir);
  const { dir } = project;
  const detected = await detect(dir, {
    ...detectBy(project.config, command ?? stageOf(project, stage).proxy.command),
    // Whoever gives a command wants it run.
    ...(command !== undefined && { type: 'server' }),
  });
  const app = command === undefined ? detected : { ...detected, why: '-c names the command' };
  const config = stageOf({ ...project, config: typedBy(app, project.config) }, stage);
  const [commit, own] = await Promise.all([readCommit(dir), startVariables(env, dir, stage, config.environment)]);
  return { project, config, app, commit, own, warnings: [...configWarnings(project), ...siteWarnings(dir, config)] };
}

function configWarnings({ warnings }: Project): Subject['warnings'] {
  return warnings.map(({ message }) => ['Config', message] as const);
}

function siteWarnings(dir: string, { static: site }: StageConfig): Subject['warnings'] {
  if (!site || existsSync(join(dir, site.dir))) return [];
  return [['Static', `${site.dir} is not there, the folder that static.dir names: was it built?`]];
}

/** As the proxy runs it. */
export async function settingsOf({ project, config }: Subject, app: App): Promise<Settings> {
  return { ...config, inject: await readInjected(project.dir, config.inject), app: appCommand(app) };
}

export interface Built {
  readonly app: App;
  /** The files that the bundle was made of, from the project's folder; null where nothing is bundled. */
  readonly sources: readonly string[] | null;
}

/**
 * TypeScript is bundled as for the package, into .up/, with maps that Node reads: stacks name the sources. Files beside it
 * are found as if it lay where the package has it.
 */
export async function bundled(dir: string, app: App): Promise<Built> {
  if (!app.bundle) return { app, sources: null };
  const { bundle } = await import('../../build/bundle.ts');
  const output = await bundle({ dir, ...app.bundle, ships: false, at: join(dir, app.bundle.outfile) });
  const { code, sources } = output;
  await writeMapped(dir, output, join(dir, '.up', 'start'));
  const built = join('.up', 'start', code.path);
  const [node = 'node', ...rest] = (app.argv ?? []).map((word) => (word === code.path ? built : word));
  const argv = [node, '--enable-source-maps', ...rest];
  return { app: { ...app, argv, command: argv.join(' ') }, sources };
}

/** Writes a bundle of the project in `dir` into another folder, with a map that Node reads. */
export async function writeMapped(dir: string, { code, map }: BundleOutput, folder: string): Promise<void> {
  const file = join(folder, code.path);
  await mkdir(dirname(file), { recursive: true });
  // The sources lie where the map thinks the bundle lies too.
  const sourceRoot = `${pathToFileURL(dirname(join(dir, code.path)))}/`;
  await Promise.all([
    writeFile(`${file}.map`, JSON.stringify({ ...JSON.parse(map.content), sourceRoot })),
    writeFile(file, `${Buffer.from(code.content)}\n//# sourceMappingURL=${basename(file)}.map\n`),
  ]);
}
