/**
 * What kind of app a folder holds and how it starts, from a listing and a few small files. It runs nothing and writes
 * nothing; the first rule that applies decides, and says why.
 *
 * One file, because the rules are one list: which of them goes first is what it says.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, posix } from 'node:path';
import type { NodeRun } from './command.ts';
import { interpreterOf, parseCommand, parseNodeRun, programOf, splitAssignments, toCommand } from './command.ts';
import { systemCode, UpBuildError } from './error.ts';
import { type Framework, findFramework } from './framework.ts';
import { isRecord, readRecord } from './json.ts';
import { workspaceRoot } from './workspace.ts';

export type AppKind = 'node' | 'typescript' | 'go' | 'binary' | 'python' | 'custom' | 'static';

export interface App {
  readonly kind: AppKind;
  /** The command as a shell would take it. */
  readonly command: string;
  /** Its words; null when it needs a shell. */
  readonly argv: readonly string[] | null;
  /** The source file that serves, where it is known. */
  readonly entry?: string;
  /** A sentence for the user: what made us think so. */
  readonly why: string;
  /** By the dependencies of package.json. */
  readonly framework?: Framework;
  /** The interpreter the command needs at run time. */
  readonly interpreter?: string;
  /** Commands that make the app ready, when up.json has no build hook. */
  readonly buildCommands: readonly string[];
  /** The entry to bundle, and the file it becomes in the package. */
  readonly bundle?: { readonly entry: string; readonly outfile: string };
}

export interface DetectOptions {
  /** `proxy.command` of up.json. */
  readonly command?: string;
  readonly type?: 'server' | 'static';
  /** For which processor to compile. */
  readonly architecture?: 'x86_64' | 'arm64';
  /** Bundle JavaScript as TypeScript is. */
  readonly bundle?: boolean;
}

interface Manifest {
  readonly type?: unknown;
  readonly main?: unknown;
  readonly scripts?: Readonly<Record<string, unknown>>;
}

interface Project {
  readonly dir: string;
  readonly options: DetectOptions;
  /** Names in the folder, and `src/` names. */
  readonly names: ReadonlySet<string>;
  /** Commands of node_modules/.bin. */
  readonly commands: ReadonlySet<string>;
  readonly manifest: Manifest | undefined;
}

type Rule = (project: Project) => Promise<App | undefined> | App | undefined;

const stems = ['app', 'server', 'index', 'main'];
const folders = ['', 'src/'];

/** The order of detection. */
const rules: readonly Rule[] = [
  givenCommand,
  startScript,
  mainField,
  (project) => serverFile(project, ['.js', '.mjs', '.cjs']),
  (project) => serverFile(project, ['.ts', '.mts', '.cts']),
  goProgram,
  executable,
  pythonProgram,
  builtMainField,
  indexPage,
];

