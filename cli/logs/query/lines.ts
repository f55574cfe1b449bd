/**
 * Which lines that are no records of ours a query can be about: what Lambda itself prints, and what extensions do. A JSON
 * pattern never finds them, so they are asked for by a pattern of terms, if the query can be about them at all.
 */
import type { Expression } from './ast.ts';
import { evaluate, unknown } from './evaluate.ts';

/** Fields that ../platform.ts makes of such a line. */
const fieldsOfLines = new Set(['version', 'stage', 'request_id', 'timeout', 'outcome', 'error_type', 'init_duration']);
/** Those of START, END, REPORT and INIT_START. The duration, which every request record has too, does not ask for them. */
const ofMarksAlone = ['billed_duration', 'memory_size', 'max_memory_used', 'runtime_version'];
const fieldsOfMarks = new Set([...fieldsOfLines, ...ofMarksAlone]);
const messagesOfMarks = ['start', 'end', 'report', 'init'];

/** Every record of ours holds this, and no line of the platform does. */
const notRecords = '-"\\"level\\":"';
const beginnings = ['START RequestId', 'END RequestId', 'REPORT RequestId', 'INIT_START'];

/** A line that is there for every request, or every start of an environment. */
export function isMark(line: string): boolean {
  return beginnings.some((beginning) => line.startsWith(beginning));
}

/** Whether START, END and REPORT are asked for: by `debug`, or by a field that other lines do not have. */
export function asksForMarks(expression: Expression): boolean {
  return (
    messagesOfMarks.some((message) => canBe(expression, 'debug', message, fieldsOfMarks)) &&
    !canBe(expression, 'info', unknown, new Set())
  );
}

/** Whether it matters of which stage a line is, which a line does not say. */
export function asksForStage(expression: Expression): boolean {
  let asked = false;
  evaluate(expression, ([, name]) => {
    asked ||= name === 'stage';
    return unknown;
  });
  return asked;
}

/** The pattern for lines; null when the query cannot be about any. */
export function linesPattern(expression: Expression, marks: boolean): string | null {
  const others = ['info', 'error', 'debug'].some((level) => canBe(expression, level, unknown, fieldsOfLines));
  if (!marks && !others) return null;
  return [notRecords, ...(marks ? [] : beginnings.map((beginning) => `-"${beginning}"`))].join(' ');
}

function canBe(expression: Expression, level: string, message: unknown, fields: ReadonlySet<unknown>): boolean {
  const answer = evaluate(expression, ([top, name]) => {
    if (top === 'level') return level;
    if (top === 'message') return message;
    return top === 'timestamp' || fields.has(name) ? unknown : undefined;
  });
  return answer !== false;
}
