/**
 * All execution environments of the platform: an idle one is used again, another is started when all are busy, up to a
 * limit, and one that nobody needs any more is retired.
 *
 * One file, because who is idle, busy and reserved is one state, which every request changes.
 */
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { AwsError } from '../aws/error.ts';
import { toFunctionArn } from '../aws/identity.ts';
import type { Invocation } from '../inspector/feed.ts';
import { type Counted, countInvocation, countThrottle } from '../metrics/invocations.ts';
import type { MetricStore } from '../metrics/store.ts';
import type { Engine, FunctionVersion, LambdaFunction, State } from '../model.ts';
import type { Store } from '../state.ts';
import { checkReserved, type Provision, provisionsOf, revisionOf } from './concurrency.ts';
import { type Environment, type Outcome, type RuntimeCommand, startEnvironment, wholePayload } from './environment.ts';
import type { LogSink } from './function-log.ts';
import { type Lane, seen, toLane } from './onlookers.ts';
import { runtimeCommand } from './runtime-command.ts';

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
  /** What a runtime process is started by, so that it sees less of this machine. Default: it sees all. */
  readonly confine?: (command: RuntimeCommand, codeDir: string) => RuntimeCommand;
}

export interface Target {
  readonly functionName: string;
  readonly qualifier?: string;
}

export interface Fleet extends Engine {
  /** Runs one event and answers as soon as the function did, without waiting for its log. */
  dispatch(target: Target, payload: Uint8Array): Promise<Outcome & { readonly executedVersion: string }>;
  /** Its environments, the oldest first. */
  lanes(): Lane[];
  /** Retires them all, and resolves when nothing is left. */
  close(): Promise<void>;
}

