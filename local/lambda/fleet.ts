/**
 * All execution environments of the platform: an idle one is used again, another is started when all are busy, up to a
 * limit, and one that nobody needs any more is retired.
 */
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { AwsError, isThrottle } from '../aws/error.ts';
import { toFunctionArn } from '../aws/identity.ts';
import type { Invocation } from '../inspector/feed.ts';
import { type Counted, countInvocation, countThrottle } from '../metrics/invocations.ts';
import type { MetricStore } from '../metrics/store.ts';
import type { Engine, FunctionVersion, State } from '../model.ts';
import type { Store } from '../state.ts';
import { checkReserved, revisionOf } from './concurrency.ts';
import { type Environment, type Outcome, type RuntimeCommand, startEnvironment, wholePayload } from './environment.ts';
import type { LogSink } from './function-log.ts';
import { type Lane, seen, toLane } from './onlookers.ts';
import { createProvisioning } from './provisioning.ts';
import { runtimeCommand } from './runtime-command.ts';
import { createSlots, isBusy, type Slot } from './slots.ts';
import { isCurrent, resolveTarget, type Target } from './target.ts';

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
  /** Runs one event and answers as soon as the function did, without waiting for its log. */
  dispatch(
    target: Target,
    payload: Uint8Array,
    clientContext?: string,
  ): Promise<Outcome & { readonly executedVersion: string }>;
  /** Its environments, the oldest first. */
  lanes(): Lane[];
  /** Retires them all, and resolves when nothing is left. */
  close(): Promise<void>;
}

/** Environments at one time, over all functions. */
export const maxEnvironments = 64;
const defaults = { concurrency: maxEnvironments, idleLimit: 10 * 60_000 };
/**
 * How long to wait for an environment that has answered but not asked for the next event yet: that takes a moment, on a
 * busy machine more than 20 ms. A cold start takes longer than this.
 */
const nearlyFreeMs = 200;

export function createFleet(options: FleetOptions): Fleet {
  const { store, metrics, mark, initLimit, confine = unconfined } = options;
  const concurrency = options.concurrency ?? defaults.concurrency;
  const idleLimit = options.idleLimit ?? defaults.idleLimit;
  const { functions } = store.state;
  const slots = createSlots();
  let isClosed = false;
  const provisioning = createProvisioning({
    state: store.state,
    slots,
    hasRoom: () => !isClosed && (slots.count() < concurrency || slots.makeRoom()),
    start: (version) => open(version, { reserved: false, provisioned: true }),
  });
  const retirement = setInterval(() => slots.retireIdle(idleLimit), Math.min(idleLimit, 5_000));
  retirement.unref();
  // A second Ctrl-C ends the program in the middle of the shutdown phase.
  process.once('exit', slots.kill);

  async function acquire(fn: FunctionVersion): Promise<Slot> {
    // libuv reports dead children last in a turn of the event loop: without waiting for that, an environment that was
    // killed before this request was sent may still look idle.
    await setImmediate();
    const free = reserveIdle(fn) ?? (await soonFree(fn));
    if (free) return free;
    checkReserved(functions[fn.FunctionName], slots.running(fn.FunctionName));
    if (slots.count() >= concurrency && !slots.makeRoom())
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { Reason: 'ConcurrentInvocationLimitExceeded' });
    return open(fn, { reserved: true, provisioned: false });
  }

  function reserveIdle(fn: FunctionVersion): Slot | null {
    const limit = functions[fn.FunctionName]?.reservedConcurrency;
    if (limit !== undefined && slots.running(fn.FunctionName) >= limit) return null;
    const slot = slots.idle(revisionOf(fn));
    if (slot) slot.reserved = true;
    return slot;
  }

  /** Waits a moment for one that is about to be free, rather than paying for a cold start. */
  async function soonFree(fn: FunctionVersion): Promise<Slot | null> {
    const revision = revisionOf(fn);
    const until = Date.now() + nearlyFreeMs;
    while (Date.now() < until && slots.mayBecomeIdle(revision)) {
      await slots.settledWithin(until - Date.now());
      const free = reserveIdle(fn);
      if (free) return free;
    }
    return null;
  }

  async function open(fn: FunctionVersion, how: Pick<Slot, 'reserved' | 'provisioned'>): Promise<Slot> {
    const slot = slots.open(fn, how);
    try {
      slot.environment = await start(fn, slot);
      if (isClosed) slots.retire(slot);
    } catch (error) {
      slots.drop(slot);
      throw error;
    }
    return slot;
  }

  async function start(fn: FunctionVersion, slot: Slot): Promise<Environment> {
    const codeDir = store.code(fn.CodeSha256);
    const setup = { fn, codeDir, nodeRuntime: options.nodeRuntime, mark, awsEndpoint: options.endpoint };
    return startEnvironment(
      {
        functionName: fn.FunctionName,
        functionArn: toFunctionArn(fn.FunctionName, fn.Version === '$LATEST' ? undefined : fn.Version),
        version: fn.Version,
        handler: fn.Handler,
        timeout: fn.Timeout,
        memorySize: fn.MemorySize,
        logGroup: fn.LogGroup,
        traced: fn.TracingMode === 'Active',
        codeDir,
        ...(slot.provisioned && { initializationType: 'provisioned-concurrency' as const }),
        ...(initLimit !== undefined && { initLimit }),
        command: (endpoint, logStream) => confine(runtimeCommand(setup, endpoint, logStream), codeDir),
      },
      options.sink,
      { onSettled: (settled) => onSettled(slot, settled) },
    );
  }

  function onSettled(slot: Slot, settled: Environment): void {
    const isDead = settled.state() === 'dead';
    if (isDead) slots.drop(slot);
    else retireStale(slot);
    slots.settled();
    if (isDead && slot.provisioned) provisioning.replace(slot);
    slot.isReady = !isDead;
  }

  /**
   * The function may have been changed or deleted while this environment was busy; the environment then finishes its
   * answer first.
   */
  function retireStale(slot: Slot): void {
    if (slot.reserved || isBusy(slot)) return;
    if (!isCurrent(functions[slot.functionName], slot.revision)) slots.retire(slot);
  }

  async function dispatch(target: Target, payload: Uint8Array, clientContext?: string) {
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
      void count(counted, outcome, begun);
      options.onInvocation?.(seen(counted, environment, outcome, { queued, frozen }));
      return { ...outcome, executedVersion: fn.Version };
    } finally {
      slot.reserved = false;
      retireStale(slot);
    }
  }

  /** A function that streams may fail after it has begun to answer. */
  async function count(counted: Counted, { functionError, stream }: Outcome, begun: number): Promise<void> {
    const failed = functionError !== undefined || (stream !== undefined && (await stream.ended) !== null);
    countInvocation(metrics, counted, failed, performance.now() - begun);
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

function unconfined(command: RuntimeCommand): RuntimeCommand {
  return command;
}
