/**
 * One run of the app: started in a process group of its own, its output drained at all times, its exit seen at once.
 * Starting is all this file does before anything else of the proxy is loaded, so it imports little but node.
 */
import type { ChildProcess, spawn as Spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { commandLineOf, withSearchPath } from './command-line.ts';

/** How to run the app; decided when the package is built. */
export interface AppCommand {
  /** As the user wrote it, or as detected. */
  readonly command: string;
  /** Program and arguments; null when the command needs a shell. */
  readonly argv: readonly string[] | null;
  /** The command runs Node, so the preload hook can report `listen()`. */
  readonly node: boolean;
}

export interface StartOptions {
  readonly app: AppCommand;
  readonly dir: string;
  /** The environment of the app, without what is added here. */
  readonly env: NodeJS.ProcessEnv;
  /** Absolute path of the preload hook. */
  readonly preload: string;
  /** What every process of this run can be known by; see `runMark`. */
  readonly mark: string;
  /** The hook is to tell when the app has become quiet after an answer. */
  readonly background: boolean;
  /** A Node app is to end when this process is gone, however that came. */
  readonly endsWithParent?: boolean;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set when the process could not be started at all. */
  readonly error?: NodeJS.ErrnoException;
}

export interface AppProcess {
  readonly pid: number | undefined;
  readonly mark: string;
  readonly port: number;
  readonly started: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Lines of JSON from the hook, each a `Report`; null without the hook. */
  readonly reports: Readable | null;
  /** Settles as soon as the process is gone; never rejects. */
  readonly exited: Promise<Exit>;
  /** The exit, once it has happened. */
  exit: Exit | null;
  /** Signals the whole process group. */
  kill(signal: NodeJS.Signals): void;
  /** Some process of the group is left, zombies included. */
  isGroupAlive(): boolean;
}

/** The descriptor on which the hook reports; 0 to 2 are the standard ones. */
const hookDescriptor = 3;

/** Which environment a run belongs to, then which run it is: a later runtime process of the same environment finds it. */
export function runMark(environment: string, run: number): string {
  return `${environmentMark(environment)}${process.pid}.${run}`;
}

export function environmentMark(environment: string): string {
  return `${environment}#`;
}

/** Variables that would let the app talk to the platform in our name or start our own runtime inside it. */
const notForTheApp = ['AWS_LAMBDA_RUNTIME_API', 'AWS_LAMBDA_EXEC_WRAPPER', '_HANDLER', '_LAMBDA_TELEMETRY_LOG_FD'];

/** Starts the app on a free port. Never throws: a command that cannot be started shows as an exit with `error`. */
export async function startApp(options: StartOptions): Promise<AppProcess> {
  let port = 0;
  let claim: Claim = noClaim;
  try {
    // Not for the app that start.bash has started: it would take 1 ms of that cold start.
    const { spawn } = await import('node:child_process');
    ({ port, claim } = await freePort());
    const app = observe(spawnApp(spawn, options, port), port, options.mark, options.dir);
    void app.exited.then(claim.end);
    return app;
  } catch (error) {
    claim.end();
    // Some failures are events of the child (ENOENT), others are thrown (ENOTDIR, E2BIG).
    return neverStarted(port, options.mark, error as NodeJS.ErrnoException);
  }
}

function spawnApp(spawn: typeof Spawn, options: StartOptions, port: number): ChildProcess {
  const { file, args, detached, verbatim, hooked } = commandLineOf(options.app, process.platform, options.env);
  return spawn(file, args, {
    cwd: options.dir,
    env: appEnvironment(options, port, hooked),
    stdio: ['ignore', 'pipe', 'pipe', hooked ? 'pipe' : 'ignore'],
    detached,
    windowsVerbatimArguments: verbatim,
    windowsHide: true,
  });
}

function appEnvironment(options: StartOptions, port: number, hooked: boolean): NodeJS.ProcessEnv {
  const { dir, env, preload, mark, background, endsWithParent } = options;
  const found = withSearchPath(env, dir, process.platform);
  const result: NodeJS.ProcessEnv = { ...found, PORT: String(port), UP_RUN: mark };
  for (const name of notForTheApp) delete result[name];
  if (!hooked) return result;
  result.UP_HOOK_FD = String(hookDescriptor);
  if (background) result.UP_HOOK_BACKGROUND = '1';
  if (endsWithParent) result.UP_HOOK_PARENT = '1';
  // The hook gives NODE_OPTIONS back as it was, so that the app and its own children see what the user set.
  if (env.NODE_OPTIONS !== undefined) result.UP_NODE_OPTIONS = env.NODE_OPTIONS;
  result.NODE_OPTIONS = [env.NODE_OPTIONS, `--require ${JSON.stringify(preload)}`].filter(Boolean).join(' ');
  return result;
}

/** A script whose first line names a missing interpreter fails with ENOENT too; this error says so. */
function explained(error: NodeJS.ErrnoException, file: string, dir: string): NodeJS.ErrnoException {
  const isThere = file.includes('/') && existsSync(dir) && existsSync(resolve(dir, file));
  if (error.code !== 'ENOENT' || !isThere) return error;
  return Object.assign(new Error(`${file}: the interpreter that its first line names does not exist`), {
    code: 'ENOEXEC',
  });
}

function observe(child: ChildProcess, port: number, mark: string, dir: string): AppProcess {
  const app: AppProcess = {
    pid: child.pid,
    mark,
    port,
    started: performance.now(),
    // There are none when this process had no descriptors left to make pipes of.
    stdout: child.stdout ?? Readable.from([]),
    stderr: child.stderr ?? Readable.from([]),
    reports: (child.stdio?.[hookDescriptor] as Readable | null | undefined) ?? null,
    exited: new Promise((resolve) => {
      const settle = (exit: Exit) => {
        app.exit ??= exit;
        resolve(app.exit);
      };
      child.once('exit', (code, signal) => settle({ code, signal }));
      child.once('error', (error) =>
        settle({ code: null, signal: null, error: explained(error, child.spawnfile, dir) }),
      );
    }),
    exit: null,
    kill: (signal) => killGroup(child.pid, signal),
    isGroupAlive: () => child.pid !== undefined && signalGroup(child.pid, 0),
  };
  return app;
}

function neverStarted(port: number, mark: string, error: NodeJS.ErrnoException): AppProcess {
  const exit: Exit = { code: null, signal: null, error };
  return {
    pid: undefined,
    mark,
    port,
    started: performance.now(),
    stdout: Readable.from([]),
    stderr: Readable.from([]),
    reports: null,
    exited: Promise.resolve(exit),
    exit,
    kill: () => {},
    isGroupAlive: () => false,
  };
}

export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid !== undefined) signalGroup(pid, signal);
}

