/** What can be typed after `up`, out of the table of commands: the options are recorded as a command declares them. */
import type { Argv, Options } from 'yargs';
import { globalOptions } from '../argv/global-options.ts';
import type { Command } from '../command.ts';
import { nameOf } from '../help/help.ts';

export interface Flag {
  /** With its dashes. */
  readonly names: readonly string[];
  readonly describe: string;
  /** It is followed by a value. */
  readonly takesValue: boolean;
  /** It says something without a value, too. */
  readonly isComplete?: true;
  readonly choices: readonly string[];
  /** What it is when it is not given; '' where that is nothing. */
  readonly fallback: string;
}

export type Positional = Pick<Flag, 'describe' | 'choices' | 'fallback'> & { readonly name: string };

export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** What its words may be, where there is a list. */
  readonly words: readonly string[];
  readonly positionals: readonly Positional[];
}

/** The stages that every app has; `development` is not deployed. */
export const stages = ['staging', 'production'];

/** What may stand behind a flag: its choices, or the stages that every app has, and the one that is not deployed. */
export function valuesFor({ names, choices, fallback }: Flag): readonly string[] {
  if (!names.includes('--stage')) return choices;
  return fallback === 'development' ? [fallback, ...stages] : stages;
}

/** The same of a word; what is said to be a stage is one, whatever it is called. */
export function valuesAt({ choices, describe }: Positional): readonly string[] {
  return choices.length === 0 && /^(?:only this )?stage\b/.test(describe) ? stages : choices;
}

export function wordsOf(commands: readonly Command[]): CommandWords[] {
  return commands.map((command) => {
    const { options, positionals } = record((argv) => command.options(argv));
    // `[stage]` that is `-s` as well.
    const named = positionals.filter(({ alias }) => alias !== undefined);
    const places = positionals.map(({ name, describe, choices = [], default: value }) => ({
      name,
      describe: describe || '',
      choices: choices.map(String),
      fallback: fallbackOf(value),
    }));
    return {
      name: nameOf(command),
      summary: command.summary,
      flags: [...options, ...named].map(toFlag),
      words: [...new Set(places.flatMap(valuesAt))],
      positionals: places,
    };
  });
}

/** The flags of every command; the one for help is no option of the parser. */
export function globalFlags(): Flag[] {
  const { options } = record((argv) => globalOptions(argv, false));
  return [
    ...options.map(toFlag).map(bothWays),
    { names: ['--help', '-h'], describe: 'details and examples', takesValue: false, choices: [], fallback: '' },
  ];
}

/** `--color` is neither on nor off until it is given. */
function bothWays(flag: Flag): Flag {
  return flag.names[0] === '--color' ? { ...flag, names: ['--color', '--no-color'] } : flag;
}

/** `up help <command>`, which is no command of the table. */
export function helpWords(commands: readonly Command[]): CommandWords {
  const choices = commands.map(nameOf);
  const summary = 'details and examples of a command';
  const positionals = [{ name: 'command', describe: '', choices, fallback: '' }];
  return { name: 'help', summary, flags: [], words: choices, positionals };
}

type Named = Options & { readonly name: string };

/** Runs a declaration of options against a parser that only records them. */
function record(declare: (argv: Argv) => Argv): { readonly options: Named[]; readonly positionals: Named[] } {
  const options: Named[] = [];
  const positionals: Named[] = [];
  const notes = { option: options, positional: positionals } as const;
  const argv: Argv = new Proxy({} as Argv, {
    get(_target, method) {
      const list = method === 'option' || method === 'positional' ? notes[method] : null;
      return (name: string, given: Options = {}) => {
        list?.push({ ...given, name });
        return argv;
      };
    },
  });
  declare(argv);
  return { options, positionals };
}

function toFlag({ name, alias, describe = '', type, requiresArg, choices = [], default: value }: Named): Flag {
  const names = [name, ...[alias ?? []].flat()].map((one) => (one.length === 1 ? `-${one}` : `--${one}`));
  // `--watch` is on unless it is said otherwise.
  const shown = type === 'boolean' && value === true ? names.map((one) => one.replace(/^--/, '--no-')) : names;
  return {
    names: shown,
    // `--no-watch: leave it running`, for who sees the name of the flag only there.
    describe: (describe || '').replace(/^--no-[a-z-]+: /, ''),
    takesValue: type !== 'boolean',
    ...(requiresArg === false && { isComplete: true }),
    choices: choices.map(String),
    fallback: fallbackOf(value),
  };
}

/** On and off say nothing, and an empty list neither. */
function fallbackOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
