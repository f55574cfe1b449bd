/** The workflows and the action as their runner reads them, and the commands that they would run. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { globalFlags, wordsOf } from '../../cli/completion/words.ts';
import { commands } from '../../cli/table.ts';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export type Permissions = Readonly<Record<string, string>>;

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Permissions;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly 'timeout-minutes'?: number; readonly permissions?: Permissions; readonly steps: readonly Step[] }
    >
  >;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** Strictly: a key that stands twice, which YAML would take the last of, is an error. */
export function readYaml<Shape>(text: string): Shape {
  return parse(text, { strict: true, uniqueKeys: true }) as Shape;
}

export function readText(file: string): string {
  return readFileSync(`${root}${file}`, 'utf8');
}

const folder = '.github/workflows/';
export const workflows: readonly (readonly [file: string, Workflow])[] = readdirSync(`${root}${folder}`)
  .sort()
  .map((name) => [`${folder}${name}`, readYaml<Workflow>(readText(`${folder}${name}`))]);
export const action: Action = readYaml<Action>(readText('action.yml'));

/** Every `up …` of a script, as words. */
export function upCommands(script: string): string[][] {
  const found = script.matchAll(/(?:^|npx --no -- |\$\()(?<!\S)up ((?:[^#\n|>)])+)/gm);
  return [...found].map(([, words = '']) => words.trim().split(/\s+/));
}

/** What of a command line the table of commands does not know: its command, or a flag. */
export function unknownWords([first = '', ...rest]: readonly string[]): string[] {
  const command = wordsOf(commands).find(({ name }) => name === first);
  if (!command) return [first];
  const flags = new Set([...command.flags, ...globalFlags()].flatMap(({ names }) => names));
  return rest.filter((word) => word.startsWith('-')).filter((word) => !flags.has(word.replace(/=.*/, '')));
}

/** What of a script is no command of this project: `npm run` of what is no script, a section that .ci/run does not have. */
export function unknownScripts(script: string): string[] {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
  const files = [...script.matchAll(/\bnode (\S+\.mjs)/g)].map(([, file = '']) => file);
  const names = [...script.matchAll(/\bnpm run (?:-s )?(\S+)/g)].map(([, name = '']) => name);
  const sections = [...script.matchAll(/\.ci\/run (\S+)/g)].map(([, name = '']) => name);
  const ci = readText('.ci/run');
  return [
    ...files.filter((file) => !readdirSync(`${root}${file.replace(/[^/]*$/, '')}`).includes(file.replace(/.*\//, ''))),
    ...names.filter((name) => !(name in scripts)),
    ...sections.filter((name) => !ci.includes(`\n    ${name}) `)),
  ];
}
