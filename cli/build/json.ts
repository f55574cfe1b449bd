/** Looking into JSON that somebody else wrote. */

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under `key`, or an empty one. */
export function readRecord(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const member = isRecord(value) ? value[key] : undefined;
  return isRecord(member) ? member : {};
}
