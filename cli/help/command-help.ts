/** The page of one command: what it takes, its flags, those of every command, and examples last. */
import { didYouMean } from '../../config/nearest.ts';
import type { Command } from '../command.ts';
import { type CommandWords, type Flag, type Positional, wordsOf } from '../completion/words.ts';
import { UpError } from '../errors.ts';
import { wrap } from '../output/wrap.ts';
import { flagsJson, nameOf, sharedFlags, usageOf } from './help.ts';

const titleWidth = 13;
/** A longer name has its description below it. */
const longestName = 26;
const longestExample = 34;
/** With the title, what descriptions leave to names on a narrow terminal. */
const leastAbout = 46;
const [widest, narrowest] = [80, 48];

/** For a terminal of so many columns; never wider than 80. */
export function renderCommandHelp(command: Command, columns: number): string {
  const width = Math.max(narrowest, Math.min(widest, columns));
  const [words = nothing] = wordsOf([command]);
  const lines = [
    ...wrap(`up ${usageOf(command)}: ${command.summary}`, width - 2).map(
      (line, index) => `  ${index ? '  ' : ''}${line}`,
    ),
    '',
    ...section('Takes', words.positionals.map(takes), width, longestName),
    ...section('Flags', words.flags.map(flagRow), width, longestName),
    ...section('Everywhere', sharedFlags, width, longestName),
    '',
    ...section('Examples', command.examples, width, longestExample),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** The same for a program. */
export function commandHelpJson(command: Command): object {
  const [{ positionals, flags } = nothing] = wordsOf([command]);
  return {
    command: nameOf(command),
    usage: `up ${usageOf(command)}`,
    summary: command.summary,
    takes: positionals.map(takes).map(([name, about]) => ({ name, about })),
    flags: flagsJson([...flags.map(flagRow), ...sharedFlags]),
    examples: command.examples.map(([example, about]) => ({ example, about })),
  };
}

/** `up help frobnicate` would show the help of a deploy to a stage of that name. */
export function requirePage([word, ...more]: readonly string[], commands: readonly Command[]): void {
  const names = commands.map(nameOf);
  if (word !== undefined && !names.includes(word)) {
    const known = `The commands are ${names.join(', ')}`;
    throw new UpError('UP_USAGE', `"${word}" is not a command${didYouMean(word, names) || '.'} ${known}`);
  }
  // `up help domains ls`: what it does stands on the same page.
  const extra = more.find(
    (one) => !wordsOf(commands.filter((command) => nameOf(command) === word))[0]?.words.includes(one),
  );
  if (extra !== undefined) throw new UpError('UP_USAGE', `up help ${word} takes no "${extra}"`);
}

const nothing: CommandWords = { name: '', summary: '', flags: [], words: [], positionals: [] };

type Row = readonly [name: string, about: string];

function takes({ name, describe, choices, fallback }: Positional): Row {
  return [name, describe + among(choices) + otherwise(fallback, describe)];
}

function flagRow({ names, describe, takesValue, isComplete, choices, fallback }: Flag): Row {
  const short = names.filter((name) => !name.startsWith('--'));
  const long = names.filter((name) => name.startsWith('--'));
  const value = isComplete ? ' [value]' : ' <value>';
  const name = [...short, ...long].join(', ') + (takesValue ? value : '');
  return [name, describe + among(choices) + otherwise(fallback, describe)];
}

function among(choices: readonly string[]): string {
  return choices.length > 0 ? `: ${choices.join(', ')}` : '';
}

function otherwise(fallback: string, describe: string): string {
  return fallback === '' || describe.includes('default') ? '' : ` (default: ${fallback})`;
}

/** Two columns under a title; a name that is too long for its own has the other one below. */
function section(title: string, rows: readonly Row[], width: number, longest: number): string[] {
  const fitting = rows.map(([name]) => name.length).filter((length) => length <= Math.min(longest, width - leastAbout));
  const column = Math.max(0, ...fitting);
  const start = titleWidth + column + 2;
  const lines = rows.flatMap(([name, about]) => {
    const [first = '', ...rest] = wrap(about, width - start);
    const below = rest.map((line) => ' '.repeat(start) + line);
    if (name.length <= column) return [`${' '.repeat(titleWidth)}${name.padEnd(column + 2)}${first}`, ...below];
    return [' '.repeat(titleWidth) + name, ' '.repeat(start) + first, ...below];
  });
  return lines.map((line, index) => (index === 0 ? `  ${title}`.padEnd(titleWidth) + line.slice(titleWidth) : line));
}
