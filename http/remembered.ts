/**
 * What is found out about texts that recur with every request, such as names of header fields. Up to a bound, which whoever
 * makes up new ones reaches without harm.
 */
export interface Bounds {
  /** Texts that are kept. */
  readonly most: number;
  /** Characters of one. */
  readonly longest: number;
}

export function remembered<T extends string | boolean | null>(
  find: (text: string) => T,
  { most, longest }: Bounds,
): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= most || text.length > longest) return find(text);
    // What is found may be the text itself.
    const own = ownCopy(text);
    const value = find(own);
    known.set(own, value);
    return value;
  };
}

/** Not a part of a longer text, all of which would be kept with it. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
