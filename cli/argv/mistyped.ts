/** A mistake in what was typed, shown in what was typed: the words with a mark below the wrong one. */
import { didYouMean, isSlip, nearest } from '../../config/nearest.ts';
import type { Command } from '../command.ts';
import { type CommandWords, globalFlags, wordsOf } from '../completion/words.ts';
import type { ErrorCode } from '../error-table.ts';
import type { UpError } from '../errors.ts';
import { nameOf } from '../help/help.ts';
import { isName } from './again.ts';
import { beforeLiterals } from './checks.ts';
import { formerCommand } from './former.ts';
import { quote } from './shell.ts';

/** Beside the gutter, what fits into 80 columns. */
const shown = 76;
const ofTyping: ReadonlySet<ErrorCode> = new Set(['UP_USAGE', 'UP_STAGE_UNKNOWN']);

/** The error with what was typed as evidence, and the way to say it right; other errors as they are. */
export function inTyped(error: UpError, words: readonly string[], commands: readonly Command[]): UpError {
  if (!ofTyping.has(error.code)) return error;
  const command = commands.find((one) => nameOf(one) === words.find(isName));
  const help = command ? `up help ${nameOf(command)}` : 'up help';
  // Their words may be secrets.
  if (command?.mayHoldSecrets)
    return withParts(error, {
      message: withoutWord(error.message, command),
      hint: error.hint === 'up help' ? help : error.hint,
    });
  const [known = none] = command ? wordsOf([command]) : wordsOf(commands.filter((one) => nameOf(one) === 'deploy'));
  const misspelt = command ? null : (ofApex(error.message, words) ?? misspeltCommand(words, commands.map(nameOf)));
  if (misspelt) return withParts(error, misspelt);
  const missing = missingWord(error, command);
  if (missing) return missing;
  const mistake = unknownWord(error.message, words, known) ?? wrongChoice(error.message, words);
  const message = mistake?.message ?? error.message;
  const at =
    mistake?.at ??
    words.findIndex((word) => message.includes(`"${valueIn(word)}"`) || message.startsWith(`${flagIn(word)} `));
  const instead = mistake ? mistake.instead : meant(message, words[at]);
  const hint = instead === undefined ? error.hint : corrected(words, at, instead);
  const evidence = error.evidence ?? frame(words, at);
  if (error.code === 'UP_STAGE_UNKNOWN' && instead === undefined && !command && at === words.findIndex(isName))
    return withParts(error, neither(message, hint, evidence));
  return withParts(error, { message, hint: hint === 'up help' ? help : hint, ...(evidence && { evidence }) });
}

/** The word in the place of the action may be a variable with its value. */
function withoutWord(said: string, command: Command): string {
  const [{ positionals } = none] = wordsOf([command]);
  return said === 'Invalid values' ? `up ${nameOf(command)} does one of ${positionals[0]?.choices.join(', ')}` : said;
}

