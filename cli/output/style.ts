/** Colours and glyphs. A colour never carries a meaning alone: there is a glyph and a word beside it. */
export interface Style {
  readonly ok: string;
  readonly fail: string;
  readonly warn: string;
  readonly live: string;
  dim(text: string): string;
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

export function createStyle({ color, unicode }: { color: boolean; unicode: boolean }): Style {
  const paint = (open: number, close: number) => (text: string) =>
    color ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  const red = paint(31, 39);
  const green = paint(32, 39);
  const yellow = paint(33, 39);
  const bold = paint(1, 22);
  return {
    ok: green(unicode ? '✓' : '+'),
    fail: red(unicode ? '✗' : 'x'),
    warn: yellow('!'),
    live: bold(unicode ? '▲' : '>'),
    dim: paint(2, 22),
    bold,
    red,
    green,
    yellow,
  };
}

/** The terminal has our glyphs: its locale is UTF-8, and its font more than the letters of a language. */
export function isUnicode(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): boolean {
  // Of the kernel itself, on a screen without a desktop.
  if (env.TERM === 'linux') return false;
  // The old console of Windows has none of them in its font; these others have.
  if (platform === 'win32' && !(env.WT_SESSION || env.TERM_PROGRAM || env.ConEmuPID || env.TERM)) return false;
  return isUtf8(env);
}

/** A locale that is set and is not UTF-8 gets ASCII; unset means nobody cared, and terminals are UTF-8. */
export function isUtf8(env: NodeJS.ProcessEnv): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return locale === '' || /utf-?8/i.test(locale);
}
