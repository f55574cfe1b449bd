/**
 * The environment of the program as one value: streams, variables, terminal. It is passed in, so that nothing uses
 * globals.
 */
import type { Readable, Writable } from 'node:stream';
import { UpError } from './errors.ts';
import { toAscii } from './output/ascii.ts';
import { isUtf8 } from './output/style.ts';

export interface Io {
  /** A terminal can be kept from showing what is typed. */
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  /** Columns of the terminal on stderr, or on stdout when that is the only one. */
  readonly columns: number;
}

/** Of this process. With `--json` among its words what it writes is for programs, which read UTF-8 everywhere. */
export function processIo(words: readonly string[]): Io {
  // Node itself would warn of the two together, in every program that is started from here as well.
  if (forcesColor(process.env)) delete process.env.NO_COLOR;
  if (!isUtf8(process.env)) {
    if (!words.includes('--json')) writeAscii(process.stderr);
    if (process.stdout.isTTY) writeAscii(process.stdout);
  }
  return {
    // Opened only when somebody reads it: an open stdin keeps some pipes, and this program, alive.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    get cwd() {
      return workingFolder();
    },
    stdoutIsTty: process.stdout.isTTY === true,
    stderrIsTty: process.stderr.isTTY === true,
    get columns() {
      // 0 is what a terminal says that nobody has told its size, as under script(1).
      return process.stderr.columns || process.stdout.columns || 80;
    },
  };
}

/** A shell may stand in a folder that is gone; help and version need none. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new UpError('UP_FILE_SYSTEM', 'The folder this was started in is gone', {
      hint: 'cd to a folder that exists, and run it again there',
      cause: error,
    });
  }
}

/** Variables that CI systems set: GitHub, GitLab, CircleCI, Travis, Buildkite and their like. */
export function isCi({ CI }: NodeJS.ProcessEnv): boolean {
  return CI !== undefined && !/^(?:|0|false)$/i.test(CI);
}

/** --color or --no-color, then FORCE_COLOR, then NO_COLOR, then a dumb terminal, then whether it is a terminal at all. */
export function wantsColor(env: NodeJS.ProcessEnv, isTty: boolean, flag: boolean | undefined): boolean {
  if (flag !== undefined) return flag;
  if (env.FORCE_COLOR) return forcesColor(env);
  if (env.NO_COLOR) return false;
  return env.TERM !== 'dumb' && isTty;
}

function forcesColor({ FORCE_COLOR = '' }: NodeJS.ProcessEnv): boolean {
  return !/^(?:|0|false)$/.test(FORCE_COLOR);
}

/** Bytes pass as they are: they are an app's own. */
function writeAscii(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  stream.write = (chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? toAscii(chunk) : chunk, ...rest);
}
