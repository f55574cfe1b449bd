/** What to do about a package that does not work, by what its app said: the mistakes that many make, and everything else. */
import type { UpErrorParts } from '../errors.ts';
import { howToWait, listensElsewhere } from '../logs/evidence.ts';
import type { App } from './app.ts';
import { cargoBuild } from './cargo.ts';
import { programOf } from './command.ts';
import {
  commandWithout,
  type DevelopmentProgram,
  developmentProgram,
  productionScript,
} from './development-program.ts';
import { importsOf } from './imports.ts';
import { installMissing, installMissingModule, type MissingDevelopment, missingDevelopment } from './install.ts';
import { bringIn, leftOut } from './left-out.ts';
import { readManifest } from './manifest.ts';
import { howToListen } from './port.ts';

export interface Started {
  readonly stage: string;
  readonly app: App;
  /** The project the package was made of. */
  readonly dir: string;
  /** It is for the local Lambda, which has the programs of the shell. */
  readonly local: boolean;
  /** Of the function. */
  readonly environment: Readonly<Record<string, string>>;
}

/** `output` is what the app printed, by lines. */
export async function howToFix(
  failure: string,
  output: readonly string[],
  { stage, app, dir, local, environment }: Started,
): Promise<UpErrorParts> {
  const next = ['up start', `up ${stage} --no-check`];
  const said = output.join('\n');
  const install = installMissing(dir, said) ?? installMissingModule(dir, said);
  if (install !== null) return { hint: `install what it asks for: ${install}`, next: [install, `up ${stage}`] };
  const development = await neededOfDevelopment(dir, said, app);
  if (development) {
    const { names, install: move } = development;
    const only = (environment.NODE_ENV ?? stage) === 'production' ? '' : onlyInDevelopment(names);
    return { hint: `${whichDoNotShip(names)}: ${move}${only}`, next: [move, `up ${stage}`] };
  }
  const left = leftOut(dir, said);
  if (left !== null) {
    const bring = bringIn(left);
    return { hint: `${left} is here and does not ship. To bring it in: ${bring}`, next: [bring, `up ${stage}`] };
  }
  const elsewhere = output.find((line) => line.startsWith(listensElsewhere));
  if (elsewhere !== undefined) return { hint: howToListen(app, elsewhere.match(/\d+/g) ?? []), next };
  const wait = howToWait(failure, output);
  if (wait !== undefined) return { hint: wait, next };
  const runtime = otherRuntime(said, app);
  if (runtime !== undefined) return { hint: runtime, next: [`up ${stage}`] };
  const variables = missingVariables(said);
  if (variables !== undefined) return withoutFile(variables, stage);
  if (misses(failure)) {
    const manifest = await readManifest(dir);
    const found = await developmentProgram(dir, manifest, app.command);
    if (found) return { hint: withoutDevelopment(found, app.command, manifest), next: [`up ${stage}`] };
    const program = missingProgram(failure, output, app);
    const build = program === null ? null : cargoBuild(dir, program);
    if (build !== null) return { hint: unbuilt(`${program}`, build), next: [build, `up ${stage}`] };
    if (program !== null) return { hint: withoutProgram(program, local), next };
  }
  if (/exited with code 0/.test(failure))
    return {
      hint: 'it ended without a server: let it listen on PORT, or name what does in up.json: {"proxy": {"command": "…"}}',
      next,
    };
  return { hint: 'fix the app, trying it with "up start"; --no-check deploys it all the same', next };
}

/** All that the app would miss, one after the other. Its files are looked into only once it misses one. */
export async function neededOfDevelopment(dir: string, said: string, app?: App): Promise<MissingDevelopment | null> {
  if (missingDevelopment(dir, said) === null) return null;
  const imports = app ? await importsOf(dir, app) : [];
  return missingDevelopment(
    dir,
    said,
    imports.map(({ name }) => name),
  );
}

function whichDoNotShip(names: readonly string[]): string {
  if (names.length === 1) return `${names[0]} is a devDependency, which does not ship`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are devDependencies, which do not ship`;
}

function onlyInDevelopment({ length }: readonly string[]): string {
  const them = length === 1 ? 'it' : 'them';
  return `. If the app takes ${them} only outside of production, say "environment": {"NODE_ENV": "production"} in up.json`;
}

const runtimes = new Map([
  ['Bun', './bin/bun'],
  ['Deno', './bin/deno run -A'],
]);

/** Of an app that is written for another runtime than Node. */
function otherRuntime(said: string, { entry = 'app.ts' }: App): string | undefined {
  // In the words of Elysia, which serves by itself on Bun alone.
  const elysia = said.includes('WebStandard does not support listen') ? 'Bun' : '';
  const name = /\b(Bun|Deno) is not defined\b/.exec(said)?.[1] ?? elysia;
  const command = runtimes.get(name);
  if (command === undefined) return undefined;
  const program = name.toLowerCase();
  return `Lambda's runtime is Node, without ${name}: ship ${program} for Linux as bin/${program}, and start with it by up.json: {"proxy": {"command": "${command} ${entry}"}}`;
}

/** What node is to read with --env-file, and what never ships. */
function missingVariables(said: string): string | undefined {
  return /^(?:\S*\/)?node(?:\.exe)?: (\S*\.env\S*): not found$/m.exec(said)?.[1];
}

function withoutFile(file: string, stage: string): UpErrorParts {
  const push = `up env push ${file} -s ${stage}`;
  return {
    hint: `${file} holds secrets and does not ship: start with --env-file-if-exists=${file} (Node 22.9), and give the stage its variables: ${push}`,
    next: [push, `up ${stage}`],
  };
}

/** The relay did not find the program, or the shell did not. */
function misses(failure: string): boolean {
  return /no such program|exited with code 127/.test(failure);
}

/** What cannot be started, by the one who tried: the proxy, or a shell. */
function missingProgram(failure: string, output: readonly string[], { command }: App): string | null {
  if (!/exited with code 127\b/.test(failure)) return programOf(command);
  return /([^\s:]+): (?:command )?not found$/m.exec(output.join('\n'))?.[1] ?? null;
}

function unbuilt(program: string, build: string): string {
  return `${program} is not there: ${build}, by hand or before each deploy: {"hooks": {"build": "${build}"}} in up.json`;
}

function withoutProgram(program: string, local: boolean): string {
  const elsewhere = local ? 'nor on your PATH' : 'and Lambda does not have it';
  const bring = [...runtimes.keys()].some((name) => name.toLowerCase() === program)
    ? `put it into the folder as bin/${program}, for Linux`
    : 'make it a dependency, or put it into the folder';
  return `${program} is not in the package, ${elsewhere}: ${bring}`;
}

function withoutDevelopment({ program, dependency }: DevelopmentProgram, command: string, manifest: unknown): string {
  const production = productionScript(manifest)?.command;
  const plain = (production === command ? undefined : production) ?? commandWithout(command, program);
  const what = `"${program}" is of the devDependency ${dependency}, which does not ship`;
  return plain === undefined
    ? `${what}: start without it, as with "node dist/main.js", or make it one of the dependencies`
    : `${what}: start with "${plain}"`;
}
