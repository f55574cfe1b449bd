/**
 * Which codes of errors a test expects: read from its syntax, so that a code in a comment, in what a test is given or in
 * the error that it makes itself does not count.
 */
import { parseAst } from 'rolldown/parseAst';

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** One test, or what stands outside of all. */
interface Scope {
  /** Codes of the errors that it makes itself. */
  readonly made: string[];
  readonly expected: string[];
}

/**
 * The codes that stand in what a matcher compares with (`expect(…).toMatchObject({ code: 'UP_…' })`) or in a row of a
 * table of cases (`test.each`, a `const` that it is given too), in a test that does not make an error of that code itself. A text that holds several
 * codes is a list of them, and expects none.
 */
export function expectedCodes(source: string): Set<string> {
  const scopes: Scope[] = [];
  const program = parseAst(source, { lang: 'ts' }) as unknown as Node;
  const tables = namedTables(program);
  walk(program, begin(), false);
  return new Set(scopes.flatMap(({ made, expected }) => expected.filter((code) => !made.includes(code))));

  function begin(): Scope {
    const scope = { made: [], expected: [] };
    scopes.push(scope);
    return scope;
  }

  function walk(node: Node, around: Scope, counts: boolean): void {
    const scope = isTest(node) ? begin() : around;
    if (isMade(node)) scope.made.push(...(node.arguments as Node[]).slice(0, 1).flatMap(codesOf));
    if (counts) scope.expected.push(...codesOf(node));
    const expecting = isMatcher(node) || isTable(node) ? 'arguments' : isOneOf(node, tables) ? 'init' : null;
    for (const [key, value] of Object.entries(node)) {
      const isExpected = counts || key === expecting;
      for (const child of [value].flat()) if (isNode(child)) walk(child, scope, isExpected);
    }
  }
}

/** `test(…)`, and the second call of `test.each(…)(…)`. */
function isTest(node: Node): boolean {
  return node.type === 'CallExpression' && /^(test|it)$/.test(chainOf(node)[0] ?? '') && !isTable(node);
}

/** `test.each(…)`, and `facts(…)`, which is that for the facts of events. */
function isTable({ type, callee }: Node): boolean {
  if (type !== 'CallExpression') return false;
  if ((callee as Node).name === 'facts') return true;
  if ((callee as Node).type !== 'MemberExpression') return false;
  const names = chainOf(callee as Node);
  return /^(test|it|describe)$/.test(names[0] ?? '') && names.at(-1) === 'each';
}

/** `refusals` of `test.each(refusals)`, and every other name that stands in a table. */
function namedTables(node: Node, within = false): Set<string> {
  const here = within && node.type === 'Identifier' ? [String(node.name)] : [];
  const below = Object.entries(node).flatMap(([key, value]) =>
    [value]
      .flat()
      .filter(isNode)
      .flatMap((child) => [...namedTables(child, within || (isTable(node) && key === 'arguments'))]),
  );
  return new Set([...here, ...below]);
}

function isOneOf({ type, id, init }: Node, names: ReadonlySet<string>): boolean {
  if (type !== 'VariableDeclarator' || !names.has(String((id as Node).name))) return false;
  return (init as Node | null)?.type === 'ArrayExpression';
}

/** `expectError(answer, 'UP_…')` too; `expect(…).not.toBe(…)` expects nothing of what it names. */
function isMatcher(node: Node): boolean {
  if (node.type !== 'CallExpression') return false;
  const [name = '', ...more] = chainOf(node);
  return /^expect[A-Z]/.test(name) || (name === 'expect' && more.length > 0 && !more.includes('not'));
}

function isMade({ type, callee }: Node): boolean {
  return type === 'NewExpression' && /Error$/.test(String((callee as Node).name));
}

/** `expect`, `resolves`, `toBe` of `expect(x).resolves.toBe(…)`. */
function chainOf(node: Node): string[] {
  if (node.type === 'Identifier') return [String(node.name)];
  if (node.type === 'CallExpression') return chainOf(node.callee as Node);
  if (node.type !== 'MemberExpression') return [];
  return [...chainOf(node.object as Node), String((node.property as Node).name ?? '')];
}

/** Of a text, a part of a template, a regular expression or a name alone, not of what is in the node. */
function codesOf(node: Node): string[] {
  const codes = textOf(node).match(/\bUP_[A-Z]+(?:_[A-Z]+)*\b/g) ?? [];
  return new Set(codes).size === 1 ? codes : [];
}

function textOf({ type, value, name, raw }: Node): string {
  if (type === 'TemplateElement') return (value as { readonly raw: string }).raw;
  if (type === 'Literal') return String(raw ?? value);
  return type === 'Identifier' ? String(name) : '';
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}
