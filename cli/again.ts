/** The command that was typed, to be typed once more. */

/** Null where its words are nobody's business: `up env set` takes secrets. */
export function commandAgain(words: readonly string[]): string | null {
  if (words.includes('env')) return null;
  return ['up', ...words.map(quote)].join(' ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
