/** Turns what zod found into problems: a path, a sentence and a place in the file. */
import type { z } from 'zod';
import { knownKeys } from './known-keys.ts';
import { legacyMessage } from './legacy.ts';
import { didYouMean } from './nearest.ts';
import type { Path, Problem } from './problems.ts';
import { renderPath } from './problems.ts';
import { fileSchema } from './schema.ts';
import type { Source } from './source.ts';
import { keyAt, nearestNode, nodeAt, problemAt, showNode } from './source.ts';
import { listed, mustBe } from './values.ts';

type Issue = z.core.$ZodIssue;

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** The wording for a value of the wrong kind where the schema has none of its own. */
export function defaultWording(issue: { code?: string | undefined; expected?: unknown }): string | undefined {
  const kind = issue.code === 'invalid_type' ? kinds[String(issue.expected)] : undefined;
  return kind && mustBe(kind);
}

/** The problems behind an issue: one for each unknown key, else one. */
export function toProblems(source: Source, issue: Issue): Problem[] {
  const path = toPath(issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(source, path, key));
  if (issue.code === 'invalid_union') return unionProblems(source, issue, path);
  return [valueProblem(source, path, issue)];
}

function toPath(path: readonly PropertyKey[]): Path {
  return path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
}

function unknownKey(source: Source, parent: Path, key: string): Problem {
  const path = [...parent, key];
  return problemAt(source, keyAt(source, path) ?? nearestNode(source, path), path, unknownKeyMessage(parent, key));
}

function unknownKeyMessage(parent: Path, key: string): string {
  const legacy = legacyMessage(parent, key);
  if (legacy !== undefined) return `\`${renderPath([...parent, key])}\` ${legacy}`;
  const known = knownKeys(fileSchema, parent);
  const [section, , ...inStage] = parent;
  if (section === 'stages' && parent.length >= 2 && knownKeys(fileSchema, inStage).includes(key)) {
    return `"${key}" is the same for all stages: a stage may set ${listed(known)}`;
  }
  return `unknown key "${key}"${didYouMean(key, known) || `: expected ${listed(known)}`}`;
}

/** "A string or a list of strings": a wrong string in the list is the problem, not the list. */
function unionProblems(source: Source, issue: Issue & { code: 'invalid_union' }, path: Path): Problem[] {
  const inner = issue.errors.find((issues) => issues.some((each) => each.path.length > 0));
  if (!inner) return [valueProblem(source, path, issue)];
  return inner.flatMap((each) => toProblems(source, { ...each, path: [...path, ...each.path] }));
}

function valueProblem(source: Source, path: Path, issue: Issue): Problem {
  const value = nodeAt(source, path);
  if (!value) return problemAt(source, nearestNode(source, path), path, `${renderPath(path)} is missing`);
  const marked = isAboutKey(issue) ? (keyAt(source, path) ?? value) : value;
  const message = issue.message.replaceAll('{value}', () => showNode(source, value));
  const problem = problemAt(source, marked, path, `${renderPath(path)} ${message}`);
  return isSecret(issue) ? { ...problem, value: undefined, hidesLine: true } : problem;
}

/** What stands there may be a password. */
function isSecret(issue: Issue): boolean {
  return issue.code === 'custom' && issue.params?.secret === true;
}

function isAboutKey(issue: Issue): boolean {
  return issue.code === 'invalid_key' || (issue.code === 'custom' && issue.params?.at === 'key');
}
