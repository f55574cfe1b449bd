/** Names a request field in `Vary` (RFC 9110 12.5.5), once; `*` says it already. */
import type { Headers } from './headers.ts';
import { setHeader } from './headers.ts';

export function withVary(headers: Headers, name: string): Headers {
  const named = headers
    .filter(([key]) => key === 'vary')
    .flatMap(([, value]) => value.split(','))
    .map((each) => each.trim())
    .filter(Boolean);
  if (named.some((each) => each === '*' || each.toLowerCase() === name.toLowerCase())) return headers;
  return setHeader(headers, 'vary', [...named, name].join(', '));
}
