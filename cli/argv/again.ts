/** The command that was typed, to be typed once more. */
import { quote } from './shell.ts';

/** Null for commands whose words may be secret: `up env set`. */
export function commandAgain(words: readonly string[]): string | null {
  if (words.includes('env')) return null;
  return ['up', ...safeAgain(words).map((word) => quote(word))].join(' ');
}

/** Flags of every command, and of most, that take a value as the next word. */
export const valued: ReadonlySet<string> = new Set(['-s', '--stage', '-C', '--chdir', '--region', '--profile']);

/** Neither a flag nor the value of one: a command, a stage, what it works on. */
export function isName(word: string, index: number, words: readonly string[]): boolean {
  return !word.startsWith('-') && !valued.has(words[index - 1] ?? '');
}

/** A repeated `up rollback` without a release undoes the first one, which may have happened: better to look first. */
function safeAgain(words: readonly string[]): readonly string[] {
  const names = words.filter(isName);
  if (names[0] !== 'rollback' || names.length > 1) return words;
  return words.map((word) => (word === 'rollback' ? 'releases' : word));
}
