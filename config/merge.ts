/** JSON Merge Patch (RFC 7396): objects merge, lists and single values replace, null removes. */
import { isRecord } from '../http/json.ts';

/** A merged copy. Neither argument is changed. */
export function merge(base: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged: Record<string, unknown> = isRecord(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = merge(merged[key], value);
  }
  return merged;
}
