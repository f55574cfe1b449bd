/** The project a command works on: its folder, its up.json, and what a stage makes of it. */
import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  type Config,
  ConfigError,
  type Problem,
  parseConfig,
  renderProblems,
  resolveStage,
  type StageConfig,
  withHeadersFile,
} from '../../config/index.ts';
import { UpError } from '../errors.ts';
import { fileProblem } from '../file-problem.ts';
import { toAppName } from './app-name.ts';

export interface Project {
  readonly dir: string;
  readonly config: Config;
  readonly warnings: readonly Problem[];
  /** up.json exists; otherwise everything is a default. */
  readonly hasFile: boolean;
}

const fileName = 'up.json';
const redirectsName = '_redirects';

export async function readProject(cwd: string, chdir: string): Promise<Project> {
  const dir = await realFolder(resolve(cwd, chdir));
  const text = await readConfigText(join(dir, fileName));
  const redirects = (await readConfigText(join(dir, redirectsName))) ?? '';
  try {
    const parsed = parseConfig(text ?? '{}', {
      file: fileName,
      fallbackName: await fallbackName(dir),
      redirects: { file: redirectsName, text: redirects },
    });
    return { dir, ...parsed, config: await withHeaders(dir, parsed.config), hasFile: text !== null };
  } catch (error) {
    throw error instanceof ConfigError ? invalid(error, { [fileName]: text ?? '', [redirectsName]: redirects }) : error;
  }
}

/** With the rules of `_headers`, in Netlify's form, where there is one. */
async function withHeaders(dir: string, config: Config): Promise<Config> {
  const file = '_headers';
  const text = await readConfigText(join(dir, file));
  if (text === null) return config;
  try {
    return withHeadersFile(config, text, file);
  } catch (error) {
    throw error instanceof ConfigError ? invalid(error, { [file]: text }) : error;
  }
}

/** The configuration of one stage. */
export function stageOf(project: Project, stage: string): StageConfig {
  try {
    return resolveStage(project.config, stage);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw error.code === 'UP_STAGE_UNKNOWN'
      ? new UpError('UP_STAGE_UNKNOWN', error.message, { cause: error })
      : invalid(error, {});
  }
}

function invalid(error: ConfigError, texts: Readonly<Record<string, string>>): UpError {
  const files = [...new Set(error.problems.map(({ file }) => file))];
  const shown = files.map((name) =>
    renderProblems(
      texts[name] ?? '',
      error.problems.filter(({ file }) => file === name),
    ),
  );
  const evidence = shown.join('\n').replace(/^ {2}/gm, '');
  return new UpError('UP_CONFIG', error.message, { evidence, cause: error });
}

/** Without links, as after `cd`: `-C link` is the same app, whose name and repository are those of the folder. */
async function realFolder(dir: string): Promise<string> {
  const found = await stat(dir).catch(() => null);
  if (found?.isDirectory()) return realpath(dir);
  throw new UpError('UP_CONFIG_UNREADABLE', `${dir} is not a folder`, { next: [found ? 'up help' : 'up init'] });
}

async function readConfigText(file: string): Promise<string | null> {
  try {
    await requireEnd(file);
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !(await isLink(file))) return null;
    const problem = code === 'ENOENT' ? 'a link that leads nowhere' : (fileProblem(code) ?? message);
    throw new UpError('UP_CONFIG_UNREADABLE', `${file}: ${problem}`, {
      hint: 'put a file there that can be read, or none',
      cause: error,
    });
  }
}

/** A pipe has none until somebody writes into it, and no signal ends who waits there. */
async function requireEnd(file: string): Promise<void> {
  if ((await stat(file)).isFIFO()) throw new Error('it is a pipe');
}

/** To nowhere: not the same as no file, which is a project of defaults under another name. */
async function isLink(file: string): Promise<boolean> {
  return lstat(file).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}

/** The package's own name, else the folder's, made to fit what Lambda allows. */
export async function fallbackName(dir: string): Promise<string> {
  return toAppName((await packageName(dir)) ?? basename(dir));
}

/** What package.json says; null where it says nothing. */
export async function packageName(dir: string): Promise<string | null> {
  try {
    const { name } = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')) as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : null;
  } catch {
    // Absent, or broken: building says so where it matters.
    return null;
  }
}
