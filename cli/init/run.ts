/** The story of `up init`: what is there, at most three questions, and the files. Until those are written nothing changes. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { placed } from '../argv/place.ts';
import { type App, describeApp } from '../build/detect.ts';
import { commandInConfig, type ForeignApp } from '../build/foreign-app.ts';
import { installAll } from '../build/install.ts';
import { readRecord } from '../build/json.ts';
import { readText } from '../build/read-text.ts';
import type { Context } from '../command.ts';
import { UpError, type UpErrorParts } from '../errors.ts';
import { toAppName } from '../project/app-name.ts';
import { fallbackName, packageName, readProject } from '../project/project.ts';
import { type Read, readName, readRegion } from './answers.ts';
import { type Decide, decideIdentity, decideTemplate, withDecisions } from './decide.ts';
import { findApp, findOtherApp, smallestConfig } from './existing.ts';
import { type Identity, isTaken, type NewFile, templateFiles, templatePaths, toJson, writeFiles } from './files.ts';
import { nextSteps, renderNext } from './next.ts';
import { defaultTemplate, type TemplateName } from './templates.ts';

export interface InitFlags {
  /** It is made where it does not exist; when left out it is the one we are in. */
  readonly folder: string | undefined;
  readonly template: TemplateName | undefined;
  readonly name: string | undefined;
  readonly yes: boolean;
}

interface Plan {
  /** Null for an app that is there already. */
  readonly template: TemplateName | null;
  readonly identity: Identity;
  readonly files: readonly NewFile[];
}

export async function runInit(context: Context, flags: InitFlags): Promise<void> {
  const { io } = context;
  const dir = resolve(io.cwd, context.flags.chdir, flags.folder ?? '.');
  let outcome = 'Nothing was written.';
  context.onInterrupt(async () => void io.stderr.write(`\n${outcome}\n`));
  requireGood('--name', flags.name, readName);
  requireGood('--region', context.flags.region, readRegion);
  await requireFolder(dir);
  // One that is a folder, say, is told of as by every other command.
  if (isTaken(join(dir, 'up.json'))) await readProject(dir, '.').catch(rethrowUnreadable);
  requireFree(dir, ['up.json'], inFolder(context.flags.chdir, flags.folder));
  const app = await findApp(dir);
  if (app === null) refuseOtherApp(await findOtherApp(dir), flags.template ?? defaultTemplate);
  const plan = await withDecisions(context, flags, (decide) =>
    app === null ? fromTemplate(context, dir, flags, decide) : forApp(context, dir, app, flags, decide),
  );
  await write(context, dir, plan.files);
  outcome = 'Everything was written.';
  await showResult(context, dir, plan);
}

async function fromTemplate({ flags }: Context, dir: string, given: InitFlags, decide: Decide): Promise<Plan> {
  const template = await decideTemplate(decide, given.template);
  requireFree(dir, await templatePaths(template), inFolderOfItsOwn(template));
  const proposed = toAppName(basename(dir));
  const identity = await decideIdentity(decide, { name: given.name, region: flags.region }, proposed);
  return { template, identity, files: await templateFiles(template, dir, identity) };
}

async function forApp(context: Context, dir: string, app: App, given: InitFlags, decide: Decide): Promise<Plan> {
  const { flags, report } = context;
  if (given.template !== undefined)
    throw new UpError('UP_INIT_EXISTS', `There is an app in this folder: ${describeApp(app)}`, {
      ...inFolderOfItsOwn(given.template),
      evidence: 'Nothing was written. Without --template it gets an up.json, if it needs one.',
    });
  report.info('Detected', describeApp(app));
  const proposed = await fallbackName(dir);
  const identity = await decideIdentity(decide, { name: given.name, region: flags.region }, proposed);
  const named = await packageName(dir);
  const config = smallestConfig(identity, named === null ? null : toAppName(named));
  if (config === null) report.info('Config', 'package.json has the name: no up.json is needed');
  return { template: null, identity, files: config === null ? [] : [{ path: 'up.json', text: toJson(config) }] };
}

/** Ours beside it would be what is deployed. */
function refuseOtherApp(app: ForeignApp | undefined, template: TemplateName): void {
  if (app === undefined) return;
  const { hint = '', next = [] } = inFolderOfItsOwn(template);
  throw new UpError('UP_INIT_EXISTS', `There is an app in this folder: ${app.what} (${app.file})`, {
    evidence: 'Nothing was written. It is not known how it starts.',
    hint: `say it in up.json: ${commandInConfig(app)}. A new app gets a folder of its own: ${hint}`,
    next,
  });
}

function requireGood(flag: string, given: string | undefined, read: (answer: string) => Read<string>): void {
  const said = given === undefined ? null : read(given);
  if (said !== null && 'problem' in said)
    throw new UpError('UP_USAGE', `${flag}: ${said.problem}`, { hint: 'up init --help' });
}

function rethrowUnreadable(error: unknown): void {
  if (error instanceof UpError && error.code === 'UP_CONFIG_UNREADABLE') throw error;
}

/** Nothing is written over. */
function requireFree(dir: string, paths: readonly string[], parts: UpErrorParts): void {
  const taken = paths.filter((path) => isTaken(join(dir, path)));
  if (taken.length === 0) return;
  const are = taken.length === 1 ? 'is' : 'are';
  throw new UpError('UP_INIT_EXISTS', `${taken.join(', ')} ${are} there already. Nothing was written.`, {
    evidence: `Folder     ${dir}`,
    ...parts,
  });
}

/** Of an app that is there already: from where we stand. */
function inFolder(chdir: string, folder = '.'): UpErrorParts {
  const place = { chdir: join(chdir, folder), local: false, region: undefined, profile: undefined };
  const next = [placed('up config', place), placed('up start', place)];
  return { hint: next[0] ?? '', next };
}

/** One that is not there is made, with those above it. */
async function requireFolder(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => null);
  if (found?.isDirectory()) return;
  if (found === null) return dir === dirname(dir) ? undefined : requireFolder(dirname(dir));
  throw new UpError('UP_INIT_EXISTS', `${dir} is a file. Nothing was written.`, {
    hint: 'name another folder',
    next: ['up help init'],
  });
}

function inFolderOfItsOwn(template: TemplateName): UpErrorParts {
  const command = `up init ${template}-app --template ${template}`;
  return { hint: command, next: [command] };
}

async function write({ report }: Context, dir: string, files: readonly NewFile[]): Promise<void> {
  if (files.length === 0) return;
  await report.step('Wrote', async (say) => {
    writeFiles(dir, files);
    // A folder says enough of the files in it.
    say([...new Set(files.map(({ path }) => path.replace(/\/.*/, '/')))].join(', '));
  });
}

async function showResult({ io, flags, result }: Context, dir: string, plan: Plan): Promise<void> {
  const steps = nextSteps({ cwd: io.cwd, dir, install: await installCommand(dir), flags });
  result(renderNext(steps), {
    dir,
    template: plan.template,
    name: plan.identity.name,
    region: plan.identity.region ?? null,
    files: plan.files.map(({ path }) => path),
    next: steps.map(({ command }) => command),
  });
}

/** Null where there are no packages to install, or they are there. */
async function installCommand(dir: string): Promise<string | null> {
  if (isTaken(join(dir, 'node_modules'))) return null;
  const text = (await readText(join(dir, 'package.json'))) ?? '{}';
  const manifest: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
  const names = { ...readRecord(manifest, 'dependencies'), ...readRecord(manifest, 'devDependencies') };
  return Object.keys(names).length > 0 ? installAll(dir) : null;
}
