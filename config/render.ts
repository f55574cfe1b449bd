/** Problems as people read them: where, what, the line, and carets under the offending characters. Plain text. */
import type { Problem } from './problems.ts';
import { withoutByteOrderMark } from './source.ts';

/** Of a terminal as wide as all are. */
const columns = 80;
/** Columns of a line that are shown, beside its number; a minified file has one line. */
const maxLineLength = 66;

/** One frame for each problem, each line indented by two spaces, no newline at the end. */
export function renderProblems(text: string, problems: readonly Problem[]): string {
  const lines = withoutByteOrderMark(text).split(/\r\n|\r|\n/);
  const place = Math.max(0, ...problems.map((problem) => placeOf(problem).length));
  const gutter = Math.max(0, ...problems.map((problem) => String(problem.line).length));
  return problems.flatMap((problem) => frame(lines[problem.line - 1] ?? '', problem, place, gutter)).join('\n');
}

function placeOf({ file, line, column }: Problem): string {
  return `${file}:${line}:${column}`;
}

function frame(line: string, problem: Problem, place: number, gutter: number): string[] {
  const indent = ' '.repeat(place + 4);
  const [first = '', ...more] = wrap(printable(problem.message), columns - indent.length);
  const headline = [`  ${placeOf(problem).padEnd(place)}  ${first}`, ...more.map((words) => indent + words)];
  if (problem.hidesLine) return headline;
  const { before, shown } = excerpt(line, problem.column - 1);
  const length = Math.max(1, Math.min(problem.length, shown.length - before.length));
  return [
    ...headline,
    `    ${String(problem.line).padStart(gutter)} | ${printable(shown)}`,
    `    ${' '.repeat(gutter)} | ${blank(before)}${'^'.repeat(length)}`,
  ];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** The part of a line around a column, and what of it stands before the column. */
function excerpt(line: string, column: number): { before: string; shown: string } {
  if (line.length <= maxLineLength) return { before: line.slice(0, column), shown: line };
  const start = Math.max(0, Math.min(column - maxLineLength / 2, line.length - maxLineLength));
  const end = start + maxLineLength;
  const left = start > 0 ? '…' : '';
  const right = end < line.length ? '…' : '';
  return { before: left + line.slice(start, column), shown: left + line.slice(start, end) + right };
}

/** Spaces as wide as a text; tabs stay, so that the carets stand where the terminal puts the text. */
function blank(text: string): string {
  return Array.from(text, (character) => (character === '\t' ? '\t' : ' ')).join('');
}

/** A file must not speak to the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, '\ufffd');
}
