/** `Vary`: what else than the target an answer depends on. */
import { type Headers, setHeader } from './headers.ts';

/** With these names in it too, each once; several fields become one. */
export function addVary(headers: Headers, names: readonly string[]): Headers {
  const present = headers.filter(([name]) => name === 'vary').flatMap(([, value]) => elementsOf(value));
  const known = new Set(present.map((name) => name.toLowerCase()));
  const missing = names.filter((name) => !known.has(name.toLowerCase()));
  // RFC 9110 12.5.5: `*` says that it depends on everything.
  if (missing.length === 0 || known.has('*')) return headers;
  return setHeader(headers, 'vary', [...present, ...missing].join(', '));
}

/** The elements of a list-based field. */
export function elementsOf(value: string): string[] {
  const elements = value.split(',').map((element) => element.trim());
  return elements.filter((element) => element !== '');
}
