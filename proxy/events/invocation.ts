/** What the host knows of one invocation besides its event. */
export interface Invocation {
  readonly requestId: string;
  readonly stage: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly cold: boolean;
  readonly traceId?: string;
}