interface Slot {
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

/** Environments at one time, over all functions. */
export const maxEnvironments = 64;
const defaults = { concurrency: maxEnvironments, idleLimit: 10 * 60_000 };
/**
 * An environment that has answered is free once its runtime asks for more, which takes a moment, and more than 20 ms on
 * a busy machine. A cold start takes longer than this.
 */
const nearlyFreeMs = 200;

export function createFleet(options: FleetOptions): Fleet {
  const { store, metrics, mark, initLimit, confine = unconfined } = options;
  const concurrency = options.concurrency ?? defaults.concurrency;
  const idleLimit = options.idleLimit ?? defaults.idleLimit;
  const slots = new Set<Slot>();
  /** In their shutdown phase: they take no place any more. */
  const retiring = new Map<Environment, Promise<void>>();
  /** By revision, the configuration of provisioned concurrency under which an init failed. */
  const failures = new Map<string, string>();
  let isClosed = false;
  let waiters: (() => void)[] = [];
  const retirement = setInterval(retireIdle, Math.min(idleLimit, 5_000));
  retirement.unref();
  // A second Ctrl-C ends the program in the middle of the shutdown phase.
  process.once('exit', killAll);

  function killAll(): void {
    for (const { environment } of slots) environment?.kill();
    for (const environment of retiring.keys()) environment.kill();
  }

  function wake(): void {
    const woken = waiters;
    waiters = [];
    for (const waiter of woken) waiter();
  }

  function retireIdle(): void {
    for (const slot of slots) if (!slot.provisioned && (slot.environment?.idleFor() ?? 0) >= idleLimit) retire(slot);
  }

  function retire(slot: Slot): void {
    const { environment } = slot;
    if (environment === null || retiring.has(environment)) return;
    slots.delete(slot);
    retiring.set(
      environment,
      environment.retire().finally(() => retiring.delete(environment)),
    );
  }

  async function acquire(fn: FunctionVersion): Promise<Slot> {
    // The event loop hears of dead children last in a turn (libuv runs its signal watchers after all others): an
    // environment that was killed before this request was sent may still look idle.
    await setImmediate();
    const free = findIdle(fn) ?? (await soonFree(fn)) ?? null;
    if (free) return free;
    checkReserved(store.state.functions[fn.FunctionName], running(fn.FunctionName));
    if (slots.size >= concurrency) makeRoom();
    return open(fn, { reserved: true, provisioned: false });
  }

  async function open(fn: FunctionVersion, how: Pick<Slot, 'reserved' | 'provisioned'>): Promise<Slot> {
    const place = { functionName: fn.FunctionName, version: fn.Version, revision: revisionOf(fn) };
    const slot: Slot = { ...place, started: Date.now(), environment: null, isReady: false, ...how };
    slots.add(slot);
    try {
      slot.environment = await start(fn, slot);
      if (isClosed) retire(slot);
    } catch (error) {
      // It takes no place among those that run.
      slots.delete(slot);
      throw error;
    }
    return slot;
  }

  /** Invocations of a function; one whose answer is out counts until its environment waits again. */
  function running(functionName: string): number {
    const own = [...slots].filter((slot) => slot.functionName === functionName);
    return own.filter((slot) => slot.reserved || slot.environment?.state() === 'busy').length;
  }

  /** Starts what is to be kept ready and is not there, and gives up what is not to be kept any more. */
  function provision(functionName: string): void {
    if (isClosed) return;
    const wanted = provisionsOf(store.state.functions[functionName]);
    const missing = new Map(wanted.map(({ version, count }) => [revisionOf(version), count]));
    for (const slot of slots) {
      if (slot.functionName !== functionName || !slot.provisioned) continue;
      const left = missing.get(slot.revision) ?? 0;
      if (left > 0) missing.set(slot.revision, left - 1);
      else giveUp(slot);
    }
    for (const one of wanted)
      for (let left = missing.get(revisionOf(one.version)) ?? 0; left > 0; left--) startAhead(one);
  }

  /** One that is at work stays for as long as any other. */
  function giveUp(slot: Slot): void {
    slot.provisioned = false;
    if (!slot.reserved && slot.environment?.state() !== 'busy') retire(slot);
  }

  function startAhead({ version, configured }: Provision): void {
    const revision = revisionOf(version);
    if (failures.get(revision) === configured) return;
    if (slots.size >= concurrency && !hasRoom()) return;
    open(version, { reserved: false, provisioned: true }).catch(() => failures.set(revision, configured));
  }

  function hasRoom(): boolean {
    const oldest = oldestIdle();
    if (oldest) retire(oldest);
    return oldest !== undefined;
  }

  function onSettled(slot: Slot, settled: Environment): void {
    const isDead = settled.state() === 'dead';
    if (isDead) slots.delete(slot);
    else retireStale(slot);
    wake();
    if (isDead && slot.provisioned) replace(slot);
    slot.isReady = !isDead;
  }

  function replace(slot: Slot): void {
    if (!slot.isReady) noteFailure(slot);
    provision(slot.functionName);
  }

  function noteFailure({ functionName, revision }: Slot): void {
    const wanted = provisionsOf(store.state.functions[functionName]);
    const failed = wanted.find(({ version }) => revisionOf(version) === revision);
    if (failed) failures.set(revision, failed.configured);
  }

  function findIdle(fn: FunctionVersion): Slot | null {
    const revision = revisionOf(fn);
    const limit = store.state.functions[fn.FunctionName]?.reservedConcurrency;
    if (limit !== undefined && running(fn.FunctionName) >= limit) return null;
    const idle = [...slots].filter(
      (slot) => !slot.reserved && slot.revision === revision && slot.environment?.state() === 'idle',
    );
    // What is paid for anyway comes first.
    const slot = idle.find(({ provisioned }) => provisioned) ?? idle[0] ?? null;
    if (slot) slot.reserved = true;
    return slot;
  }

  /** Waits a moment for one that is about to be free, rather than paying for a cold start. */
  async function soonFree(fn: FunctionVersion): Promise<Slot | null> {
    const revision = revisionOf(fn);
    const until = Date.now() + nearlyFreeMs;
    while (Date.now() < until && [...slots].some((slot) => slot.revision === revision && !slot.reserved)) {
      await settledWithin(until - Date.now());
      const free = findIdle(fn);
      if (free) return free;
    }
    return null;
  }

  function settledWithin(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  function makeRoom(): void {
    if (!hasRoom())
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { Reason: 'ConcurrentInvocationLimitExceeded' });
  }

  function oldestIdle(): Slot | undefined {
    const idle = [...slots].filter(
      (slot) => !slot.reserved && !slot.provisioned && slot.environment?.state() === 'idle',
    );
    return idle.sort((a, b) => (b.environment?.idleFor() ?? 0) - (a.environment?.idleFor() ?? 0))[0];
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

  async function dispatch(target: Target, payload: Uint8Array) {
    const fn = resolve(target);
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
      const outcome = await environment.invoke(payload);
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

  /** The function may have changed or gone while this environment was busy; it finishes what it streams. */
  function retireStale(slot: Slot): void {
    if (slot.reserved || slot.environment?.state() === 'busy') return;
    const fn = store.state.functions[slot.functionName];
    if (!fn || !isCurrent(fn, slot.revision)) retire(slot);
  }

  function resolve({ functionName, qualifier = '$LATEST' }: Target): FunctionVersion {
    const fn = store.state.functions[functionName];
    const version = fn && pickVersion(fn, qualifier);
    if (version) return version;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${toFunctionArn(functionName, qualifier)}`);
  }

  return {
    dispatch,
    async invoke({ functionName, qualifier, payload: event, withLog }) {
      const { logged, ...outcome } = await dispatch(
        { functionName, ...(qualifier !== undefined && { qualifier }) },
        event,
      );
      const payload = await wholePayload(outcome);
      return { ...outcome, payload, logTail: withLog ? await logged : '' };
    },
    refresh(functionName) {
      for (const slot of slots) if (slot.functionName === functionName) retireStale(slot);
      provision(functionName);
    },
    provisioning(version) {
      const revision = revisionOf(version);
      const kept = [...slots].filter((slot) => slot.provisioned && slot.revision === revision);
      const { configured } = provisionsOf(store.state.functions[version.FunctionName]).find(
        (one) => revisionOf(one.version) === revision,
      ) ?? { configured: undefined };
      return {
        available: kept.filter(({ isReady }) => isReady).length,
        allocated: kept.length,
        failed: configured !== undefined && failures.get(revision) === configured,
      };
    },
    lanes: () => [...slots].flatMap(toLane),
    async close() {
      isClosed = true;
      clearInterval(retirement);
      for (const slot of slots) retire(slot);
      await Promise.all(retiring.values());
      process.off('exit', killAll);
    },
  };
}

function unconfined(command: RuntimeCommand): RuntimeCommand {
  return command;
}

function isThrottle(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'TooManyRequestsException';
}

function pickVersion(fn: LambdaFunction, qualifier: string): FunctionVersion | undefined {
  if (qualifier === '$LATEST') return fn.latest;
  const alias = fn.aliases[qualifier];
  if (!alias) return fn.versions[qualifier];
  return fn.versions[pickWeighted(alias.FunctionVersion, alias.RoutingConfig)];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html */
function pickWeighted(main: string, others: Readonly<Record<string, number>>): string {
  let at = Math.random();
  for (const [version, weight] of Object.entries(others)) {
    at -= weight;
    if (at < 0) return version;
  }
  return main;
}

function isCurrent(fn: LambdaFunction, revision: string): boolean {
  return [fn.latest, ...Object.values(fn.versions)].some((version) => revisionOf(version) === revision);
}
