/** An invocation from its request to its answer, counted and told of. */
import { performance } from 'node:perf_hooks';
import { isThrottle } from '../aws/error.ts';
import type { Invocation } from '../inspector/feed.ts';
import { type Counted, countInvocation, countThrottle } from '../metrics/invocations.ts';
import type { MetricStore } from '../metrics/store.ts';
import type { State } from '../model.ts';
import type { Acquire } from './acquire.ts';
import type { Environment, Outcome } from './environment.ts';
import { seen } from './onlookers.ts';
import type { Slot } from './slots.ts';
import { resolveTarget, type Target } from './target.ts';

/** Runs one event and answers as soon as the function did, without waiting for its log. */
export type Dispatch = (
  target: Target,
  payload: Uint8Array,
  clientContext?: string,
) => Promise<Outcome & { readonly executedVersion: string }>;

export interface DispatchOptions {
  readonly functions: State['functions'];
  readonly metrics: MetricStore;
  readonly acquire: Acquire;
  /** The slot that was acquired is not reserved any more. */
  readonly release: (slot: Slot) => void;
  /** Told of each invocation once it has an answer. */
  readonly onInvocation?: (seen: Invocation) => void;
}

export function createDispatch({ functions, metrics, acquire, release, onInvocation }: DispatchOptions): Dispatch {
  return async function dispatch(target, payload, clientContext) {
    const fn = resolveTarget(functions, target);
    const { functionName, qualifier = '$LATEST' } = target;
    const counted = { functionName, qualifier, executedVersion: fn.Version };
    const asked = performance.now();
    const slot = await acquire(fn).catch((error: unknown) => {
      if (isThrottle(error)) countThrottle(metrics, counted);
      throw error;
    });
    try {
      const begun = performance.now();
      const environment = slot.environment as Environment;
      const [queued, frozen] = [begun - asked, environment.idleFor()];
      const outcome = await environment.invoke(payload, clientContext);
      void count(metrics, counted, outcome, begun);
      onInvocation?.(seen(counted, environment, outcome, { queued, frozen }));
      return { ...outcome, executedVersion: fn.Version };
    } finally {
      release(slot);
    }
  };
}

/** A function that streams may fail after it has begun to answer. */
async function count(
  metrics: MetricStore,
  counted: Counted,
  { functionError, stream }: Outcome,
  begun: number,
): Promise<void> {
  const failed = functionError !== undefined || (stream !== undefined && (await stream.ended) !== null);
  countInvocation(metrics, counted, failed, performance.now() - begun);
}
