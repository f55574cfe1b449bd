/**
 * Caches what is computed from texts that recur with every request, such as names of header fields. Bounded, so that a
 * client that makes up new ones does no harm.
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
    // The result may be the text itself.
    const own = ownCopy(text);
    const value = find(own);
    known.set(own, value);
    return value;
  };
}

/** A copy: a slice would keep all of the longer text in memory. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
