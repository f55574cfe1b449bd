/** Records keyed by names that clients choose: `constructor` and `__proto__` are valid names of functions and tags. */
import { isRecord } from '../../http/json.ts';

/** A record without a prototype, so that a lookup finds only what was stored. */
export function emptyRecord<T>(): Record<string, T> {
  return Object.create(null);
}

export function copyRecord<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.assign(emptyRecord<T>(), record);
}

/** For JSON.parse: every object loses its prototype. */
export function withoutPrototype(_key: string, value: unknown): unknown {
  return isRecord(value) ? copyRecord(value) : value;
}
