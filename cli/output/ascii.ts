/** Text for a terminal whose locale is not UTF-8, which would show other letters as garbage. */

/** Of what this program writes itself. One letter for one: what was cut to the width of a line still fits. */
const lookAlikes: Readonly<Record<string, string>> = {
  '…': '~',
  '→': '>',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '·': '.',
};

/** `é` -> `e`, `…` -> `~`; `?` for what has no likeness, as `ls` shows it. */
export function toAscii(text: string): string {
  return text.replace(/[^\u0000-\u007f]/gu, (letter) => lookAlikes[letter] ?? (basic(letter) || '?'));
}

/** The letter without its accents. */
function basic(letter: string): string {
  return letter.normalize('NFKD').replace(/[^\u0000-\u007f]/g, '');
}
