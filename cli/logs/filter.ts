/** What flags ask for, as a part of the query: `--stage`, `--release`. */
import type { Release } from '../releases/release.ts';
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

function ofRelease(release: string): Expression {
  const version = versionOf(release);
  return version === null ? field('commit', [release, '']) : field('version', [version]);
}

/** Whether `--release` means this one. */
export function isOfRelease({ version, commit }: Pick<Release, 'version' | 'commit'>, release: string): boolean {
  const wanted = versionOf(release);
  return wanted === null ? commit.startsWith(release) : version === wanted;
}

/** A commit that is all digits is longer than a version ever gets. */
function versionOf(release: string): string | null {
  return /^v?(\d{1,6})$/.exec(release)?.[1] ?? null;
}

function field(name: string, parts: readonly string[]): Expression {
  return { kind: 'equals', path: ['fields', name], differs: false, value: { kind: 'text', parts } };
}
