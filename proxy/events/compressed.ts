/** Compresses an answer that is too large for its front door, with a content coding the client accepts. */
import { chooseCoding, codedHeaders, codings, encode, mayBeCoded } from '../../http/coding.ts';
import type { Headers } from '../../http/headers.ts';
import type { WholeResponse } from './format.ts';

/** Null when it may not or cannot be compressed. */
export async function compressed(res: WholeResponse, request: Headers): Promise<WholeResponse | null> {
  const coding = chooseCoding(request, codings());
  if (coding === null || !mayBeCoded(res)) return null;
  return { ...res, headers: codedHeaders(res.headers, coding), body: await encode(res.body, coding) };
}
