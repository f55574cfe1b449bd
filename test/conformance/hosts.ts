/** The ways to reach one app. All but one go through the proxy; that one is the app itself, and so the measure. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extract } from '../../local/aws/unzip.ts';
import { type Answer, type Sent, send } from '../support/http.ts';
import { freePorts, readApp, type Sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { fromResult, type Result, type Source, toEvent } from './payload-v2.ts';
import { startRuntimeApi } from './runtime-api.ts';
import { type HostName, type RicName, ricWays } from './ways.ts';

export interface Host {
  readonly name: HostName;
  send(sent: Sent): Promise<Answer>;
  /** Gives an event to the function as it is; null for hosts that take HTTP only. */
  readonly invoke: ((event: unknown) => Promise<Result>) | null;
  close(): Promise<void>;
}

/** The suite compares with the app itself, so the features that change answers unasked are off. */
const unchanged = { robots: true, compress: { disable: true } };

/** What up.json allows the app, seconds. */
const timeoutMs = 30_000;

/** While this file exists, the app gives up before it listens. */
export function downFile(sandbox: Sandbox): string {
  return join(sandbox.root, 'down');
}

export function conformanceProject(sandbox: Sandbox): string {
  const guard = `import { existsSync } from 'node:fs';\nif (existsSync(process.env.DOWN_FILE)) process.exit(3);\n`;
  const stages = { streamed: { url: 'function_url' }, rest: { proxy: { front: 'rest', stream: true } } };
  const environment = { DOWN_FILE: downFile(sandbox) };
  return sandbox.project('conformance', {
    'app.mjs': guard + readApp('echo.mjs'),
    'up.json': JSON.stringify({ environment, stages, ...unchanged }),
  });
}

/** The package, unzipped as Lambda would do it. */
export async function unpackedPackage(sandbox: Sandbox, dir: string): Promise<string> {
  const zip = join(sandbox.root, 'package.zip');
  const built = await sandbox.up(['build', '-o', zip], { cwd: dir });
  if (built.code !== 0) throw new Error(built.stderr);
  const folder = join(sandbox.root, 'task');
  await extract(readFileSync(zip), folder);
  return folder;
}

function environment(sandbox: Sandbox, taskRoot: string): NodeJS.ProcessEnv {
  mkdirSync(join(sandbox.root, 'tmp'), { recursive: true });
  return {
    PATH: process.env.PATH,
    TMPDIR: join(sandbox.root, 'tmp'),
    LAMBDA_TASK_ROOT: taskRoot,
    UP_STAGE: 'staging',
    DOWN_FILE: downFile(sandbox),
  };
}

/** `_up/handler.mjs`, called as AWS's client calls it, with the events of an HTTP API. */
export async function handlerHost(sandbox: Sandbox, taskRoot: string): Promise<Host> {
  const driver = fileURLToPath(new URL('handler-driver.mjs', import.meta.url));
  const child = fork(driver, [], {
    env: environment(sandbox, taskRoot),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<string, (result: Result) => void>();
  const [{ length }] = await once(child, 'message');
  if (length !== 2) throw new Error(`the handler takes ${length} parameters: Lambda takes it for one of another style`);
  child.on('message', ({ id, result }: { id: string; result: Result }) => waiting.get(id)?.(result));
  const invoke = (event: unknown) =>
    new Promise<Result>((resolve) => {
      const id = randomUUID();
      waiting.set(id, resolve);
      child.send({ id, event, timeout: timeoutMs });
    });
  return eventHost('handler', 'http-api', invoke, () => end(child));
}

/** `_up/bootstrap` in front of a Runtime API, with the events of a Function URL. */
export function runtimeHost(sandbox: Sandbox, taskRoot: string): Promise<Host> {
  const command = [join(taskRoot, '_up', 'bootstrap')];
  return apiHost('runtime', 'function-url', command, environment(sandbox, taskRoot));
}

export interface Ric {
  readonly node: string;
  /** The entry of aws-lambda-ric. */
  readonly client: string;
}

/** AWS's own client in front of a Runtime API, with `_up/handler.handler` and the variables of the managed runtime. */
export function ricHost(name: RicName, sandbox: Sandbox, taskRoot: string, { node, client }: Ric): Promise<Host> {
  const source = name === 'ric' ? 'http-api' : 'function-url';
  return apiHost(name, source, [node, client], {
    ...environment(sandbox, taskRoot),
    UP_STAGE: ricWays[name].stage,
    _HANDLER: '_up/handler.handler',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_FUNCTION_NAME: 'conformance',
    AWS_LAMBDA_FUNCTION_VERSION: '1',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/conformance',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[1]0123456789abcdef',
    AWS_REGION: 'us-east-1',
  });
}

async function apiHost(
  name: HostName,
  source: Source,
  [file = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Host> {
  const api = await startRuntimeApi();
  const child = spawn(file, args, {
    env: { ...env, AWS_LAMBDA_RUNTIME_API: api.endpoint },
    cwd: env.LAMBDA_TASK_ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const invoke = async (event: unknown) => (await api.invoke(event, timeoutMs)) as Result;
  return eventHost(name, source, invoke, async () => {
    await end(child);
    api.close();
  });
}

function eventHost(
  name: HostName,
  source: Source,
  invoke: (event: unknown) => Promise<Result>,
  close: () => Promise<void>,
): Host {
  return {
    name,
    invoke,
    send: async (sent) => fromResult(await invoke(toEvent(source, sent)), sent.method ?? 'GET'),
    close,
  };
}

/** Real HTTP through `up start`. */
export async function startHost(sandbox: Sandbox, dir: string): Promise<Host> {
  const { url, end } = await sandbox.start(['-s', 'staging'], { cwd: dir });
  return httpHost('start', url, async () => void (await end('SIGTERM')));
}

/** The app alone. */
export async function directHost(sandbox: Sandbox, dir: string): Promise<Host> {
  const port = await freePorts(1);
  const env = { ...environment(sandbox, dir), PORT: String(port) };
  const child = spawn(process.execPath, ['app.mjs'], { cwd: dir, env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await until('the app to listen', () => send(url).catch(() => null));
  return httpHost('direct', url, () => end(child));
}

export function httpHost(name: HostName, url: string, close: () => Promise<void> = async () => {}): Host {
  return { name, invoke: null, send: (sent) => send(url, sent), close };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
