/** Words as a shell takes them. */

/** Between single quotes nothing has a meaning but the next one. */
export function inQuotes(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A word for a shell: on Windows for cmd.exe and PowerShell alike. */
export function quote(word: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : inQuotes(word);
}
