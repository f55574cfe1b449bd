import type { Headers } from '../../http/headers.ts';

/** A list field with its repeats joined, as RFC 9110 5.3 reads them; null when there is none. */
export function fieldOf(headers: Headers, name: string): string | null {
  const values = headers.filter(([key]) => key === name).map(([, value]) => value);
  return values.length === 0 ? null : values.join(',');
}

/** `a;q=0.5, b` as weights by lower-case name. A weight that is no number is none. */
export function weightsOf(list: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const part of list.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name, q === undefined ? 1 : Number(q.slice(2)) || 0);
  }
  return weights;
}
