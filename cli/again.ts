/** The command that was typed, to be typed once more. */

/** Null where its words are nobody's business: `up env set` takes secrets. */
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

/** A second rollback to nowhere in particular undoes the first, which may have happened: better to look. */
function safeAgain(words: readonly string[]): readonly string[] {
  const names = words.filter(isName);
  if (names[0] !== 'rollback' || names.length > 1) return words;
  return words.map((word) => (word === 'rollback' ? 'releases' : word));
}

/** A word for a shell: on Windows for cmd.exe and PowerShell alike. */
export function quote(word: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