const lookedFor = [
  'a start script or main in package.json',
  'app, server, index or main with .js, .mjs, .cjs, .ts or .mts, here or in src/',
  'main.go or go.mod',
  'an executable named server or main',
  'app.py, main.py or server.py',
  'index.html, for a site without an app',
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
    hint: 'Say how it starts: add {"proxy": {"command": "node app.js"}} to up.json, or a start script to package.json.',
    evidence: `Looked for:\n${lookedFor.map((line) => `  ${line}`).join('\n')}`,
  });
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
      hint: 'Run up in the folder of the app, or pass -C DIR.',
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
  const text = await readFile(join(dir, 'package.json'), 'utf8');
  try {
    // Editors on Windows write a byte order mark, which npm accepts.
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    if (isRecord(value)) return { ...value, scripts: readRecord(value, 'scripts') };
    throw new Error('it is not an object');
  } catch (error) {
    throw new UpBuildError(
      'UP_APP_PACKAGE_JSON',
      `package.json cannot be read: ${error instanceof Error ? error.message : error}`,
      {
        hint: 'Correct package.json.',
      },
    );
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function givenCommand(project: Project): App | undefined {
  const command = text(project.options.command);
  if (command === undefined) return undefined;
  const why = 'up.json names the command';
  // Whoever gives a command wants it run as it is, unless a bundle was asked for.
  const app = (project.options.bundle && bundled(project, command, why)) || fromCommand(project, command, why);
  return { ...app, kind: programOf(command) === 'node' ? 'node' : 'custom' };
}

function startScript(project: Project): App | undefined {
  const command = text(project.manifest?.scripts?.start);
  if (command === undefined) return undefined;
  const why = 'package.json has a start script';
  return bundled(project, command, why) ?? fromCommand(project, command, why);
}

/** An app that runs as its command says. */
function fromCommand(project: Project, command: string, why: string): App {
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
function bundled(project: Project, command: string, why: string): App | undefined {
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

function buildScript(project: Project): string[] {
  const script = text(project.manifest?.scripts?.build);
  return script === undefined ? [] : [script];
}

async function mainField(project: Project): Promise<App | undefined> {
  const main = text(project.manifest?.main);
  if (main === undefined) return undefined;
  // `npm init` writes "main": "index.js" whether or not there is such a file.
  for (const candidate of [main, `${main}.js`, posix.join(main, 'index.js')]) {
    const file = posix.normalize(candidate);
    if (!file.startsWith('..') && (await isFile(join(project.dir, file))))
      return fromFile(project, file, `package.json main is ${file}`);
  }
  return undefined;
}

/** A main that the build script has yet to make. */
function builtMainField(project: Project): App | undefined {
  const main = text(project.manifest?.main);
  if (main === undefined || buildScript(project).length === 0) return undefined;
  return fromFile(project, posix.normalize(main), `package.json main is ${main}, made by its build script`);
}

function fromFile(project: Project, file: string, why: string): App {
  return fromRun(project, { options: [], entry: file, args: [] }, why);
}

/** The first file of these names that listens; else the first there is. `app.js` often only exports what `server.js` runs. */
async function serverFile(project: Project, extensions: readonly string[]): Promise<App | undefined> {
  const files = folders
    .flatMap((folder) => stems.flatMap((stem) => extensions.map((extension) => folder + stem + extension)))
    .filter((file) => project.names.has(file));
  for (const file of files) {
    const call = await listenCall(join(project.dir, file));
    if (call) return fromFile(project, file, `${file} calls ${call}()`);
  }
  return files[0] === undefined ? undefined : fromFile(project, files[0], `found ${files[0]}`);
}

async function listenCall(file: string): Promise<string | undefined> {
  if (!(await isFile(file))) return undefined;
  return /\b(listen|serve)\s*\(/.exec(await readFile(file, 'utf8'))?.[1];
}

/** Without them a binary holds the path and the commit of its folder, and every build is another version. */
const goFlags = '-trimpath -buildvcs=false -ldflags=-buildid=';

function goProgram(project: Project): App | undefined {
  const file = ['main.go', 'go.mod'].find((name) => project.names.has(name));
  if (file === undefined) return undefined;
  const architecture = project.options.architecture === 'arm64' ? 'arm64' : 'amd64';
  return {
    ...program('go', './server', `found ${file}`),
    buildCommands: [`GOOS=linux GOARCH=${architecture} CGO_ENABLED=0 go build ${goFlags} -o server .`],
  };
}

async function executable(project: Project): Promise<App | undefined> {
  for (const name of ['server', 'main']) {
    if (!project.names.has(name)) continue;
    const stats = await stat(join(project.dir, name));
    if (stats.isFile() && (stats.mode & 0o111) !== 0)
      return program('binary', `./${name}`, `${name} is an executable file`);
  }
  return undefined;
}

function pythonProgram(project: Project): App | undefined {
  const file = ['app.py', 'main.py', 'server.py'].find((name) => project.names.has(name));
  if (file === undefined) return undefined;
  return { ...program('python', `python3 ${file}`, `found ${file}`), entry: file, interpreter: 'python3' };
}

function indexPage(project: Project): App | undefined {
  if (project.options.type === 'server' || !project.names.has('index.html')) return undefined;
  return staticSite(project, 'found index.html');
}

/** Nothing runs; what makes its files may. */
function staticSite(project: Project, why: string): App {
  return { kind: 'static', command: '', argv: null, why, buildCommands: buildScript(project) };
}

function program(kind: AppKind, command: string, why: string): App {
  return { kind, command, argv: parseCommand(command), why, buildCommands: [] };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
