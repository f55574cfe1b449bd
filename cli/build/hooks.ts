/**
 * The commands of up.json that run at the steps of a deploy. Each runs in a shell of its own; its output is kept, and
 * shown only when it fails.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { redacted } from '../../http/redact.ts';
import { UpBuildError } from './error.ts';
import { installAll } from './install.ts';
import { commandFolders, withSearchPath } from './search-path.ts';
import { workspaceRoot } from './workspace.ts';

export interface HookOptions {
  /** The folder of the app, where the commands run. */
  readonly dir: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly onOutput?: (chunk: string) => void;
}

const maxOutputBytes = 64 * 1024;
/** How long to wait for the rest of the output when a command has left a process behind that holds the pipe. */
const drainMs = 250;

/** Runs the commands one after the other and throws UP_HOOK_FAILED at the first that fails. */
export async function runHook(name: string, commands: string | readonly string[], options: HookOptions): Promise<void> {
  for (const command of typeof commands === 'string' ? [commands] : commands) await runCommand(name, command, options);
}

async function runCommand(hook: string, command: string, options: HookOptions): Promise<void> {
  const { exitCode, signal, output: printed } = await execute(command, options);
  if (exitCode === 0) return;
  const output = withoutSecrets(printed, environment(options));
  const end = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  throw new UpBuildError('UP_HOOK_FAILED', `The ${hook} hook failed: ${command} ended with ${end}`, {
    evidence: output,
    hint:
      (await howToInstall(exitCode, options.dir)) ??
      howToMend(output) ??
      'Correct the command, or run it by hand in the folder of the app.',
    details: { hook, command, exitCode, signal, output },
  });
}

/** When the shell did not find a command, and nothing is installed; null otherwise. */
async function howToInstall(exitCode: number | null, dir: string): Promise<string | null> {
  if (exitCode !== 127 || !existsSync(join(dir, 'package.json'))) return null;
  const root = (await workspaceRoot(dir)) ?? dir;
  if ([dir, root].some((folder) => existsSync(join(folder, 'node_modules')))) return null;
  return `install its packages first: ${installAll(root)}`;
}

const mends: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /no required module provides package|missing go\.sum entry|updates to go\.mod needed/,
    'bring its modules: go mod tidy',
  ],
  [
    /\bNode(?:\.js)? (?:v[\d.]+ is not supported|version .{0,40}\bis required)|\brequires Node(?:\.js)? version|\bupgrade (?:your )?Node\b/i,
    `it takes another Node than ${process.version}, the one that runs up: nvm install 24`,
  ],
];

/** By what Go, Astro, Next.js, Vite and others say. */
function howToMend(output: string): string | undefined {
  return mends.find(([said]) => said.test(output))?.[1];
}

const secretName = /secret|token|passw|api_?key|private_?key|access_?key|credential/i;
/** Shorter values are ordinary words: hiding every `true` would make the output useless and protect nothing. */
const shortestSecret = 8;

/** What is printed of a hook is read by more people than its variables are: logs of CI are kept, and shared. */
function withoutSecrets(text: string, env: NodeJS.ProcessEnv): string {
  const values = Object.entries(env).flatMap(([name, value = '']) =>
    secretName.test(name) && value.length >= shortestSecret ? [value] : [],
  );
  // The longest first: one may be the beginning of another.
  return values.sort((a, b) => b.length - a.length).reduce((rest, value) => rest.replaceAll(value, redacted), text);
}

interface Outcome {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

function execute(command: string, options: HookOptions): Promise<Outcome> {
  const { file, args, ...how } = shellOf(command, process.platform);
  const child = spawn(file, args, {
    ...how,
    cwd: options.dir,
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Ctrl-C ends the command as well, and everything it has started.
  const onExit = () => endTree(child, process.platform);
  process.once('exit', onExit);
  let output: Buffer = Buffer.alloc(0);
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new TextDecoder();
    stream.on('data', (chunk: Buffer) => {
      output = tail(Buffer.concat([output, chunk]));
      options.onOutput?.(decoder.decode(chunk, { stream: true }));
    });
  }
  return new Promise((resolve, reject) => {
    let drain: NodeJS.Timeout | undefined;
    child.on('error', reject);
    child.on('exit', () => {
      process.off('exit', onExit);
      drain = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, drainMs);
    });
    child.on('close', (exitCode, signal) => {
      clearTimeout(drain);
      resolve({ exitCode, signal, output: output.toString() });
    });
  });
}

interface ShellCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** It leads a process group of its own, which can be ended as one. */
  readonly detached: boolean;
  readonly windowsVerbatimArguments?: true;
}

/**
 * How a line of shell is run: by `sh`, and on Windows by what `npm run` takes there, which finds `npm.cmd` and its like.
 * Node's own `shell: true` does the same, https://nodejs.org/api/child_process.html#default-windows-shell, but a process
 * of its own group would get a window of its own there.
 */
export function shellOf(
  command: string,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv = process.env,
): ShellCommand {
  if (platform !== 'win32') return { file: 'sh', args: ['-c', command], detached: true };
  const file = env.ComSpec ?? env.COMSPEC ?? 'cmd.exe';
  return { file, args: ['/d', '/s', '/c', `"${command}"`], detached: false, windowsVerbatimArguments: true };
}

function endTree({ pid }: ChildProcess, platform: NodeJS.Platform): void {
  if (pid === undefined) return;
  // It has no groups; what belongs together it knows by the parents.
  if (platform === 'win32') return void spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // Gone meanwhile.
  }
}

function environment({ dir, env }: HookOptions): NodeJS.ProcessEnv {
  return withSearchPath({ ...process.env, ...env }, commandFolders(dir), process.platform);
}

function tail(bytes: Buffer): Buffer {
  return bytes.length > maxOutputBytes ? bytes.subarray(bytes.length - maxOutputBytes) : bytes;
}
