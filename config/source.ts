/**
 * The text of up.json as a tree that remembers where everything stands: JSON with comments, trailing commas and a byte
 * order mark. Refuses broken syntax, duplicate keys and the keys that reach into JavaScript's prototypes.
 */
import type { Node, ParseError } from 'jsonc-parser';
import { findNodeAtLocation, parseTree, stripComments } from 'jsonc-parser';
import type { Path, Problem } from './problems.ts';
import { invalidConfig, renderPath } from './problems.ts';
import { syntaxMessage } from './syntax.ts';

export interface Source {
  readonly file: string;
  /** Without the byte order mark. */
  readonly text: string;
  readonly root: Node;
}

/** A place in the text. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Parses the text of a file. Throws a ConfigError with every syntax error. */
export function parseSource(file: string, text: string): Source {
  const bare = withoutByteOrderMark(text);
  const tooDeep = firstTooDeep(bare);
  if (tooDeep !== null) throw wholeFile(file, `is nested more than ${deepest} levels deep`, tooDeep, bare);
  const errors: ParseError[] = [];
  const root = parseTree(bare, errors, { allowTrailingComma: true });
  if (isBlank(bare)) throw wholeFile(file, 'is empty: write at least {}');
  if (errors.length > 0) throw invalidConfig(file, syntaxProblems(file, bare, errors));
  if (root?.type !== 'object') throw wholeFile(file, 'must hold one object: { ... }', bare.search(/\S/), bare);
  return { file, text: bare, root };
}

/** Levels: more than any section has use for. What reads the text calls itself for each, and has no room for 2,000. */
const deepest = 100;

/** The offset of the first bracket that stands too deep; null for none. */
function firstTooDeep(text: string): number | null {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:\\.|[^"\\\n])*"|\/\/.*|\/\*[\s\S]*?\*\/|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth > deepest) return index;
  }
  return null;
}

/** Where a text that others read, as package.json, is not JSON: no comments, no trailing commas. */
export function jsonProblems(file: string, text: string): Problem[] {
  const bare = withoutByteOrderMark(text);
  const errors: ParseError[] = [];
  parseTree(bare, errors, { disallowComments: true });
  return syntaxProblems(file, bare, errors);
}

export function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function isBlank(text: string): boolean {
  return stripComments(text).trim() === '' && !/\/\*(?![\s\S]*\*\/)/.test(text);
}

function wholeFile(file: string, message: string, offset = 0, text = '') {
  return invalidConfig(file, [
    { file, ...positionOf(text, offset), length: 1, path: '', message: `${file} ${message}` },
  ]);
}

/** The first of each line: what follows it there is what the parser makes of a mistake, such as a key without quotes. */
function syntaxProblems(file: string, text: string, errors: readonly ParseError[]): Problem[] {
  const problems = errors.map((error) => syntaxProblem(file, text, error));
  return problems.filter(({ line }, index) => problems.findIndex((problem) => problem.line === line) === index);
}

function syntaxProblem(file: string, text: string, error: ParseError): Problem {
  const message = syntaxMessage(error, text.slice(error.offset, error.offset + error.length));
  return { file, ...positionOf(text, error.offset), length: Math.max(1, error.length), path: '', message };
}

/** 1-based line and column of an offset. */
function positionOf(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor']);

/** Duplicate and forbidden keys, at any depth. */
export function keyProblems(source: Source, node: Node = source.root, path: Path = []): Problem[] {
  if (node.type === 'array') return (node.children ?? []).flatMap((item, i) => keyProblems(source, item, [...path, i]));
  const seen = new Map<string, Node>();
  return properties(node).flatMap(({ key, value, name }) => {
    const here = [...path, name];
    const first = seen.get(name);
    if (!first) seen.set(name, key);
    const message = keyMessage(source, name, first);
    const own = message === undefined ? [] : [problemAt(source, key, here, message)];
    return [...own, ...keyProblems(source, value, here)];
  });
}

function keyMessage(source: Source, name: string, first: Node | undefined): string | undefined {
  if (forbiddenKeys.has(name)) return `the key "${name}" is not allowed`;
  if (first) return `duplicate key "${name}", already on line ${positionOf(source.text, first.offset).line}`;
  return undefined;
}

interface Property {
  readonly key: Node;
  readonly value: Node;
  readonly name: string;
}

function properties(node: Node): Property[] {
  if (node.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    return key && value ? [{ key, value, name: String(key.value) }] : [];
  });
}

/** The value of a node. Of duplicate keys the first counts, where the positions point; forbidden keys are left out. */
export function toValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(toValue);
  if (node.type !== 'object') return node.value;
  const value: Record<string, unknown> = {};
  for (const { name, value: child } of properties(node)) {
    if (!forbiddenKeys.has(name) && !Object.hasOwn(value, name)) value[name] = toValue(child);
  }
  return value;
}

export function nodeAt(source: Source, path: Path): Node | undefined {
  return findNodeAtLocation(source.root, [...path]);
}

/** The name of the property at a path. */
export function keyAt(source: Source, path: Path): Node | undefined {
  const parent = nodeAt(source, path)?.parent;
  return parent?.type === 'property' ? parent.children?.[0] : undefined;
}

/** The node at a path, or the nearest one around it that is in the file. */
export function nearestNode(source: Source, path: Path): Node {
  const node = nodeAt(source, path);
  return node ?? (path.length === 0 ? source.root : nearestNode(source, path.slice(0, -1)));
}

/** The problem of a node; objects and lists are marked by their opening bracket. */
export function problemAt(source: Source, node: Node, path: Path, message: string): Problem {
  const composite = node.type === 'object' || node.type === 'array';
  return {
    file: source.file,
    ...positionOf(source.text, node.offset),
    length: composite ? 1 : Math.max(1, node.length),
    path: renderPath(path),
    message,
    value: toValue(node),
  };
}

const maxShownLength = 60;

/** A value as a message shows it: as it is written, cut when long, and by kind when composite. */
export function showNode(source: Source, node: Node): string {
  if (node.type === 'object') return 'an object';
  if (node.type === 'array') return 'a list';
  const written = source.text.slice(node.offset, node.offset + node.length);
  return written.length > maxShownLength ? `${written.slice(0, maxShownLength)}…` : written;
}
