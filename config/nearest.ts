/** "Did you mean": the known word closest to a mistyped one, or undefined when none is close enough to be a help. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = bare(word);
  const ranked = known
    .map((candidate) => ({ candidate, distance: distanceTo(wanted, bare(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= allowance(wanted) ? best.candidate : undefined;
}

/** `, did you mean "x"?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const found = nearest(word, known);
  return found === undefined ? '' : `, did you mean "${found}"?`;
}

/**
 * Whether two words differ by one slip: one letter more, less or other, or two neighbours swapped. Stricter than
 * `nearest`, for words that may well be meant as they stand.
 */
export function isSlip(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return (restA.length <= 1 && restB.length <= 1) || (restA.length === 2 && restA === [...restB].toReversed().join(''));
}

/** `listenTimeout`, `listen-timeout` and `listen_timeout` are one word. */
function bare(word: string): string {
  return word.toLowerCase().replace(/[-_]/g, '');
}

/** One slip in three letters. */
function allowance(word: string): number {
  return Math.max(1, Math.floor(word.length / 3));
}

function distanceTo(word: string, known: string): number {
  // An abbreviation: `env`, `desc`.
  if (word.length >= 3 && known.startsWith(word)) return 1;
  return editDistance(word, known);
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      current.push(cell(a, b, row, column, { current, last, beforeLast }));
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

interface Rows {
  readonly current: readonly number[];
  readonly last: readonly number[];
  readonly beforeLast: readonly number[];
}

function cell(a: string, b: string, row: number, column: number, rows: Rows): number {
  const cost = a[row - 1] === b[column - 1] ? 0 : 1;
  const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
  return Math.min(
    at(rows.last, column) + 1,
    at(rows.current, column - 1) + 1,
    at(rows.last, column - 1) + cost,
    swapped ? at(rows.beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
  );
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
