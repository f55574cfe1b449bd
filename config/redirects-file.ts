/**
 * The text of a `_redirects` file, the form of Netlify: `/from /to [status][!]`, one rule a line, `#` begins a comment.
 * A status that is not there is 301, `!` is `force`. What such a file can ask for and we cannot do is refused: a rule
 * that lost its condition would hold for everybody.
 */
import type { Problem } from './problems.ts';
import { isRedirectStatus, patternProblem, type RedirectStatus, statusRule } from './redirects.ts';
import { withoutByteOrderMark } from './source.ts';

/** A rule, and the words it was made of. */
export interface FileRule {
  readonly pattern: Word;
  readonly location: Word;
  readonly status: RedirectStatus;
  readonly force: boolean;
}

export interface Word {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

export interface RedirectsFile {
  /** By pattern, in the order of the file. */
  readonly rules: ReadonlyMap<string, FileRule>;
  readonly problems: readonly Problem[];
}

export interface TextFile {
  /** Its name, for messages. */
  readonly file: string;
  readonly text: string;
}

export function parseRedirectsFile({ file, text }: TextFile): RedirectsFile {
  const rules = new Map<string, FileRule>();
  const problems: Problem[] = [];
  for (const words of wordsByLine(withoutByteOrderMark(text))) {
    const found = readRule(words, rules);
    if ('message' in found) problems.push(problemAtWord(file, found.at, found.message));
    else rules.set(found.pattern.text, found);
  }
  return { rules, problems };
}

/** The problem of a word of the file. */
export function problemAtWord(file: string, { text, line, column }: Word, message: string): Problem {
  return { file, line, column, length: text.length, path: '', message, value: text };
}

function wordsByLine(text: string): Word[][] {
  const lines = text.split(/\r\n|\r|\n/).map((line, index) => {
    const words = [...line.matchAll(/\S+/g)].map((match) => ({ text: match[0], at: match.index }));
    const comment = words.findIndex((word) => word.text.startsWith('#'));
    const kept = comment === -1 ? words : words.slice(0, comment);
    return kept.map(({ text: word, at }) => ({ text: word, line: index + 1, column: at + 1 }));
  });
  return lines.filter((words) => words.length > 0);
}

interface Refusal {
  readonly at: Word;
  readonly message: string;
}

function readRule(words: readonly Word[], before: ReadonlyMap<string, FileRule>): FileRule | Refusal {
  const [pattern, location, status, ...rest] = words as [Word, ...(Word | undefined)[]];
  const wrong = patternProblem(pattern.text);
  if (wrong !== undefined) return { at: pattern, message: `"${pattern.text}" ${wrong}` };
  const twin = before.get(pattern.text);
  if (twin) return { at: pattern, message: `duplicate rule "${pattern.text}", already on line ${twin.pattern.line}` };
  if (!location) return { at: pattern, message: `"${pattern.text}" leads nowhere: write /from /to` };
  const condition = words.slice(1).find((word) => isCondition(word.text));
  if (condition) return { at: condition, message: conditionMessage(condition.text, condition === location) };
  const extra = rest[0];
  if (extra) return { at: extra, message: `"${extra.text}" is too much: a rule is /from /to 301` };
  return withStatus(pattern, location, status);
}

/** `id=:id`, `Country=au`: no location, which has a slash before any query. */
function isCondition(word: string): boolean {
  return /^[^/:=]+=/.test(word);
}

function conditionMessage(condition: string, isQuery: boolean): string {
  const kind = isQuery ? 'a condition on the query' : 'a condition on the client';
  return `"${condition}" is ${kind}, which is not supported: the rule would hold for every request`;
}

function withStatus(pattern: Word, location: Word, word: Word | undefined): FileRule | Refusal {
  if (!word) return { pattern, location, status: 301, force: false };
  const [, digits = '', mark] = /^(\d{3})(!?)$/.exec(word.text) ?? [];
  const status = Number(digits);
  if (!isRedirectStatus(status)) return { at: word, message: `the status must be ${statusRule}, not "${word.text}"` };
  return { pattern, location, status, force: mark === '!' };
}
