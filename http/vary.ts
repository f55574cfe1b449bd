/** `Vary`: what of a request an answer depends on, for the caches between here and the client (RFC 9110 12.5.5). */
import { type Headers, setHeader } from './headers.ts';

/** A copy that names the field among the others, once. `name` in lower case. */
export function withVary(headers: Headers, name: string): Headers {
  const values = headers.filter(([key]) => key === 'vary').map(([, value]) => value);
  const named = values.flatMap((value) => value.toLowerCase().split(',')).map((field) => field.trim());
  if (named.includes(name) || named.includes('*')) return headers;
  return setHeader(headers, 'vary', [...values, name].join(', '));
}
