/**
 * Path patterns: `/shop`, `/shop/:product`, `/shop/*`. A `:name` is one segment, `*` at the end is whatever follows, also
 * nothing. Matching takes time in proportion to the path, whatever the pattern.
 */
export interface Pattern {
  /** What the names stand for in this path, `*` as `splat`; null when it does not match. */
  match(path: string): Readonly<Record<string, string>> | null;
}

/** A pattern as up.json may hold it. */
export const patternForm: RegExp = /^\/(?:[^*]*|(?:[^*]*\/)?\*)$/;

export function compilePattern(pattern: string): Pattern {
  const parts = pattern.split('/');
  const open = parts.at(-1) === '*';
  const wanted = open ? parts.slice(0, -1) : parts;
  return {
    match(path) {
      const found = path.split('/');
      if (open ? found.length < wanted.length : found.length !== wanted.length) return null;
      const names: Record<string, string> = Object.create(null);
      for (const [index, part] of wanted.entries()) {
        const segment = found[index] ?? '';
        if (part.startsWith(':') && segment !== '') names[part.slice(1)] = segment;
        else if (part !== segment) return null;
      }
      if (open) names.splat = found.slice(wanted.length).join('/');
      return names;
    },
  };
}
