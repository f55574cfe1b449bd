/**
 * Names of header fields recur with every request, so what was found out about one is kept: up to a bound, which a client
 * who makes up names reaches without harm.
 */
import { isHeaderName } from './headers.ts';

const known = new Map<string, string | null>();
const maxKnown = 512;
const longestKnown = 64;

/** Not a part of a longer text, all of which would be kept with it. */
export function ownCopy(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** The name in lower case; null for what is none (RFC 9110 5.1). */
export function headerName(text: string): string | null {
  const found = known.get(text);
  if (found !== undefined) return found;
  const name = isHeaderName(text) ? text.toLowerCase() : null;
  if (known.size < maxKnown && text.length <= longestKnown) known.set(ownCopy(text), name);
  return name;
}
