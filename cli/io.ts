/** The outside of the program as one value: streams, variables, terminal. Passed in, never reached for. */
import type { Readable, Writable } from 'node:stream';

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

export function processIo(): Io {
  return {
    // Opened only when somebody reads it: an open stdin keeps some pipes, and this program, alive.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    stdoutIsTty: process.stdout.isTTY === true,
    stderrIsTty: process.stderr.isTTY === true,
    get columns() {
      return process.stderr.columns ?? process.stdout.columns ?? 80;
    },
  };
}

/** --color or --no-color, then FORCE_COLOR, then NO_COLOR, then a dumb terminal, then whether it is a terminal at all. */
export function wantsColor(env: NodeJS.ProcessEnv, isTty: boolean, flag: boolean | undefined): boolean {
  if (flag !== undefined) return flag;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  if (env.NO_COLOR) return false;
  return env.TERM !== 'dumb' && isTty;
}
