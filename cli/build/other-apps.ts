/** The rules by which an app of another language is found, and a site that has none. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type App, type AppKind, isFile, type Project, text } from './app.ts';
import { parseCommand } from './command.ts';
import { buildScript, listens } from './node-app.ts';

/** Without them a binary holds the path and the commit of its folder, and every build is another version. */
const goFlags = '-trimpath -buildvcs=false -ldflags=-buildid=';

export async function goProgram(project: Project): Promise<App | undefined> {
  const file = ['main.go', 'go.mod'].find((name) => project.names.has(name));
  if (file === undefined) return undefined;
  const architecture = project.options.architecture === 'arm64' ? 'arm64' : 'amd64';
  const only = await onlyCommand(project);
  const goPackage = only === undefined ? '.' : `./cmd/${only}`;
  return {
    ...program('go', './server', only === undefined ? `found ${file}` : `found ${file}, and the program cmd/${only}`),
    goPackage,
    buildCommands: [`GOOS=linux GOARCH=${architecture} CGO_ENABLED=0 go build ${goFlags} -o server ${goPackage}`],
  };
}

/** The one folder of `cmd`, where Go keeps programs whose sources are not at the top. */
async function onlyCommand({ dir, names }: Project): Promise<string | undefined> {
  if (!names.has('cmd') || [...names].some((name) => /^[^/]+\.go$/.test(name))) return undefined;
  // A file of that name is no folder of programs.
  const entries = await readdir(join(dir, 'cmd'), { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && /^\w[\w.-]*$/.test(entry.name));
  return folders.length === 1 ? folders[0]?.name : undefined;
}

export async function executable(project: Project): Promise<App | undefined> {
  for (const name of ['server', 'main']) {
    if (!project.names.has(name)) continue;
    const stats = await stat(join(project.dir, name));
    if (stats.isFile() && (stats.mode & 0o111) !== 0)
      return program('binary', `./${name}`, `${name} is an executable file`);
  }
  return undefined;
}

/** Programs of PHP lie beside the pages that they belong to: as files of a site everybody would read them. */
export function indexPage(project: Project): App | undefined {
  if (project.options.type === 'server' || !project.names.has('index.html')) return undefined;
  if ([...project.names].some((name) => /^[^/]+\.php$/.test(name))) return undefined;
  return staticSite(project, 'found index.html');
}

/** A single-page app that Vite builds: a page, its sources, and no server beside them. */
export async function builtSite(project: Project): Promise<App | undefined> {
  const { names, options } = project;
  if (options.type === 'server' || !names.has('index.html')) return undefined;
  const why = viteIn(project);
  if (why === undefined || (await hasServer(project))) return undefined;
  return { ...staticSite(project, why), site: { dir: 'dist', fallback: 'index.html' } };
}

/** `build` may be a script that runs others, of which one is `vite build`, or be what runs Vite by another name. */
function viteIn({ names, manifest }: Project): string | undefined {
  const scripts = Object.values(manifest?.scripts ?? {});
  if (scripts.some((script) => /\bvite build\b/.test(text(script) ?? ''))) return 'vite build makes a site in dist/';
  const config = [...names].find((name) => /^vite\.config\.[cm]?[jt]s$/.test(name));
  return config === undefined ? undefined : `found index.html and ${config}, which make a site in dist/`;
}

/** At the top: what lies in src/ are the sources of the page. */
async function hasServer(project: Project): Promise<boolean> {
  if (['server.js', 'server.mjs', 'server.cjs', 'server.ts'].some((file) => project.names.has(file))) return true;
  return listens(project, ['']);
}

export async function publicPage(project: Project): Promise<App | undefined> {
  const page = 'public/index.html';
  if (project.options.type === 'server' || !(await isFile(join(project.dir, page)))) return undefined;
  return { ...staticSite(project, `found ${page}`), site: { dir: 'public' } };
}

/** Nothing runs; what makes its files may. */
export function staticSite(project: Project, why: string): App {
  return { kind: 'static', command: '', argv: null, why, buildCommands: buildScript(project) };
}

function program(kind: AppKind, command: string, why: string): App {
  return { kind, command, argv: parseCommand(command), why, buildCommands: [] };
}
