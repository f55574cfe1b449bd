/**
 * Checks the arguments of a command, where the parser of flags is too lenient: each is given once, and none is empty.
 */
import type { Args } from '../command.ts';
import type { Flag } from '../completion/words.ts';
import { UpError } from '../errors.ts';

/** The arguments that name something, with how each is given. */
const names = {
  chdir: '-C',
  region: '--region',
  profile: '--profile',
  stage: 'the stage',
  folder: 'the folder',
  name: '--name',
  template: '--template',
  command: '--command',
} as const;

/** These may be empty here; their own parsers report that. */
const onlyOnce = { port: '--port', address: '--address', since: '--since', until: '--until' } as const;

export function requireGiven(args: Args): void {
  for (const [key, shown] of Object.entries({ ...names, ...onlyOnce }))
    if (Array.isArray(args[key]))
      throw new UpError('UP_USAGE', `${shown} is given ${args[key].length} times; give it once`);
  for (const [key, shown] of Object.entries(names)) {
    if (args[key] === '') throw new UpError('UP_USAGE', `${shown} is empty`);
  }
}

/** A flag that takes a value has one; the parser would go on with the default. */
export function requireValues(words: readonly string[], flags: readonly Flag[]): void {
  const needing = flags.filter(({ takesValue, isComplete }) => takesValue && !isComplete);
  const valued = new Set(needing.flatMap(({ names: forms }) => forms));
  const own = beforeLiterals(words);
  const bare = own.find((word, index) => valued.has(word) && (own[index + 1] === undefined || isFlag(own[index + 1])));
  if (bare !== undefined) throw new UpError('UP_USAGE', `${bare} needs a value`);
}

/** A switch is on by its name alone; the parser would take `--dry-run=1` for off. Errors repeat no value: it may be a secret. */
export function requireSwitches(words: readonly string[], flags: readonly Flag[]): void {
  const switches = new Set(flags.filter(({ takesValue }) => !takesValue).flatMap(({ names: forms }) => forms.map(on)));
  for (const word of beforeLiterals(words)) {
    const [, flag = '', value = ''] = /^(--?[^=]+)=(.*)$/s.exec(word) ?? [];
    const isRead = flag === on(flag) && (value === 'true' || value === 'false');
    if (switches.has(on(flag)) && !isRead) throw new UpError('UP_USAGE', `${flag} is a switch and takes no value`);
  }
}

/** `--no-check` -> `--check`. */
function on(flag: string): string {
  return flag.replace(/^--no-/, '--');
}

/** Where the stage is a word and `-s` as well, the parser would take the word and say nothing of the flag. */
export function requireOneStage(words: readonly string[], stage: unknown): void {
  const flags = ['-s', '--stage'];
  const own = beforeLiterals(words);
  for (const [index, word] of own.entries()) {
    const [flag = '', ...value] = word.split('=');
    const said = value.length > 0 ? value.join('=') : own[index + 1];
    if (flags.includes(flag) && typeof stage === 'string' && said !== stage)
      throw new UpError('UP_USAGE', `the stage is given as "${stage}" and as "${said}"`);
  }
}

/** Behind `--` stand words, whatever they look like. */
export function beforeLiterals(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end === -1 ? words : words.slice(0, end);
}

/** As the parser sees it: a negative number is a value, and so is a dash alone. */
function isFlag(word = ''): boolean {
  return /^-[^\d]/.test(word);
}

/** A character that no argument can contain: https://pubs.opengroup.org/onlinepubs/9799919799/functions/exec.html. */
const mark = '\0';

/**
 * Words behind `--` are no flags, whatever they begin with (POSIX, Utility Syntax Guideline 10). The parser would give
 * them to no argument of a command; marked, they are like the words before.
 */
export function withLiterals(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  if (end === -1) return words;
  return [...words.slice(0, end), ...words.slice(end + 1).map((word) => (word.startsWith('-') ? mark + word : word))];
}

export function readLiterals(args: Args): Args {
  const read = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(read);
    return typeof value === 'string' ? withoutMarks(value) : value;
  };
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, read(value)]));
}

export function withoutMarks(text: string): string {
  return text.replaceAll(mark, '');
}
