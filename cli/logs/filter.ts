/** What flags ask for, as a part of the query: `--stage`, `--release`. */
import { and, type Expression } from './query/ast.ts';

export interface Filters {
  readonly stage?: string | undefined;
  /** `7`, `v7`, or the beginning of a commit. */
  readonly release?: string | undefined;
}

export function toFilter({ stage, release }: Filters): Expression | null {
  const parts = [
    ...(stage === undefined ? [] : [field('stage', [stage])]),
    ...(release === undefined ? [] : [ofRelease(release)]),
  ];
  return parts.length === 0 ? null : and(parts);
}

/** A commit that is all digits is longer than a version ever gets. */
function ofRelease(release: string): Expression {
  const version = /^v?(\d{1,6})$/.exec(release)?.[1];
  return version === undefined ? field('commit', [release, '']) : field('version', [version]);
}

function field(name: string, parts: readonly string[]): Expression {
  return { kind: 'equals', path: ['fields', name], differs: false, value: { kind: 'text', parts } };
}
