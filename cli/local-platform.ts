/** Finds the local platform that serves a project, and starts one in the background when none runs. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, isErrorCode } from './error-table.ts';
import { UpError } from './errors.ts';
import { fileProblem } from './file-problem.ts';
import { programFile, upTo } from './paths.ts';
import { requireFreeze } from './platform.ts';

/** `$UP_LOCAL_DIR`, else `.up/local` at the git root of the project, else in the project. */
export function localDir(env: NodeJS.ProcessEnv, projectDir: string): string {
  if (env.UP_LOCAL_DIR) return resolve(env.UP_LOCAL_DIR);
  const dir = existsSync(projectDir) ? realpathSync(projectDir) : projectDir;
  return join(upTo('.git', dir) ?? dir, '.up', 'local');
}

export interface RunningPlatform {
  readonly url: string;
  readonly pid: number;
  /** The version of Node that runs it, and its functions. An older up did not say. */
  readonly node?: string;
}

/** What `endpoint.json` names, if the endpoint itself says so too: the pid alone may be another program's by now. */
export async function findLocalPlatform(dir: string): Promise<RunningPlatform | null> {
  const named = readNamed(dir);
  if (named === null || !(named.pid > 0)) return null;
  return (await askPid(named.url).catch(() => null)) === named.pid ? named : null;
}

/** What `endpoint.json` names, alive or not. */
export function readNamed(dir: string): RunningPlatform | null {
  try {
    return JSON.parse(readFileSync(join(dir, 'endpoint.json'), 'utf8')) as RunningPlatform | null;
  } catch {
    // Missing, or cut short: none runs.
    return null;
  }
}

const healthTimeoutMs = 1_000;

async function askPid(url: string): Promise<unknown> {
  const signal = AbortSignal.timeout(healthTimeoutMs);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/_local/health`, { agent: false, signal }, resolve).once('error', reject);
  });
  return (JSON.parse(await text(answer)) as { pid?: unknown }).pid;
}

/** With its parents. Not mkdir's own recursion, which never ends where only the kernel makes folders, as in /proc. */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    // Somebody else has made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function openLog(dir: string, log: string): number {
  try {
    makeFolder(dir);
    return openSync(log, 'a');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new UpError(
      'UP_FILE_SYSTEM',
      `${dir}, where the local platform keeps its state: ${fileProblem(code) ?? message}`,
      {
        hint: 'set UP_LOCAL_DIR to a folder that can be written',
        next: ['up doctor'],
        cause: error,
      },
    );
  }
}

const startTimeoutMs = 15_000;

/** The URL of the platform's endpoint. `warn` is told of one that runs another Node. */
export async function ensureLocalPlatform(
  env: NodeJS.ProcessEnv,
  projectDir: string,
  warn: (what: string) => void = () => {},
): Promise<string> {
  requireFreeze('--local', process.platform);
  const dir = localDir(env, projectDir);
  const running = await findLocalPlatform(dir);
  if (running) {
    if (running.node !== undefined) warnOfOther(running.node, warn);
    return running.url;
  }
  const log = join(dir, 'platform.log');
  const output = openLog(dir, log);
  const said = fstatSync(output).size;
  const child = spawn(process.execPath, [programFile, 'local', '-C', projectDir, '--quiet', '--json'], {
    env: { ...env, UP_LOCAL_DIR: dir },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  child.unref();
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const started = await findLocalPlatform(dir);
    if (started) return started.url;
    // A platform that lost the race against another `up --local` exits with 5; the winner's endpoint appears all the
    // same.
    if (child.exitCode !== null && child.exitCode !== 5) break;
    await sleep(20);
  }
  throw notStarted(readFileSync(log).toString('utf8', said).trimEnd().split('\n'));
}

/** Packages with native code are installed for one major version of Node: another one crashes on them. */
function warnOfOther(node: string, warn: (what: string) => void): void {
  const own = process.versions.node;
  const [there, here] = [node, own].map((version) => version.split('.')[0]);
  if (there !== here) warn(`it runs Node ${node}, you run ${own}: up local stop, and --local starts it with yours`);
}

/** With the error that the platform printed, if it did. */
function notStarted(lines: readonly string[]): UpError {
  const { code, message, hint, evidence } = parseError(lines.at(-1) ?? '');
  const parts = { ...(hint !== undefined && { hint }), ...(evidence !== undefined && { evidence }) };
  if (isErrorCode(code) && message !== undefined) return new UpError(code, message, parts);
  return new UpError('UP_LOCAL_START', 'The local platform did not start', { evidence: lines.slice(-5).join('\n') });
}

interface PrintedError {
  readonly code?: ErrorCode;
  readonly message?: string;
  readonly hint?: string;
  readonly evidence?: string;
}

function parseError(line: string): PrintedError {
  try {
    return (JSON.parse(line) as { error?: PrintedError }).error ?? {};
  } catch {
    // It crashed with a stack, or said nothing.
    return {};
  }
}
