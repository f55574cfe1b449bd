/** Changes of zones: under way for a moment, then everywhere. An id says when its change was made. */
import { AwsError } from '../error.ts';

/** Milliseconds; AWS takes up to a minute. */
const spreadMs = 500;

export function toChangeInfo(submittedAt: number, now: number): Record<string, unknown> {
  return {
    Id: `/change/C${submittedAt.toString(36).toUpperCase()}`,
    Status: now - submittedAt >= spreadMs ? 'INSYNC' : 'PENDING',
    SubmittedAt: new Date(submittedAt).toISOString(),
  };
}

export function readChangeId(id: string): number {
  const time = /^(?:\/?change\/)?C([0-9A-Z]{1,11})$/.exec(id)?.[1];
  if (time === undefined) throw new AwsError('NoSuchChange', `Could not find resource with ID: ${id}`);
  return Number.parseInt(time, 36);
}
