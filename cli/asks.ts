/** What the words ask for before any command does: the version, or a page of help. Whatever flags stand beside it. */
import { valued } from './again.ts';

export type Asked = 'version' | 'help' | { readonly helpWith: readonly string[] };

/** Null for words that a parser has to read. */
export function askedFor(words: readonly string[]): Asked | null {
  const left = withoutShared(words);
  const [first, second] = left;
  if (left.length === 1 && (first === '-V' || first === '--version')) return 'version';
  if (left.length === 1 && (first === 'help' || isHelpFlag(first))) return 'help';
  if (first === 'help') return { helpWith: left };
  // The usual way; wherever else a flag for it stands, the parser finds it.
  return left.length === 2 && isHelpFlag(second) ? { helpWith: left } : null;
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
