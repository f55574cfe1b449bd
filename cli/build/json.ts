/** Looking into JSON that somebody else wrote. */
import { isRecord } from '../../http/json.ts';

/** The object under `key`, or an empty one. */
export function readRecord(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const member = isRecord(value) ? value[key] : undefined;
  return isRecord(member) ? member : {};
}
