/**
 * Reading the command that starts an app: into words where no shell is needed, and for what it runs. It refuses to
 * imitate a shell: whatever is not plainly a list of words is left to `sh -c`.
 */
import { posix } from 'node:path';
import { inQuotes } from '../argv/shell.ts';

/** A quoted word, a bare one, or space. What the shell would treat specially matches nothing. */
const piece = /'([^'\n]*)'|"([^"$`\\\n]*)"|([^\s'"$`\\|&;<>()*?[\]#~=%{}]+)|([ \t]+)/y;

/** Words that only a shell understands in the place of a program. */
const shellWords = new Set(
  '! . : alias break case cd command continue do done elif else esac eval exec exit export fi for if in read return set shift source then time trap type ulimit umask unset until wait while'.split(
    ' ',
  ),
);

/** The words of a simple command, or null when only a shell can run it. */
export function parseCommand(text: string): string[] | null {
  const command = text.trim();
  const words: string[] = [];
  let word: string | undefined;
  piece.lastIndex = 0;
  while (piece.lastIndex < command.length) {
    const match = piece.exec(command);
    if (!match) return null;
    const [, single, double, bare, space] = match;
    if (space === undefined) word = (word ?? '') + (single ?? double ?? bare ?? '');
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  return words[0] === undefined || words[0] === '' || shellWords.has(words[0]) ? null : words;
}

/** The text of a command made of these words. */
export function toCommand(words: readonly string[]): string {
  return words.map(asWord).join(' ');
}

function asWord(word: string): string {
  const parsed = parseCommand(`x ${word}`);
  if (parsed?.length === 2 && parsed[1] === word) return word;
  return inQuotes(word);
}

const interpreters: ReadonlyMap<string, string> = new Map([
  ...['node', 'nodejs', 'npm', 'npx', 'pnpm', 'yarn', 'tsx', 'ts-node', 'nodemon'].map(
    (name) => [name, 'node'] as const,
  ),
  ...['python', 'python3', 'gunicorn', 'uvicorn', 'flask'].map((name) => [name, 'python3'] as const),
  ...['ruby', 'bundle', 'rackup', 'puma'].map((name) => [name, 'ruby'] as const),
  ...['php', 'java', 'deno', 'bun', 'perl', 'dotnet'].map((name) => [name, name] as const),
]);

/** The interpreter a command needs, as far as its first word tells; undefined for a program of its own. */
export function interpreterOf(command: string): string | undefined {
  const program = programOf(command);
  if (/(^|\/)node_modules\//.test(program)) return 'node';
  const name = posix.basename(program).replace(/^python3?[\d.]*$/, 'python3');
  return interpreters.get(name);
}

const assignment = /[A-Za-z_]\w*=(?:'[^']*'|"[^"]*"|[^\s'"])*\s+/;
const preamble = new RegExp(`^(?:${assignment.source}|(?:exec|env|cross-env)\\s+)*`);

/** What serves: of `a && b` the last one, without assignments before it. */
export function servingCommand(command: string): string {
  const last = command.split(/&&|\|\||;/).at(-1) ?? '';
  return last.trim().replace(preamble, '');
}

/** Every program that a command runs, in its order: `tsc` and `node` of `tsc && PORT=80 node app.js`. */
export function programsOf(command: string): string[] {
  return command.split(/&&|\|\||;/).map((part) => /^\S*/.exec(splitAssignments(part).rest)?.[0] ?? '');
}

/** The program of what serves. */
export function programOf(command: string): string {
  return /^\S*/.exec(servingCommand(command))?.[0] ?? '';
}

/** `node [options] entry [args]`, from words that run a JavaScript or TypeScript file by node, tsx or ts-node. */
export interface NodeRun {
  readonly options: readonly string[];
  readonly entry: string;
  readonly args: readonly string[];
}

const runners = new Set(['node', 'tsx', 'ts-node', 'ts-node-esm']);
const optionsWithValue = new Set(
  '--import --loader --experimental-loader -r --require --tsconfig -P --project -C --conditions --env-file'.split(' '),
);
/** What only matters while the sources are TypeScript, or only while developing. */
const sourceOption =
  /^(--experimental-(strip|transform)-types|--watch|--import|--loader|--experimental-loader|-r|--require)$/;
const sourceLoader = /^(tsx|ts-node|@swc-node\/register|esbuild-register)(\/|$)/;

/** Finds the file such a command runs; null when it runs anything else. */
export function parseNodeRun(words: readonly string[]): NodeRun | null {
  const [program, ...rest] = words[0] === 'npx' ? words.slice(1) : words;
  if (program === undefined || !runners.has(program)) return null;
  if (program === 'tsx' && rest[0] === 'watch') rest.shift();
  const options: string[] = [];
  while (rest[0]?.startsWith('-')) {
    const option = rest.splice(0, optionsWithValue.has(rest[0]) ? 2 : 1);
    if (program === 'node' && !isForSources(option)) options.push(...option);
  }
  const [file, ...args] = rest;
  if (file === undefined || !/\.[cm]?[jt]sx?$/.test(file)) return null;
  const entry = posix.normalize(file);
  return entry.startsWith('..') || posix.isAbsolute(entry) ? null : { options, entry, args };
}

function isForSources([name = '', value]: readonly string[]): boolean {
  return sourceOption.test(name) && (value === undefined || sourceLoader.test(value));
}

/** Splits `A=1 B=2 command` into the assignments, as text, and the command. */
export function splitAssignments(command: string): { readonly assignments: string; readonly rest: string } {
  const text = command.trim();
  const assignments = new RegExp(`^(?:${assignment.source})*`).exec(text)?.[0] ?? '';
  return { assignments, rest: text.slice(assignments.length) };
}
