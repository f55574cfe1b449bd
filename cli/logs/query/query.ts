/** A query, ready to be asked: the patterns that AWS narrows the log by, and the test that decides. */
import type { LogRecord } from '../record.ts';
import { and, type Expression } from './ast.ts';
import { compilePattern } from './compile.ts';
import { matchesRecord } from './evaluate.ts';
import { asksForMarks, isMark, linesPattern } from './lines.ts';
import { renderPattern } from './pattern.ts';

export interface Query {
  /** What is shown has come through at least one of them. '' lets everything through. */
  readonly patterns: readonly string[];
  /** `line` is what the record was made of. */
  matches(record: LogRecord, line: string): boolean;
}

export interface QueryOptions {
  /** Whether START, END and REPORT are shown when nothing was asked. */
  readonly marks: boolean;
}

/** `asked` is the query, `filter` what flags ask for: a stage, a release. Null asks for everything. */
export function createQuery(asked: Expression | null, filter: Expression | null, options: QueryOptions): Query {
  const parts = [asked, filter].filter((part) => part !== null);
  const expression = parts.length === 0 ? null : and(parts);
  const marks = asked === null ? options.marks : asksForMarks(asked);
  return {
    patterns: toPatterns(expression, marks),
    matches(record, line) {
      return (marks || !isMark(line)) && (expression === null || matchesRecord(expression, record));
    },
  };
}

function toPatterns(expression: Expression | null, marks: boolean): string[] {
  if (expression === null) return [''];
  const { text: records } = renderPattern(compilePattern(expression));
  if (records === '') return [''];
  const lines = linesPattern(expression, marks);
  return lines === null ? [records] : [records, lines];
}