/** Where a command could stand, one may have been meant that is not there: `up open`. */
function neither(message: string, hint: string, evidence: string | undefined): Changed {
  return {
    message: message.replace(/^unknown stage ("[^"]*")/, '$1 is neither a command nor a stage'),
    hint: `${hint}; the commands: up help`,
    ...(evidence !== undefined && { evidence }),
  };
}

/** A command of apex/up would be the stage of a deploy, and a slip in another command. */
function ofApex(said: string, words: readonly string[]): Changed | null {
  if (!/^unknown stage |^Unknown argument|is neither a command nor a stage/.test(said)) return null;
  const at = words.findIndex(isName);
  const word = words[at] ?? '';
  const former = formerCommand(word);
  if (former === undefined) return null;
  const evidence = frame(words, at);
  return {
    message: `"${word}" is a command of apex/up: ${former.why}`,
    hint: former.instead === undefined ? 'up help' : corrected(words, at, former.instead),
    ...(evidence !== undefined && { evidence }),
  };
}

/** A slip in a command makes it the stage of a deploy, which has none of its flags. */
function misspeltCommand(words: readonly string[], names: readonly string[]): Changed | null {
  const at = words.findIndex(isName);
  const word = words[at];
  const near = word === undefined ? undefined : names.find((name) => isSlip(name, word));
  if (word === undefined || near === undefined) return null;
  const evidence = frame(words, at);
  return {
    message: `"${word}" is neither a command nor a stage, did you mean "${near}"?`,
    hint: corrected(words, at, near),
    ...(evidence !== undefined && { evidence }),
  };
}

const none: CommandWords = { name: 'deploy', summary: '', flags: [], words: [], positionals: [] };

interface Mistake {
  readonly at: number;
  readonly message: string;
  /** What was meant, when something is near enough. */
  readonly instead: string | undefined;
}

/** yargs says it without dashes, and names a flag in every way it could be written. */
function unknownWord(said: string, words: readonly string[], { name, flags }: CommandWords): Mistake | null {
  const [, list] = /^Unknown arguments?: (.+)$/.exec(said) ?? [];
  if (list === undefined) return null;
  const unknown = new Set(list.split(', '));
  const commandAt = words.findIndex(isName);
  const isUnknown = (word: string, index: number) =>
    (unknown.has(word) && (index !== commandAt || word !== name)) ||
    (word.startsWith('-') && unknown.has(nameOfFlag(word)));
  const whole = words.findIndex(isUnknown);
  const at = whole === -1 ? words.findIndex((word) => isTakenApart(word, unknown)) : whole;
  const word = words[at];
  if (word === undefined) return null;
  if (!word.startsWith('-') || at > beforeLiterals(words).length)
    return { at, message: `up ${name} takes no "${word}"`, instead: undefined };
  const flag = word.replace(/=.*/s, '');
  const names = [...flags, ...globalFlags()].flatMap((each) => each.names).filter((each) => each.startsWith('--'));
  const instead = nearest(flag, names);
  return {
    at,
    message: `up ${name} has no flag ${flag}${didYouMean(flag, names)}`,
    instead: instead && word.replace(flag, () => instead),
  };
}

/** `-5m` and `-sproduction`, which yargs reads letter by letter. */
function isTakenApart(word: string, letters: ReadonlySet<string>): boolean {
  return /^-[^-]{2,}$/.test(word) && [...letters].every((letter) => letter.length === 1 && word.includes(letter));
}

/** yargs only counts: which word is missing, its usage tells. */
function missingWord(error: UpError, command: Command | undefined): UpError | null {
  if (command === undefined || !error.message.startsWith('Not enough non-option arguments')) return null;
  const [{ positionals } = none] = wordsOf([command]);
  const [first] = positionals;
  const among = first && first.choices.length > 0 ? `: ${first.choices.join(', ')}` : '';
  const examples = command.examples.map(([example]) => example).filter((example) => /^up [\w -]+$/.test(example));
  const hint = first?.choices[0] === undefined ? examples[0] : `up ${nameOf(command)} ${first.choices[0]}`;
  return withParts(error, {
    message: `up ${nameOf(command)} needs a word more, <${first?.name}>${among}`,
    hint: hint ?? `up help ${nameOf(command)}`,
  });
}

/** A value that looks like a number comes without quotes. */
function wrongChoice(said: string, words: readonly string[]): Mistake | null {
  const [, given = '', list] = /Given: "?(.*?)"?, Choices: (.+)$/.exec(said) ?? [];
  if (list === undefined) return null;
  const choices = [...list.matchAll(/"([^"]*)"/g)].map(([, choice = '']) => choice);
  const at = words.findIndex((word) => valueIn(word) === given);
  const instead = at === -1 ? undefined : nearest(given, choices);
  const message = `"${given}" is not one of ${choices.join(', ')}${didYouMean(given, choices)}`;
  return { at, message, instead: instead && words[at]?.replace(given, () => instead) };
}

/** The word that the message itself proposes for it. */
function meant(message: string, word: string | undefined): string | undefined {
  const [, proposed] = /, did you mean "([^"]+)"\?/.exec(message) ?? [];
  return proposed && word?.replace(valueIn(word), () => proposed);
}

function nameOfFlag(word: string): string {
  return word.replace(/^--?(?:no-)?/, '').replace(/=.*/s, '');
}

/** `--port` of `--port=3`. */
function flagIn(word: string): string {
  return word.startsWith('-') ? word.replace(/=.*/s, '') : word;
}

/** `3` of `--port=3`. */
function valueIn(word: string): string {
  return word.startsWith('--') ? word.replace(/^.*?=/s, '') : word;
}

function corrected(words: readonly string[], at: number, instead: string): string {
  return ['up', ...words.with(at, instead).map((word) => quote(word))].join(' ');
}

/** Of a long line the words around the wrong one; none where a word would disturb the terminal. */
function frame(words: readonly string[], at: number): string | undefined {
  const typed = ['up', ...words.map((word) => quote(word))];
  const wrong = typed[at + 1];
  if (at === -1 || wrong === undefined || wrong.length > shown || /\p{Cc}/u.test(typed.join(''))) return undefined;
  const before = cut(typed.slice(0, at + 1).join(' '), shown - wrong.length - 1);
  const start = `${before} ${wrong}`;
  const line = `${start} ${typed.slice(at + 2).join(' ')}`.trimEnd().slice(0, shown);
  return `${line}\n${' '.repeat(before.length + 1)}${'^'.repeat(wrong.length)}`;
}

/** Its end, so that what was typed last is there. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(text.length - length);
}

function withParts(error: UpError, parts: Changed): UpError {
  return error.with({ ...parts, cause: error });
}

interface Changed {
  readonly message?: string;
  readonly hint: string;
  readonly evidence?: string;
}