/** False when the whole group is gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    if (process.platform !== 'win32') return process.kill(-pid, signal);
    if (signal === 0) return process.kill(pid, 0);
    // Windows has neither process groups nor signals; taskkill finds the tree by parent processes.
    return (
      process
        .getBuiltinModule('node:child_process')
        .spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' }).status === 0
    );
  } catch {
    return false;
  }
}

/** Below those that the kernel gives to whoever asks for any (ip(7): 32768 and above). */
const ports = { first: 10_240, last: 32_767 };
const portTries = 20;

interface Port {
  readonly port: number;
  readonly claim: Claim;
}

/** Reserves a port among the proxies of this machine until it ends. */
export interface Claim {
  end(): void;
}

const noClaim: Claim = { end() {} };

/**
 * A port nobody listens on right now. Not one chosen by the kernel: until the app listens, the kernel may give it to
 * another program. The app would then fail to listen, and that program be taken for the app.
 */
async function freePort(): Promise<Port> {
  for (let tries = 0; tries < portTries; tries++) {
    const wanted = ports.first + Math.floor(Math.random() * (ports.last - ports.first + 1));
    const claim = await claimOf(wanted);
    if (claim === null) continue;
    if ((await listensFor(wanted)) !== null) return { port: wanted, claim };
    claim.end();
  }
  return { port: (await listensFor(0)) ?? 0, claim: noClaim };
}

/** The port that was asked for, or any for 0; null when it is taken. */
async function listensFor(wanted: number): Promise<number | null> {
  const probe = await listenOn({ port: wanted, host: '127.0.0.1' });
  if (probe === null) return null;
  const address = probe.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return new Promise((resolve) => probe.close(() => resolve(port)));
}

/**
 * A name that one process at a time can have, and that ends with it: an abstract socket, which only Linux has (unix(7)).
 * Null when another one has it. On Lambda every environment is alone on its machine; a local platform runs many on one.
 */
export async function claimOf(port: number): Promise<Claim | null> {
  if (process.platform !== 'linux') return noClaim;
  try {
    const server = await listenOn({ path: `\0up-port-${port}` });
    server?.unref();
    return server && { end: () => void server.close() };
  } catch {
    // A sandbox may forbid such sockets; the app must not fail because a precaution is not available.
    return noClaim;
  }
}

/** Null when somebody else listens there. */
function listenOn(
  where: { readonly port: number; readonly host: string } | { readonly path: string },
): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      else reject(error);
    });
    server.listen(where, () => resolve(server));
  });
}
