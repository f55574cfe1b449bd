/**
 * Path patterns, as rules of up.json are keyed by: `/shop`, `/shop/:product`, `/shop/*`, `*.css`. A `:name` is one
 * segment. `*` is whatever stands there, slashes and nothing included; it may stand once, at the end of a pattern with
 * names. A slash at the end of a path or pattern makes no difference.
 *
 * Rules keep the order in which they are declared. A lookup walks the path once, however many rules there are: plain
 * segments and names by a tree, patterns with a `*` inside by a comparison of two strings each.
 */
export interface Match<Rule> {
  readonly rule: Rule;
  /** What the names stand for in this path; `*` is `splat`. */
  readonly names: Readonly<Record<string, string>>;
}

export interface Rules<Rule> {
  /** The first rule that matches, in declared order. `path` as from `canonicalPath`. */
  first(path: string): Match<Rule> | null;
  /** All of them, in declared order. */
  all(path: string): Match<Rule>[];
}

/** A pattern that can be compiled. */
export const patternForm: RegExp = /^(?:\*[^*:]*|\/(?:[^*]*|[^*:]*\*[^*:]*|(?:[^*]*\/)?\*))$/;

/** The names that a pattern binds, `splat` included. */
export function namesIn(pattern: string): string[] {
  const names = pattern.split('/').flatMap((part) => (part.startsWith(':') ? [part.slice(1)] : []));
  return pattern.includes('*') ? [...names, 'splat'] : names;
}

interface Node {
  readonly literals: Map<string, Node>;
  named: Node | null;
  /** Rules that end here, and rules whose `*` begins here. */
  readonly ends: number[];
  readonly open: number[];
}

interface Glob {
  readonly index: number;
  readonly before: string;
  readonly after: string;
}

export function compileRules<Rule>(entries: Iterable<readonly [pattern: string, rule: Rule]>): Rules<Rule> {
  const rules = [...entries];
  const root = newNode();
  const globs: Glob[] = [];
  for (const [index, [pattern]] of rules.entries()) {
    const glob = toGlob(pattern, index);
    if (glob) globs.push(glob);
    else insert(root, segmentsOf(pattern), index);
  }

  function indexes(path: string): number[] {
    const found = globs.filter(({ before, after }) => isBetween(path, before, after)).map(({ index }) => index);
    collect(root, segmentsOf(path), 0, found);
    return found;
  }

  function toMatch(index: number, path: string): Match<Rule> {
    const [pattern, rule] = rules[index] as readonly [string, Rule];
    return { rule, names: bind(pattern, path) };
  }

  return {
    first(path) {
      const found = indexes(path);
      return found.length === 0 ? null : toMatch(Math.min(...found), path);
    },
    all: (path) =>
      indexes(path)
        .sort((a, b) => a - b)
        .map((index) => toMatch(index, path)),
  };
}

/** Without the slash at its end: `/a/` and `/a` are one path, `/` is the empty list. */
function segmentsOf(path: string): string[] {
  return path.split('/').slice(1, path.endsWith('/') ? -1 : undefined);
}

/** A `*` that is not a whole last segment. */
function toGlob(pattern: string, index: number): Glob | null {
  const star = pattern.indexOf('*');
  if (star === -1 || (pattern.endsWith('/*') && star === pattern.length - 1)) return null;
  return { index, before: pattern.slice(0, star), after: pattern.slice(star + 1) };
}

function isBetween(path: string, before: string, after: string): boolean {
  return path.length >= before.length + after.length && path.startsWith(before) && path.endsWith(after);
}

function newNode(): Node {
  return { literals: new Map(), named: null, ends: [], open: [] };
}

function insert(root: Node, segments: readonly string[], index: number): void {
  let node = root;
  for (const segment of segments) {
    if (segment === '*') return void node.open.push(index);
    node = segment.startsWith(':') ? namedOf(node) : literalOf(node, segment);
  }
  node.ends.push(index);
}

function namedOf(node: Node): Node {
  node.named ??= newNode();
  return node.named;
}

function literalOf(node: Node, segment: string): Node {
  const known = node.literals.get(segment) ?? newNode();
  node.literals.set(segment, known);
  return known;
}

/** Only the first of several equal patterns can ever be first, but all of them count for `all`. */
function collect(node: Node, segments: readonly string[], at: number, found: number[]): void {
  for (const index of node.open) found.push(index);
  const segment = segments[at];
  if (segment === undefined) {
    for (const index of node.ends) found.push(index);
    return;
  }
  const literal = node.literals.get(segment);
  if (literal) collect(literal, segments, at + 1, found);
  if (node.named && segment !== '') collect(node.named, segments, at + 1, found);
}

function bind(pattern: string, path: string): Record<string, string> {
  const names: Record<string, string> = Object.create(null);
  const glob = toGlob(pattern, 0);
  if (glob) {
    names.splat = path.slice(glob.before.length, path.length - glob.after.length);
    return names;
  }
  const segments = path.split('/');
  for (const [index, part] of pattern.split('/').entries()) {
    if (part === '*') names.splat = segments.slice(index).join('/');
    else if (part.startsWith(':')) names[part.slice(1)] = segments[index] ?? '';
  }
  return names;
}
