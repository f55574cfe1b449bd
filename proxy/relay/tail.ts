/** The last lines of an app's output: what a person reads first when it failed. */

/** The tail that is kept, in characters. */
const tailChars = 4096;

export interface Tail {
  add(line: string): void;
  lines(): readonly string[];
}

export function tail(): Tail {
  const kept: string[] = [];
  let size = 0;
  return {
    add(line) {
      const clipped = line.slice(0, tailChars);
      kept.push(clipped);
      size += clipped.length + 1;
      while (size > tailChars && kept.length > 1) size -= (kept.shift()?.length ?? 0) + 1;
    },
    lines: () => [...kept],
  };
}

/** What an app printed last, on whichever stream. */
export interface LastLine {
  /** How many there were. */
  count(): number;
  /** `tail` gets it as well. */
  into(tail: Tail): (line: string) => void;
  /** Null when none has come since there were `count`. */
  since(count: number): string | null;
}

export function lastLine(): LastLine {
  let lines = 0;
  let last = '';
  return {
    count: () => lines,
    into: (tail) => (line) => {
      lines++;
      last = line;
      tail.add(line);
    },
    since: (count) => (lines > count ? last : null),
  };
}
