/**
 * What kind of app a folder holds and how it starts, from a listing and a few small files. It runs nothing and writes
 * nothing; the first rule that applies decides, and says why.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonProblems, renderProblems } from '../../config/index.ts';
import { isRecord } from '../../http/json.ts';
import { type App, type DetectOptions, type Manifest, type Project, type Rule, text } from './app.ts';
import { systemCode, UpBuildError } from './error.ts';
import { commandInConfig, type ForeignApp, findForeignApp, findForeignProgram } from './foreign-app.ts';
import { adviceOf, findFramework, isForDevelopment } from './framework.ts';
import { builtByFramework } from './framework-app.ts';
import { readRecord } from './json.ts';
import { builtMainField, givenCommand, javascriptFile, mainField, typescriptFile } from './node-app.ts';
import { builtSite, executable, goProgram, indexPage, publicPage, staticSite } from './other-apps.ts';
import { pythonProgram } from './python-app.ts';
import { requireText } from './read-text.ts';
import { startScript } from './start-script.ts';
import { startableMembers, workspaceRoot } from './workspace.ts';

export type { App, AppKind, DetectOptions } from './app.ts';

/** The order of detection. */
const rules: readonly Rule[] = [
  givenCommand,
  startScript,
  mainField,
  builtByFramework,
  builtSite,
  javascriptFile,
  typescriptFile,
  goProgram,
  executable,
  pythonProgram,
  builtMainField,
  indexPage,
  publicPage,
];

const lookedFor = [
  'a start script or main in package.json',
  'what a framework of package.json builds: Nuxt, SvelteKit, Astro and others',
  'index.html beside a script with vite build, or a vite.config',
  'app, server, index or main with .js, .mjs, .cjs, .ts, .mts or .cts, here or',
  '  in src/',
  'main.go or go.mod; main.go in one folder of cmd/',
  'an executable named server or main',
  'app.py, main.py or server.py',
  'index.html, here or in public/, for a site without an app',
];

/** Finds how the app in `dir` starts. */
export async function detect(dir: string, options: DetectOptions = {}): Promise<App> {
  const project = await survey(dir, options);
  if (options.type === 'static') return staticSite(project, 'up.json says "type": "static"');
  for (const rule of rules) {
    const app = await rule(project);
    if (app) return withFramework(app, project);
  }
  throw new UpBuildError('UP_APP_NOT_FOUND', `No app found in ${dir}`, {
    hint: await howToGoOn(project),
    evidence: `Looked for:\n${lookedFor.map((line) => `  ${line}`).join('\n')}`,
  });
}

async function howToGoOn({ dir, names, manifest }: Project): Promise<string> {
  const foreign = await findForeignApp(dir, names);
  if (foreign) return startedBy(foreign);
  const [member, ...others] = (await startableMembers(dir)) ?? [];
  if (member !== undefined) {
    const more = others.length === 0 ? '' : `, or of ${others.join(', ')}`;
    return `this is the root of a workspace; for the app of ${member}${more}: up -C ${member}`;
  }
  const framework = findFramework(manifest);
  const advice = framework && adviceOf(framework);
  if (advice !== undefined) return advice;
  const development = text(manifest?.scripts?.dev) ?? text(manifest?.scripts?.start);
  if (development !== undefined && isForDevelopment(development))
    return `"${development}" is for development: add a start script that serves what is built, or for a site {"type": "static", "static": {"dir": "dist"}} to up.json`;
  if (development !== undefined)
    return `package.json has a dev script and no start script: add "start": ${JSON.stringify(development)}`;
  const program = findForeignProgram(names);
  if (program) return startedBy(program);
  const isEmpty = [...names].every((name) => /^(?:\.|readme|licen[cs]e)/i.test(name));
  if (isEmpty) return 'up init';
  const command = 'add {"proxy": {"command": "node app.js"}} to up.json';
  return names.has('up.json') ? command : `${command}, or begin with an app that works: up init`;
}

function startedBy(foreign: ForeignApp): string {
  return `${foreign.file} is of ${foreign.what}: add ${commandInConfig(foreign)} to up.json`;
}

function withFramework(app: App, { manifest }: Project): App {
  const framework = app.interpreter === 'node' ? findFramework(manifest) : undefined;
  return framework ? { ...app, framework } : app;
}

/** What an app is and what made us think so, for a person. */
export function describeApp({ framework, why }: App): string {
  return framework ? `${framework.name}: ${why}` : why;
}

async function survey(dir: string, options: DetectOptions): Promise<Project> {
  const names = await listNames(dir);
  if (!names) {
    throw new UpBuildError('UP_APP_NOT_FOUND', `No such folder: ${dir}`, {
      hint: 'run up in the folder of the app, or give it with -C',
    });
  }
  const inSource = (await listNames(join(dir, 'src'))) ?? [];
  const commands = await installedCommands(dir);
  return {
    dir,
    options,
    names: new Set([...names, ...inSource.map((name) => `src/${name}`)]),
    commands: new Set(commands),
    manifest: names.includes('package.json') ? await readManifest(dir) : undefined,
  };
}

/** Of the app's own folder, and of the root of its workspace, where npm and yarn put them. */
async function installedCommands(dir: string): Promise<string[]> {
  const root = await workspaceRoot(dir);
  const folders = root === undefined ? [dir] : [dir, root];
  const names = await Promise.all(folders.map((folder) => listNames(join(folder, 'node_modules/.bin'))));
  return names.flatMap((list) => list ?? []);
}

async function listNames(dir: string): Promise<string[] | undefined> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function readManifest(dir: string): Promise<Manifest> {
  const json = await requireText(join(dir, 'package.json'));
  try {
    // Editors on Windows write a byte order mark, which npm accepts.
    const value: unknown = JSON.parse(json.replace(/^\ufeff/, ''));
    if (isRecord(value)) return { ...value, scripts: readRecord(value, 'scripts') };
    throw new Error('it is not an object');
  } catch (error) {
    const problems = renderProblems(json, jsonProblems('package.json', json));
    const said = error instanceof Error ? error.message : String(error);
    throw new UpBuildError('UP_APP_PACKAGE_JSON', 'package.json is not what npm can read', {
      evidence: problems.replace(/^ {2}/gm, '') || said,
      hint: 'fix package.json',
    });
  }
}
