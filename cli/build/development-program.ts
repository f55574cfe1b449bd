/** Programs of devDependencies, which are at hand in the project and not in the package. */
import { join } from 'node:path';
import { text } from './app.ts';
import { programsOf, splitAssignments } from './command.ts';
import { readRecord } from './json.ts';
import { readCommands } from './packages.ts';
import { workspaceRoot } from './workspace.ts';

export interface DevelopmentProgram {
  /** As the command names it: `nest`. */
  readonly program: string;
  /** Whose it is: `@nestjs/cli`. */
  readonly dependency: string;
}

/** The first program of the command that is of a devDependency; `manifest` is the package.json of the app in `dir`. */
export async function developmentProgram(
  dir: string,
  manifest: unknown,
  command: string,
): Promise<DevelopmentProgram | undefined> {
  const programs = programsOf(command);
  const root = await workspaceRoot(dir);
  const folders = root === undefined ? [dir] : [dir, root];
  const shipped = readRecord(manifest, 'dependencies');
  for (const dependency of Object.keys(readRecord(manifest, 'devDependencies'))) {
    if (Object.hasOwn(shipped, dependency)) continue;
    for (const folder of folders) {
      const commands = await readCommands(join(folder, 'node_modules', dependency), dependency);
      const program = programs.find((name) => Object.hasOwn(commands, name));
      if (program !== undefined) return { program, dependency };
    }
  }
  return undefined;
}

/** The script that is for production where `start` is not: Nest and Angular write one beside it. */
export function productionScript(manifest: unknown): { readonly name: string; readonly command: string } | undefined {
  const scripts = readRecord(manifest, 'scripts');
  const servers = Object.keys(scripts).filter((name) => name.startsWith('serve:ssr'));
  const names = ['start:prod', 'start:production', ...(servers.length === 1 ? servers : [])];
  const name = names.find((one) => text(scripts[one]) !== undefined);
  return name === undefined ? undefined : { name, command: text(scripts[name]) ?? '' };
}

/** What the command comes to without the program, where that is plain. */
export function commandWithout(command: string, program: string): string | undefined {
  const parts = command.split('&&').map((part) => part.trim());
  const last = parts.at(-1) ?? '';
  if (programsOf(last)[0] !== program) return parts.length > 1 ? last : undefined;
  const { assignments, rest } = splitAssignments(last);
  const inner = rest.slice(program.length).trim();
  if (program === 'cross-env') return assignments + inner;
  return program === 'nodemon' && /^[\w./-]+\.[cm]?js$/.test(inner) ? `${assignments}node ${inner}` : undefined;
}
