/** `up metrics --watch`: one look after the other; on a terminal each takes the place of the one before. */

export interface Screen {
  readonly columns: number;
  /** Lines may be written over. */
  readonly redraws: boolean;
  write(text: string): void;
}

/**
 * The last look stays until the next one is read, which takes seconds on AWS, and when the watching ends. `look` gives the
 * text that `show` will write with a line break behind it.
 */
export async function watchLooks<Look extends { readonly text: string }>(
  screen: Screen,
  look: () => Promise<Look>,
  show: (one: Look) => void,
  pause: () => Promise<void>,
): Promise<never> {
  for (let last: Look | undefined; ; ) {
    const one = await look();
    if (last !== undefined && screen.redraws) screen.write(`\u001b[${rowsOf(last.text, screen.columns)}A\u001b[J`);
    show(one);
    last = one;
    await pause();
  }
}

/** A line that is wider than the terminal is several. */
function rowsOf(text: string, columns: number): number {
  return text.split('\n').reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0);
}
