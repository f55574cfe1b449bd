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
