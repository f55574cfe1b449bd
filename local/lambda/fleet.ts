/**
 * All execution environments of the platform: an idle one is used again, another is started when all are busy, up to a
 * limit, and one that nobody needs any more is retired.
 */
import { setImmediate } from 'node:timers/promises';
import { AwsError } from '../aws/error.ts';
import { toFunctionArn } from '../aws/identity.ts';
import { type Counted, countInvocation, countThrottle } from '../metrics/invocations.ts';
import type { MetricStore } from '../metrics/store.ts';
import type { Engine, FunctionVersion, LambdaFunction } from '../model.ts';
import type { Store } from '../state.ts';
import { type Environment, type Outcome, startEnvironment, wholePayload } from './environment.ts';
import type { LogSink } from './function-log.ts';
import { runtimeCommand } from './runtime-command.ts';

export interface FleetOptions {
  readonly store: Store;
  readonly metrics: MetricStore;
  readonly sink: LogSink;
  /** The state directory; see `leftovers.ts`. */
  readonly mark: string;
  /** Of the platform, for functions that call AWS. */
  readonly endpoint: string;
  /** The module that stands for AWS's own Node runtime client. */
  readonly nodeRuntime: string;
  /** Environments at one time, over all functions. */
  readonly concurrency?: number;
  /** Milliseconds. */
  readonly idleLimit?: number;
  /** Milliseconds an init may take; see EnvironmentSpec. */
  readonly initLimit?: number;
}

export interface Target {
  readonly functionName: string;
  readonly qualifier?: string;
}

export interface Fleet extends Engine {
  /** Runs one event and answers as soon as the function did, without waiting for its log. */
  dispatch(target: Target, payload: Uint8Array): Promise<Outcome & { readonly executedVersion: string }>;
  /** Retires them all, and resolves when nothing is left. */
  close(): Promise<void>;
}

interface Slot {
  readonly functionName: string;
  /** See `revisionOf`. */
  readonly revision: string;
  environment: Environment | null;
  reserved: boolean;
}

const defaults = { concurrency: 64, idleLimit: 10 * 60_000 };
/**
 * An environment that has answered is free once its runtime asks for more, which takes a moment, and more than 20 ms on
 * a busy machine. A cold start takes longer than this.
 */
const nearlyFreeMs = 200;

export function createFleet(options: FleetOptions): Fleet {
  const { store, metrics, mark, initLimit } = options;
  const concurrency = options.concurrency ?? defaults.concurrency;
  const idleLimit = options.idleLimit ?? defaults.idleLimit;
  const slots = new Set<Slot>();
  /** In their shutdown phase: they take no place any more. */
  const retiring = new Map<Environment, Promise<void>>();
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
    for (const slot of slots) if ((slot.environment?.idleFor() ?? 0) >= idleLimit) retire(slot);
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
    if (slots.size >= concurrency) makeRoom();
    const slot: Slot = { functionName: fn.FunctionName, revision: revisionOf(fn), environment: null, reserved: true };
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

  function findIdle(fn: FunctionVersion): Slot | null {
    const revision = revisionOf(fn);
    for (const slot of slots) {
      if (slot.reserved || slot.revision !== revision || slot.environment?.state() !== 'idle') continue;
      slot.reserved = true;
      return slot;
    }
    return null;
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
    const idle = [...slots].filter((slot) => !slot.reserved && slot.environment?.state() === 'idle');
    const oldest = idle.sort((a, b) => (b.environment?.idleFor() ?? 0) - (a.environment?.idleFor() ?? 0))[0];
    if (!oldest)
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { Reason: 'ConcurrentInvocationLimitExceeded' });
    retire(oldest);
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
        codeDir,
        ...(initLimit !== undefined && { initLimit }),
        command: (endpoint, logStream) => runtimeCommand(setup, endpoint, logStream),
      },
      options.sink,
      {
        onSettled(settled) {
          if (settled.state() === 'dead') slots.delete(slot);
          else retireStale(slot);
          wake();
        },
      },
    );
  }

  async function dispatch(target: Target, payload: Uint8Array) {
    const fn = resolve(target);
    const { functionName, qualifier = '$LATEST' } = target;
    const counted = { functionName, qualifier, executedVersion: fn.Version };
    const slot = await acquire(fn).catch((error: unknown) => {
      if (isThrottle(error)) countThrottle(metrics, counted);
      throw error;
    });
    try {
      const outcome = await (slot.environment as Environment).invoke(payload);
      void count(counted, outcome);
      return { ...outcome, executedVersion: fn.Version };
    } finally {
      slot.reserved = false;
      retireStale(slot);
    }
  }

  /** A function that streams may fail after it has begun to answer. */
  async function count(counted: Counted, { functionError, stream }: Outcome): Promise<void> {
    const failed = functionError !== undefined || (stream !== undefined && (await stream.ended) !== null);
    countInvocation(metrics, counted, failed);
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
    },
    async close() {
      isClosed = true;
      clearInterval(retirement);
      for (const slot of slots) retire(slot);
      await Promise.all(retiring.values());
      process.off('exit', killAll);
    },
  };
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

/** Environments belong to one version of one function; `$LATEST` gets new ones with each change. */
function revisionOf({ FunctionName, Version, CodeSha256, RevisionId }: FunctionVersion): string {
  return `${FunctionName} ${Version} ${CodeSha256} ${RevisionId}`;
}
