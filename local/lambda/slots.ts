/** The environments of the fleet: which are idle, busy, reserved for a request or provisioned, and their retirement. */
import type { FunctionVersion } from '../model.ts';
import { revisionOf } from './concurrency.ts';
import type { Environment } from './environment.ts';

export interface Slot {
  readonly functionName: string;
  /** See `revisionOf`. */
  readonly revision: string;
  readonly version: string;
  /** Epoch milliseconds. */
  readonly started: number;
  environment: Environment | null;
  reserved: boolean;
  /** It is kept, whether or not it is used. */
  provisioned: boolean;
  /** Its init has succeeded. */
  isReady: boolean;
}

export type Slots = ReturnType<typeof createSlots>;

export function createSlots() {
  const slots = new Set<Slot>();
  /** In their shutdown phase: they take no place any more. */
  const retiring = new Map<Environment, Promise<void>>();
  let waiters: (() => void)[] = [];

  function retire(slot: Slot): void {
    const { environment } = slot;
    if (environment === null || retiring.has(environment)) return;
    slots.delete(slot);
    retiring.set(
      environment,
      environment.retire().finally(() => retiring.delete(environment)),
    );
  }

  function of(functionName: string): Slot[] {
    return [...slots].filter((slot) => slot.functionName === functionName);
  }

  function oldestIdle(): Slot | undefined {
    const idle = [...slots].filter((slot) => isIdle(slot) && !slot.provisioned);
    return idle.sort((a, b) => (b.environment?.idleFor() ?? 0) - (a.environment?.idleFor() ?? 0))[0];
  }

  return {
    retire,
    count: () => slots.size,
    all: (): readonly Slot[] => [...slots],
    of,

    /** A place for an environment that is still to be started. */
    open(fn: FunctionVersion, how: Pick<Slot, 'reserved' | 'provisioned'>): Slot {
      const place = { functionName: fn.FunctionName, version: fn.Version, revision: revisionOf(fn) };
      const slot: Slot = { ...place, started: Date.now(), environment: null, isReady: false, ...how };
      slots.add(slot);
      return slot;
    },
    /** It takes no place among those that run: it is dead, or was never started. */
    drop: (slot: Slot) => void slots.delete(slot),

    /** Invocations of a function; one whose answer is out counts until its environment waits again. */
    running(functionName: string): number {
      return of(functionName).filter((slot) => slot.reserved || isBusy(slot)).length;
    },
    idle(revision: string): Slot | null {
      const idle = [...slots].filter((slot) => slot.revision === revision && isIdle(slot));
      // Provisioned environments come first: they are paid for anyway.
      return idle.find(({ provisioned }) => provisioned) ?? idle[0] ?? null;
    },
    /** Whether one of them may be free in a moment. */
    mayBecomeIdle: (revision: string) => [...slots].some((slot) => slot.revision === revision && !slot.reserved),

    /** Gives up the one that has been idle for longest; false when there is none. */
    makeRoom(): boolean {
      const oldest = oldestIdle();
      if (oldest) retire(oldest);
      return oldest !== undefined;
    },
    /** `limit`: milliseconds for which one may be idle. */
    retireIdle(limit: number): void {
      for (const slot of slots) if (!slot.provisioned && (slot.environment?.idleFor() ?? 0) >= limit) retire(slot);
    },

    /** Resolves when any environment has settled, or after so many milliseconds. */
    settledWithin(milliseconds: number): Promise<void> {
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
    settled(): void {
      const woken = waiters;
      waiters = [];
      for (const waiter of woken) waiter();
    },

    /** Retires them all, and resolves when nothing is left. */
    async close(): Promise<void> {
      for (const slot of slots) retire(slot);
      await Promise.all(retiring.values());
    },
    /** All of them at once, those in their shutdown phase too. */
    kill(): void {
      for (const { environment } of slots) environment?.kill();
      for (const environment of retiring.keys()) environment.kill();
    },
  };
}

/** Also while it still streams its answer, or works on after it. */
export function isBusy({ environment }: Slot): boolean {
  return environment?.state() === 'busy';
}

function isIdle({ reserved, environment }: Slot): boolean {
  return !reserved && environment?.state() === 'idle';
}
