/** The `Range` of a request (RFC 9110 14): one range is answered with it, several with the whole file. */

/** Both ends are part of it. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Null: the whole. Many small ranges cost more than the file, and nobody but attackers asks for them. */
export function readRange(field: string | undefined, size: number): Range | 'unsatisfiable' | null {
  const [, from = '', to = ''] = /^bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})$/i.exec(field?.trim() ?? '') ?? [];
  if (from === '' && to === '') return null;
  if (from === '') return suffix(Number(to), size);
  const [first, last] = [Number(from), to === '' ? size - 1 : Number(to)];
  if (to !== '' && last < first) return null;
  return first >= size ? 'unsatisfiable' : { first, last: Math.min(last, size - 1) };
}

/** The last so many bytes. */
function suffix(length: number, size: number): Range | 'unsatisfiable' {
  if (length === 0 || size === 0) return 'unsatisfiable';
  return { first: Math.max(0, size - length), last: size - 1 };
}
