/** The tracing header of X-Ray: `Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1`. */
import { getHeader, type Headers } from './headers.ts';

export const traceField = 'x-amzn-trace-id';

/**
 * The one that holds for a request. The front door has a trace of its own, and a client may send one. Where X-Ray records
 * the invocation, only Lambda's own, `ofInvocation`, leads to its segments.
 */
export function traceOf(headers: Headers, ofInvocation: string | undefined): string | undefined {
  if (ofInvocation !== undefined && isSampled(ofInvocation)) return ofInvocation;
  return getHeader(headers, traceField) ?? ofInvocation;
}

/** The id of the whole trace; undefined when the header names none. */
export function traceRoot(header: string | undefined): string | undefined {
  return /(?:^|;)\s*Root=([\w-]{1,64})(?:;|\s|$)/.exec(header ?? '')?.[1];
}

function isSampled(header: string): boolean {
  return /(?:^|;)\s*Sampled=1\s*(?:;|$)/.test(header);
}
