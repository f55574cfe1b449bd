/** Whether the content of an answer may be changed on its way: compressed, or added to. */
import { type Headers, joinedHeader } from './headers.ts';

/** RFC 9110 7.7: not what says `no-transform`, and not what is in a coding already, which nothing here ever undoes. */
export function mayTransform(headers: Headers): boolean {
  return isPlain(joinedHeader(headers, 'content-encoding')) && !forbids(joinedHeader(headers, 'cache-control'));
}

function isPlain(codings = ''): boolean {
  return /^[\s,]*(?:identity[\s,]*)*$/i.test(codings);
}

function forbids(directives = ''): boolean {
  return /(?:^|[\s,])no-transform(?:$|[\s,])/i.test(directives);
}
