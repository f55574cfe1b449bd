/** The rules by which an app of Node or TypeScript is found: by its command, its package.json, or a file that listens. */
import { readFile } from 'node:fs/promises';
import { extname, join, posix } from 'node:path';
import { type App, isFile, type Project, text } from './app.ts';
import type { NodeRun } from './command.ts';
import { interpreterOf, parseCommand, parseNodeRun, programOf, splitAssignments, toCommand } from './command.ts';
import { servesSources } from './framework.ts';

const stems = ['app', 'server', 'index', 'main'];
const folders = ['', 'src/'];

export function givenCommand(project: Project): App | undefined {
  const command = text(project.options.command);
  if (command === undefined) return undefined;
  const why = 'up.json names the command';
  // Whoever gives a command wants it run as it is, unless a bundle was asked for.
  const app = (project.options.bundle && bundled(project, command, why)) || fromCommand(project, command, why);
  return { ...app, kind: programOf(command) === 'node' ? 'node' : 'custom' };
}

/** An app that runs as its command says. */
export function fromCommand(project: Project, command: string, why: string): App {
  const argv = parseCommand(command);
  const interpreter = interpreterOf(command) ?? (project.commands.has(programOf(command)) ? 'node' : undefined);
  const entry = argv ? parseNodeRun(argv)?.entry : undefined;
  return {
    kind: interpreter === 'node' ? 'node' : 'custom',
    command,
    argv,
    why,
    buildCommands: buildScript(project),
    ...(entry !== undefined && { entry }),
    ...(interpreter !== undefined && { interpreter }),
  };
}

/** An app whose command runs a file that we bundle; undefined when there is nothing to bundle. */
export function bundled(project: Project, command: string, why: string): App | undefined {
  const { assignments, rest } = splitAssignments(command);
  const words = parseCommand(rest);
  const run = words && parseNodeRun(words);
  if (!run || !mustBundle(project, run.entry)) return undefined;
  return fromRun(project, run, why, assignments);
}

function fromRun(project: Project, run: NodeRun, why: string, assignments = ''): App {
  const outfile = mustBundle(project, run.entry) ? outfileOf(project, run.entry) : undefined;
  const argv = ['node', ...run.options, outfile ?? run.entry, ...run.args];
  const command = assignments + toCommand(argv);
  return {
    kind: isTypeScript(run.entry) ? 'typescript' : 'node',
    command,
    argv: parseCommand(command),
    entry: run.entry,
    why,
    interpreter: 'node',
    buildCommands: buildScript(project),
    ...(outfile !== undefined && { bundle: { entry: run.entry, outfile } }),
  };
}

function mustBundle(project: Project, entry: string): boolean {
  return isTypeScript(entry) || project.options.bundle === true;
}

function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file);
}

/** Beside the entry, so that paths the source builds from its own place still lead to the same files. */
function outfileOf(project: Project, entry: string): string {
  return posix.join(posix.dirname(entry), isModule(project, entry) ? 'app.mjs' : 'app.cjs');
}

function isModule(project: Project, entry: string): boolean {
  const extension = extname(entry);
  if (extension === '.mts' || extension === '.mjs') return true;
  if (extension === '.cts' || extension === '.cjs') return false;
  return project.manifest?.type === 'module';
}

/** With what npm runs before and after it. https://docs.npmjs.com/cli/using-npm/scripts#pre--post-scripts */
export function buildScript({ manifest }: Project): string[] {
  const scripts = manifest?.scripts;
  if (text(scripts?.build) === undefined) return [];
  return [scripts?.prebuild, scripts?.build, scripts?.postbuild].flatMap((script) => text(script) ?? []);
}

export async function mainField(project: Project): Promise<App | undefined> {
  const main = text(project.manifest?.main);
  if (main === undefined) return undefined;
  // `npm init` writes "main": "index.js" whether or not there is such a file.
  for (const candidate of [main, `${main}.js`, posix.join(main, 'index.js')]) {
    const file = posix.normalize(candidate);
    if (file.startsWith('..') || !(await isFile(join(project.dir, file)))) continue;
    return (await isOnlyPart(project, file)) ? undefined : fromFile(project, file, `package.json main is ${file}`);
  }
  return undefined;
}

/** A main that the build script has yet to make. */
export function builtMainField(project: Project): App | undefined {
  const main = text(project.manifest?.main);
  if (main === undefined || buildScript(project).length === 0) return undefined;
  return fromFile(project, posix.normalize(main), `package.json main is ${main}, made by its build script`);
}

function fromFile(project: Project, file: string, why: string): App {
  return fromRun(project, { options: [], entry: file, args: [] }, why);
}

/** `npm init` takes the first file it finds for the main: one that does not listen, and knows nothing of one that does. */
async function isOnlyPart(project: Project, main: string): Promise<boolean> {
  if (await listenCall(join(project.dir, main))) return false;
  const found = await firstThatListens(project, serverFiles(project, javascript));
  if (found === undefined) return false;
  const imported = `/${posix.basename(found.file, extname(found.file))}`;
  return !(await readFile(join(project.dir, main), 'utf8')).includes(imported);
}

const javascript = ['.js', '.mjs', '.cjs'] as const;
const typescript = ['.ts', '.mts', '.cts'] as const;

export function javascriptFile(project: Project): Promise<App | undefined> {
  return serverFile(project, javascript);
}

export function typescriptFile(project: Project): Promise<App | undefined> {
  return serverFile(project, typescript);
}

/**
 * The first file of these names that listens; else the first there is, unless what there is are the sources of a page. `app.js`
 * often only exports what `server.js` runs.
 */
async function serverFile(project: Project, extensions: readonly string[]): Promise<App | undefined> {
  const files = serverFiles(project, extensions);
  const found = await firstThatListens(project, files);
  if (found) return fromFile(project, found.file, `${found.file} calls ${found.call}()`);
  if (isForBrowsers(project)) return undefined;
  return files[0] === undefined ? undefined : fromFile(project, files[0], `found ${files[0]}`);
}

function isForBrowsers({ manifest }: Project): boolean {
  return [manifest?.scripts?.start, manifest?.scripts?.dev].some((script) => servesSources(text(script) ?? ''));
}

/** Whether a file of the author's own, in one of the folders, is a server. */
export async function listens(project: Project, places = folders): Promise<boolean> {
  return (await firstThatListens(project, serverFiles(project, [...javascript, ...typescript], places))) !== undefined;
}

function serverFiles({ names }: Project, extensions: readonly string[], places = folders): string[] {
  return places
    .flatMap((folder) => stems.flatMap((stem) => extensions.map((extension) => folder + stem + extension)))
    .filter((file) => names.has(file));
}

async function firstThatListens({ dir }: Project, files: readonly string[]) {
  for (const file of files) {
    const call = await listenCall(join(dir, file));
    if (call !== undefined) return { file, call };
  }
  return undefined;
}

async function listenCall(file: string): Promise<string | undefined> {
  if (!(await isFile(file))) return undefined;
  return /\b(listen|serve)\s*\(/.exec(await readFile(file, 'utf8'))?.[1];
}
