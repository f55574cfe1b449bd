/** A query that cannot be read: where it goes wrong, and what was expected there. */
import { UpError } from '../../errors.ts';

/** Beside the gutter, what fits into 80 columns. */
const shown = 72;

/** `at` counts from 0; the column that is said counts from 1. */
export function queryError(source: string, at: number, message: string): UpError {
  return new UpError('UP_LOGS_QUERY', `The query is not valid at column ${at + 1}: ${message}`, {
    evidence: point(source, at),
    hint: 'docs/logs.md, or up logs --help',
  });
}

/** The query with a caret below it; of a long one, the part around the caret. */
function point(source: string, at: number): string {
  const from = source.length > shown ? Math.max(0, Math.min(at - shown / 2, source.length - shown)) : 0;
  const line = source.slice(from, from + shown).replaceAll(/\s/g, ' ');
  return `  ${line}\n  ${' '.repeat(at - from)}^`;
}
