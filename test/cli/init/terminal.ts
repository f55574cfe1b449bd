/** `up init` in a folder of its own, with streams in place of a terminal. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { GlobalFlags } from '../../../cli/command.ts';
import { createContext } from '../../../cli/context.ts';
import { type InitFlags, runInit } from '../../../cli/init/run.ts';
import { createSecrets } from '../../../cli/secrets.ts';

class Page extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

export type Files = Readonly<Record<string, string>>;

/** A folder called `shop` with these files. */
export function folder(files: Files = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'up-init-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const dir = join(root, 'shop');
  mkdirSync(dir);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

/** Every file below, with what it holds. */
export function filesIn(dir: string): Record<string, string> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(dir.length + 1), readFileSync(path, 'utf8')]));
}

export interface Play {
  /** `folder`, `template`, `name`, `yes`. */
  readonly given?: Partial<InitFlags>;
  readonly flags?: Partial<GlobalFlags>;
  readonly env?: NodeJS.ProcessEnv;
  readonly isTty?: boolean;
}

export interface Played {
  readonly stdin: PassThrough;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<void>;
  /** As Ctrl-C does. */
  interrupt(): Promise<void>;
}

/** Begins it; `stdin` is for what is typed. */
export function play(cwd: string, { given = {}, flags = {}, env = {}, isTty = true }: Play = {}): Played {
  const [stdin, stdout, stderr] = [new PassThrough(), new Page(), new Page()];
  const io = {
    ...{ stdin: Object.assign(stdin, { isTTY: isTty }), stdout, stderr, cwd, env: { NO_COLOR: '1', ...env } },
    ...{ stdoutIsTty: isTty, stderrIsTty: isTty, columns: 80 },
  };
  let ending = async () => {};
  const signals = {
    quit() {},
    standing() {},
    onInterrupt(next: () => Promise<void>) {
      ending = next;
    },
  };
  const all: GlobalFlags = {
    ...{ chdir: '.', region: undefined, profile: undefined, local: false, json: false },
    ...{ quiet: false, verbose: false, color: undefined, ...flags },
  };
  const context = createContext(io, all, signals, createSecrets());
  const ended = runInit(context, { folder: undefined, template: undefined, name: undefined, yes: false, ...given });
  return { stdin, stdout: () => stdout.text, stderr: () => stderr.text, ended, interrupt: () => ending() };
}

/** Plays it to its end, with this typed. */
export async function init(cwd: string, { typed = '', ...rest }: Play & { readonly typed?: string } = {}) {
  const played = play(cwd, rest);
  played.stdin.end(typed);
  await played.ended;
  return { stdout: played.stdout(), stderr: played.stderr() };
}

/** Off a terminal, with the object on stdout. */
export async function initJson(cwd: string, { flags = {}, ...rest }: Play = {}) {
  const { stdout } = await init(cwd, { ...rest, flags: { ...flags, json: true }, isTty: false });
  return JSON.parse(stdout) as { files: string[]; next: string[]; name: string; template: string | null };
}
