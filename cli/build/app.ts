/** What is known of an app, and of the folder in which it was looked for. */
import { stat } from 'node:fs/promises';
import type { Framework } from './framework.ts';

export type AppKind = 'node' | 'typescript' | 'go' | 'binary' | 'python' | 'custom' | 'static';

export interface App {
  readonly kind: AppKind;
  /** The command as a shell would take it. */
  readonly command: string;
  /** Its words; null when it needs a shell. */
  readonly argv: readonly string[] | null;
  /** The source file that serves, where it is known. */
  readonly entry?: string;
  /** A sentence for the user: what made us think so. */
  readonly why: string;
  /** By the dependencies of package.json. */
  readonly framework?: Framework;
  /** The interpreter the command needs at run time. */
  readonly interpreter?: string;
  /** What `go build` is given. */
  readonly goPackage?: string;
  /** The folder of a site and the page that answers for all others, where up.json names no folder. */
  readonly site?: { readonly dir: string; readonly fallback?: string };
  /** Commands that make the app ready, when up.json has no build hook. */
  readonly buildCommands: readonly string[];
  /** A server that needs no package but those that its build has put beside it. */
  readonly standalone?: {
    /** Lines of an .upignore. */
    readonly rules: readonly string[];
    /** Where it looks for what is elsewhere in the package: the link, and what it stands for. */
    readonly links: readonly (readonly [path: string, to: string])[];
  };
  /** The entry to bundle, and the file it becomes in the package. */
  readonly bundle?: { readonly entry: string; readonly outfile: string };
}

export interface DetectOptions {
  /** `proxy.command` of up.json. */
  readonly command?: string;
  readonly type?: 'server' | 'static';
  /** For which processor to compile. */
  readonly architecture?: 'x86_64' | 'arm64';
  /** Bundle JavaScript as TypeScript is. */
  readonly bundle?: boolean;
}

export interface Manifest {
  readonly type?: unknown;
  readonly main?: unknown;
  readonly scripts?: Readonly<Record<string, unknown>>;
}

export interface Project {
  readonly dir: string;
  readonly options: DetectOptions;
  /** Names in the folder, and `src/` names. */
  readonly names: ReadonlySet<string>;
  /** Commands of node_modules/.bin. */
  readonly commands: ReadonlySet<string>;
  readonly manifest: Manifest | undefined;
}

export type Rule = (project: Project) => Promise<App | undefined> | App | undefined;

/** Null and blanks are no text. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

export async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
