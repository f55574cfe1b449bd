/** What the words ask for before any command does: the version, or a page of help. Whatever flags stand beside it. */
import { valued } from './again.ts';

export type Asked = 'version' | 'help' | { readonly helpWith: readonly string[] };

/** Null for words that a parser has to read. */
export function askedFor(words: readonly string[]): Asked | null {
  const left = withoutShared(words.flatMap(apart));
  if (left.length === 0) return null;
  if (left.every(isHelp)) return 'help';
  if (left.some(isVersionFlag) && !left.includes('--')) return left.some(isHelp) ? 'help' : 'version';
  const [first, second] = left;
  if (first === 'help') return { helpWith: left };
  // The usual way; wherever else a flag for it stands, the parser finds it.
  return left.length === 2 && isHelpFlag(second) ? { helpWith: left } : null;
}

/** `-Vh` as the two that it is. */
function apart(word: string): readonly string[] {
  return /^-[Vhqv]{2,}$/.test(word) ? [...word.slice(1)].map((letter) => `-${letter}`) : [word];
}

function isVersionFlag(word: string): boolean {
  return word === '-V' || word === '--version';
}

function isHelp(word: string): boolean {
  return word === 'help' || isHelpFlag(word);
}

function isHelpFlag(word: string | undefined): boolean {
  return word === '-h' || word === '--help';
}

const switches = /^(?:--(?:json|quiet|verbose|local|(?:no-)?color)|-[qv]+|--(?:chdir|region|profile)=.*)$/s;

/** Without the flags that every command takes. */
function withoutShared(words: readonly string[]): string[] {
  return words.filter((word, index) => !switches.test(word) && !isShared(word) && !isShared(words[index - 1]));
}

function isShared(word: string | undefined): boolean {
  return word !== undefined && valued.has(word) && word !== '-s' && word !== '--stage';
}
