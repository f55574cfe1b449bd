/** One event on its way through an environment: who waits for its answer, and how long it may take. */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { withResolvers } from '../with-resolvers.ts';
import type { Outcome, Times } from './environment.ts';

/** Bytes of an event. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const maxPayloadBytes: { readonly RequestResponse: number; readonly Event: number } = {
  RequestResponse: 6_291_456,
  Event: 1_048_576,
};

export type Answer = Pick<Outcome, 'payload' | 'stream' | 'functionError'>;

export interface Invocation {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly clientContext: string | undefined;
  /** The first of its environment. */
  readonly isCold: boolean;
  /** Starts its clock; the first call counts. */
  begin(milliseconds: number, onTimeout: () => void): void;
  /** Epoch milliseconds, once it has begun. */
  deadline(): number;
  isAnswered(): boolean;
  /** The first answer counts. */
  answer(answer: Answer): void;
  /** Stops its clock, and tells how long it took, in milliseconds. */
  stop(): number;
  logged(tail: string): void;
  readonly outcome: Promise<Outcome & Times>;
}

export function createInvocation(
  payload: Uint8Array,
  { isCold, clientContext }: Pick<Invocation, 'isCold'> & { readonly clientContext?: string | undefined },
): Invocation {
  const requestId = randomUUID();
  const { promise: whenLogged, resolve: logged } = withResolvers<string>();
  const { promise: outcome, resolve } = withResolvers<Outcome & Times>();
  let started: number | null = null;
  let deadline = 0;
  let timer: NodeJS.Timeout | undefined;
  let isAnswered = false;
  const asked = performance.now();
  return {
    requestId,
    payload,
    clientContext,
    isCold,
    begin(milliseconds, onTimeout) {
      if (started !== null) return;
      started = performance.now();
      deadline = Date.now() + milliseconds;
      timer = setTimeout(onTimeout, milliseconds);
    },
    deadline: () => deadline,
    isAnswered: () => isAnswered,
    answer(answer) {
      isAnswered = true;
      const answered = performance.now();
      const [waited, ran] = [(started ?? answered) - asked, answered - (started ?? answered)];
      resolve({ requestId, ...answer, coldStart: isCold, waited, ran, logged: whenLogged });
    },
    stop() {
      clearTimeout(timer);
      return started === null ? 0 : performance.now() - started;
    },
    logged,
    outcome,
  };
}
