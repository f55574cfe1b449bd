/** What the host knows of one invocation besides its event. */
import type { RequestContext } from '../../http/message.ts';

export interface Invocation {
  readonly requestId: string;
  readonly stage: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly cold: boolean;
  readonly traceId?: string;
  /** The answer goes out whole. */
  readonly whole: boolean;
}

/** What only the event tells. */
export interface EventFacts {
  readonly clientIp: string;
  readonly platform: unknown;
  /** Epoch milliseconds; default: the invocation's. */
  readonly deadline?: number;
}

export function toContext(invocation: Invocation, { clientIp, platform, deadline }: EventFacts): RequestContext {
  const { traceId } = invocation;
  return {
    requestId: invocation.requestId,
    clientIp,
    stage: invocation.stage,
    deadline: deadline ?? invocation.deadline,
    cold: invocation.cold,
    platform: platform ?? null,
    scheme: 'https',
    whole: invocation.whole,
    ...(traceId !== undefined && { traceId }),
  };
}
