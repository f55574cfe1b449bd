/** What a command is, and what it is given. The table in table.ts is all there is to know of them. */
import type { Argv } from 'yargs';
import type { Session } from './aws/session.ts';
import type { Io } from './io.ts';
import type { Reporter } from './output/reporter.ts';
import type { Style } from './output/style.ts';
import type { Project } from './project/project.ts';
import type { Secrets } from './secrets.ts';

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly chdir: string;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly local: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean | undefined;
}

export interface Context {
  readonly io: Io;
  readonly flags: GlobalFlags;
  readonly report: Reporter;
  /** What must not be said; `report` and errors leave it out. */
  readonly secrets: Secrets;
  /** Of stderr. */
  readonly style: Style;
  /** Reads up.json; the same answer each time. */
  project(): Promise<Project>;
  /** The AWS session of this command; with --local it starts the platform if none runs. */
  session(): Promise<Session>;
  /** What to do when the user ends the program. A command that sets this goes on until then. */
  onInterrupt(ending: () => Promise<void>): void;
  /** Where a change stands from now on, for somebody who breaks it off: one sentence. */
  standing(sentence: string): void;
  /** Ends the program as the user wished: with that ending, and exit code 0. */
  quit(): void;
  /** Writes the result: text, or with --json one object. */
  result(text: string, json: object): void;
}

export type Args = Readonly<Record<string, unknown>>;

export interface Command {
  /** In yargs's notation: `url [stage]`. */
  readonly usage: string | readonly string[];
  readonly summary: string;
  /** Its words may be secrets, so that no error repeats one. */
  readonly mayHoldSecrets?: true;
  readonly examples: readonly (readonly [command: string, what: string])[];
  options(argv: Argv): Argv;
  /** Loads and runs the command; what it needs is imported only then. */
  run(context: Context, args: Args): Promise<void>;
}
