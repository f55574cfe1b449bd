/** Which environment an invocation gets: an idle one, one that is about to be idle, or one that is started for it. */
import { setImmediate } from 'node:timers/promises';
import { AwsError } from '../aws/error.ts';
import type { FunctionVersion, State } from '../model.ts';
import { checkReserved, isWithinReserved, revisionOf } from './concurrency.ts';
import type { Slot, Slots } from './slots.ts';

export interface AcquireOptions {
  readonly functions: State['functions'];
  readonly slots: Slots;
  /** Whether one more may be started, if need be in place of an idle one. */
  readonly hasRoom: () => boolean;
  /** Starts one, which is reserved from the beginning. Rejects when it cannot be started. */
  readonly open: (version: FunctionVersion) => Promise<Slot>;
}

/** Resolves to a slot that is reserved for the caller. Rejects with Lambda's throttle when there is no room. */
export type Acquire = (version: FunctionVersion) => Promise<Slot>;

/**
 * How long to wait for an environment that has answered but not asked for the next event yet: that takes a moment, on a
 * busy machine more than 20 ms. A cold start takes longer than this.
 */
const nearlyFreeMs = 200;

export function createAcquire({ functions, slots, hasRoom, open }: AcquireOptions): Acquire {
  function reserveIdle(version: FunctionVersion): Slot | null {
    const { FunctionName: name } = version;
    if (!isWithinReserved(functions[name], slots.running(name))) return null;
    const slot = slots.idle(revisionOf(version));
    if (slot) slot.reserved = true;
    return slot;
  }

  /** Waits a moment for one that is about to be free, rather than paying for a cold start. */
  async function soonFree(version: FunctionVersion): Promise<Slot | null> {
    const revision = revisionOf(version);
    const until = Date.now() + nearlyFreeMs;
    while (Date.now() < until && slots.mayBecomeIdle(revision)) {
      await slots.settledWithin(until - Date.now());
      const free = reserveIdle(version);
      if (free) return free;
    }
    return null;
  }

  return async function acquire(version) {
    const { FunctionName: name } = version;
    // libuv reports dead children last in a turn of the event loop: without waiting for that, an environment that was
    // killed before this request was sent may still look idle.
    await setImmediate();
    const free = reserveIdle(version) ?? (await soonFree(version));
    if (free) return free;
    checkReserved(functions[name], slots.running(name));
    if (hasRoom()) return open(version);
    throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { Reason: 'ConcurrentInvocationLimitExceeded' });
  };
}
