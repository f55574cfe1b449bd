/**
 * A world of its own for one test file: a folder with a home, a temp folder, projects and the state of a local platform,
 * and the built program run in it as a process. `close` ends what was started and fails when anything is left.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProcesses } from './processes.ts';
import { until } from './until.ts';

export const program: string = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface Running {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  hasEnded(): boolean;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ran>;
  readonly ended: Promise<Ran>;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added; `undefined` removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that `up` may take, for what takes long. */
  readonly timeout?: number;
}

export interface Endpoint {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
}

export interface Sandbox {
  readonly root: string;
  /** UP_LOCAL_DIR of every run. */
  readonly stateDir: string;
  /** Makes a project folder; the name is the app's. */
  project(name: string, files: Readonly<Record<string, string | Uint8Array>>): string;
  up(words: readonly string[], options?: RunOptions): Promise<Ran>;
  spawn(words: readonly string[], options?: RunOptions): Running;
  /** Runs `up start` on a free port and waits until that port is open. */
  start(words: readonly string[], options?: RunOptions): Promise<Running & { readonly url: string }>;
  /** Runs a line of shell in which `up` is the program. */
  shell(line: string, options?: RunOptions): Running;
  /** Runs `up local` in the foreground on a port that nobody else's default leads to. */
  platform(options?: RunOptions, words?: readonly string[]): Promise<Endpoint>;
  close(): Promise<void>;
}

const runTimeoutMs = 40_000;

export function createSandbox(): Sandbox {
  // macOS: the temp folder is a link, and what the program prints is not.
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'up-test-')));
  const stateDir = join(root, 'state');
  const temporary = join(root, 'tmp');
  for (const dir of [join(root, 'home'), temporary]) mkdirSync(dir);
  const running = new Set<ChildProcess>();

  /** Nothing of the machine's own settings but what programs need; every process carries the root in TMPDIR. */
  function environment(extra: RunOptions['env'] = {}): NodeJS.ProcessEnv {
    const merged: Record<string, string | undefined> = {
      PATH: process.env.PATH,
      // npm on newer Nodes keeps what it compiled in the folder for temporary files, which is looked at in the end.
      NODE_DISABLE_COMPILE_CACHE: '1',
      LANG: 'C.UTF-8',
      HOME: join(root, 'home'),
      TMPDIR: temporary,
      UP_LOCAL_DIR: stateDir,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...extra,
    };
    return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
  }

  function spawnUp(words: readonly string[], options?: RunOptions): Running {
    return run(process.execPath, [program, ...words], options);
  }

  function run(file: string, args: readonly string[], { cwd = root, env }: RunOptions = {}): Running {
    const started = performance.now();
    const child = spawn(file, args, {
      cwd,
      env: environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const ended = once(child, 'close').then(([code, signal]): Ran => {
      running.delete(child);
      return { code, signal, stdout, stderr, milliseconds: performance.now() - started };
    });
    return {
      pid: child.pid ?? 0,
      stdout: () => stdout,
      stderr: () => stderr,
      hasEnded: () => !running.has(child),
      ended,
      end(signal) {
        child.kill(signal);
        return ended;
      },
    };
  }

  async function up(words: readonly string[], options?: RunOptions): Promise<Ran> {
    const run = spawnUp(words, options);
    const timeoutMs = options?.timeout ?? runTimeoutMs;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        process.kill(run.pid, 'SIGKILL');
        reject(new Error(`up ${words.join(' ')} did not end in ${timeoutMs} ms:\n${run.stdout()}${run.stderr()}`));
      }, timeoutMs);
    });
    try {
      return await Promise.race([run.ended, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    root,
    stateDir,
    up,
    spawn: spawnUp,
    shell: (line, options) => run('sh', ['-c', `up() { '${process.execPath}' '${program}' "$@"; }; ${line}`], options),
    project(name, files) {
      const dir = join(root, 'projects', name);
      writeFiles(dir, files);
      return dir;
    },
    async start(words, options) {
      const port = await freePorts(1);
      const running = spawnUp(['start', '--port', String(port), ...words], options);
      await until(`port ${port} to open`, async () => {
        if (running.hasEnded()) throw new Error(`up start ended: ${running.stderr()}`);
        return isOpen(port);
      });
      return { ...running, url: `http://127.0.0.1:${port}` };
    },
    async platform(options, words = []) {
      const port = await freePorts(8);
      const run = spawnUp(['local', '--port', String(port), ...words], options);
      const url = await until(
        `the platform on port ${port}: ${run.stderr()}`,
        () => /^http\S+/m.exec(run.stdout())?.[0],
      );
      return { url, port: Number(new URL(url).port), pid: run.pid };
    },
    async close() {
      for (const dir of stateDirs(root)) await up(['local', 'stop'], { env: { UP_LOCAL_DIR: dir } });
      // Politely first: what is killed cannot end what it has started.
      for (const child of running) child.kill('SIGTERM');
      await until('every program to end', () => running.size === 0, 10_000).catch(() => {});
      for (const child of running) child.kill('SIGKILL');
      const left = await leftovers(root);
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
      const files = existsSync(temporary) ? readdirSync(temporary) : [];
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
      if (left.length > 0)
        throw new Error(`left running: ${left.map(({ pid, command }) => `${pid} ${command}`).join('; ')}`);
      if (files.length > 0) throw new Error(`left in the temp folder: ${files.join(', ')}`);
    },
  };
}

export function writeFiles(dir: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

/** Every folder under the root in which a platform has left its endpoint. */
function stateDirs(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path === 'endpoint.json' || path.endsWith('/endpoint.json'))
    .filter((path) => !path.includes('node_modules'))
    .map((path) => dirname(join(root, path)));
}

/** What still runs a moment after everything was told to end. */
async function leftovers(root: string) {
  const graceMs = 3_000;
  try {
    await until('all processes to end', () => findProcesses(root).length === 0, graceMs);
  } catch {
    // Whatever it is, it is in the list.
  }
  return findProcesses(root);
}

/**
 * The first of `count` neighbouring ports that nobody listens on. Below the range from which the kernel takes ports for
 * everybody's outgoing connections, and far from the default of the platform, which other tests may use.
 */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 10_000 + Math.floor(Math.random() * 20_000);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

/** Looks without taking the port away from the one who is awaited. */
function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** The one JSON object of a text, or of its last line. */
export function parseJson(text: string) {
  return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
}

/** NDJSON. */
export function parseLines(text: string) {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The text of an app under test/support/apps/. */
export function readApp(file: string): string {
  return readFileSync(new URL(`apps/${file}`, import.meta.url), 'utf8');
}

export function readText(...path: string[]): string {
  return readFileSync(join(...path), 'utf8');
}

/** The variables that point the program, or any AWS client, at an endpoint of our own. */
export function awsEnv(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_REGION: 'us-east-1',
  };
}
