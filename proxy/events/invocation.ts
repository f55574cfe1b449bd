/** What the host knows of one invocation besides its event. */
import { isRecord } from '../../http/json.ts';
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
  readonly outgoing?: RequestContext['outgoing'];
}

/** What only the event tells. */
export interface EventFacts {
  readonly clientIp: string;
  readonly platform: unknown;
  /** Epoch milliseconds; default: the invocation's. */
  readonly deadline?: number;
  readonly sender?: 'event';
}

export function toContext(invocation: Invocation, facts: EventFacts): RequestContext {
  const { clientIp, platform, deadline } = facts;
  const { traceId, outgoing } = invocation;
  const sender = facts.sender ?? (isProbe(platform) ? 'probe' : undefined);
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
    ...(sender !== undefined && { sender }),
    ...(outgoing && { outgoing }),
  };
}

/** No front door lets a client write into its context; whoever may invoke the function could. */
function isProbe(platform: unknown): boolean {
  return isRecord(platform) && isRecord(platform.up) && platform.up.probe === true;
}
