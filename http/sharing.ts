/** The fields that say who may read an answer: CORS, and `Vary`, because the answer differs by who asks. */
import type { Headers } from './headers.ts';

/** More than any policy needs. They go with refusals, which must not be refused for their size in turn. */
const maxBytes = 2048;

/** Those of an answer, for the one that takes its place. None when they are unreasonably long. */
export function sharingFields(headers: Headers): Headers {
  const fields = headers.filter(([name]) => name === 'vary' || name.startsWith('access-control-'));
  const bytes = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return bytes <= maxBytes ? fields : [];
}
