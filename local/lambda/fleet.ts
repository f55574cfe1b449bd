/**
 * All execution environments of the platform: an idle one is used again, another is started when all are busy, up to a
 * limit, and one that nobody needs any more is retired.
 */
import type { Invocation } from '../inspector/feed.ts';
import type { MetricStore } from '../metrics/store.ts';
import type { Engine, FunctionVersion, State } from '../model.ts';
import type { Store } from '../state.ts';
import { createAcquire } from './acquire.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { type Environment, type RuntimeCommand, startEnvironment, wholePayload } from './environment.ts';
import { environmentSpec } from './environment-spec.ts';
import type { LogSink } from './function-log.ts';
import { type Lane, toLane } from './onlookers.ts';
import { createProvisioning } from './provisioning.ts';
import { createSlots, type Slot } from './slots.ts';
import { isStale } from './target.ts';

export interface FleetOptions {
  /** What it needs of the platform's state. */
  readonly store: Pick<Store, 'code'> & { readonly state: Pick<State, 'functions'> };
  readonly metrics: MetricStore;
  readonly sink: LogSink;
  /** The state directory; see `leftovers.ts`. */
  readonly mark: string;
  /** Of the platform, for functions that call AWS; null where there is none, and their own variables have to say. */
  readonly endpoint: string | null;
  /** The module that stands for AWS's own Node runtime client. */
  readonly nodeRuntime: string;
  /** Environments at one time, over all functions. */
  readonly concurrency?: number;
  /** Milliseconds. */
  readonly idleLimit?: number;
  /** Milliseconds an init may take; see EnvironmentSpec. */
  readonly initLimit?: number;
  /** Told of each invocation once it has an answer. */
  readonly onInvocation?: (seen: Invocation) => void;
  /** Wraps the command of a runtime process to restrict what it sees of this machine. Default: no restriction. */
  readonly confine?: (command: RuntimeCommand, codeDir: string) => RuntimeCommand;
}

export interface Fleet extends Engine {
  readonly dispatch: Dispatch;
  /** Its environments, the oldest first. */
  lanes(): Lane[];
  /** Retires them all, and resolves when nothing is left. */
  close(): Promise<void>;
}

/** Environments at one time, over all functions. */
export const maxEnvironments = 64;
const defaultIdleLimitMs = 10 * 60_000;

export function createFleet(options: FleetOptions): Fleet {
  const { store, metrics, concurrency = maxEnvironments, idleLimit = defaultIdleLimitMs } = options;
  const { functions } = store.state;
  const slots = createSlots();
  const hasRoom = () => slots.count() < concurrency || slots.makeRoom();
  let isClosed = false;
  const provisioning = createProvisioning({
    state: store.state,
    slots,
    hasRoom: () => !isClosed && hasRoom(),
    start: (version) => open(version, { reserved: false, provisioned: true }),
  });
  const acquire = createAcquire({
    functions,
    slots,
    hasRoom,
    open: (version) => open(version, { reserved: true, provisioned: false }),
  });
  const dispatch = createDispatch({
    functions,
    metrics,
    acquire,
    release(slot) {
      slot.reserved = false;
      retireStale(slot);
    },
    ...(options.onInvocation && { onInvocation: options.onInvocation }),
  });
  const retirement = setInterval(() => slots.retireIdle(idleLimit), Math.min(idleLimit, 5_000));
  retirement.unref();
  // A second Ctrl-C ends the program in the middle of the shutdown phase.
  process.once('exit', slots.kill);

  async function open(version: FunctionVersion, how: Pick<Slot, 'reserved' | 'provisioned'>): Promise<Slot> {
    const slot = slots.open(version, how);
    try {
      const type = how.provisioned ? 'provisioned-concurrency' : 'on-demand';
      const spec = environmentSpec(version, type, { ...options, codeDir: store.code(version.CodeSha256) });
      slot.environment = await startEnvironment(spec, options.sink, {
        onSettled: (settled) => onSettled(slot, settled),
      });
      if (isClosed) slots.retire(slot);
    } catch (error) {
      slots.drop(slot);
      throw error;
    }
    return slot;
  }

  function onSettled(slot: Slot, settled: Environment): void {
    const isDead = settled.state() === 'dead';
    if (isDead) slots.drop(slot);
    else retireStale(slot);
    slots.settled();
    if (isDead && slot.provisioned) provisioning.replace(slot);
    slot.isReady = !isDead;
  }

  function retireStale(slot: Slot): void {
    if (isStale(functions[slot.functionName], slot)) slots.retire(slot);
  }

  return {
    dispatch,
    async invoke({ functionName, qualifier, payload: event, clientContext, withLog }) {
      const { logged, ...outcome } = await dispatch(
        { functionName, ...(qualifier !== undefined && { qualifier }) },
        event,
        clientContext,
      );
      const payload = await wholePayload(outcome);
      return { ...outcome, payload, logTail: withLog ? await logged : '' };
    },
    refresh(functionName) {
      for (const slot of slots.of(functionName)) retireStale(slot);
      provisioning.provision(functionName);
    },
    provisioning: provisioning.status,
    lanes: () => slots.all().flatMap(toLane),
    async close() {
      isClosed = true;
      clearInterval(retirement);
      await slots.close();
      process.off('exit', slots.kill);
    },
  };
}
