/**
 * Keeps the app running: starts it, knows when it listens, sees it exit, starts it again. A run that answered requests
 * and then died is replaced at once; one that fails to start is tried once more at once and then with growing pauses.
 * It knows nothing of HTTP but the errors a request gets while there is no app to send it to.
 */
import { HttpError } from '../../http/error.ts';
import type { Log } from '../../http/log.ts';
import { type Stopwatch, startStopwatch } from './awake.ts';
import { type CaptureOptions, capture } from './capture.ts';
import { type Tail, tail } from './evidence.ts';
import type { Lines } from './lines.ts';
import type { AppProcess, Exit } from './process.ts';
import { type Address, untilListening } from './readiness.ts';

export interface KeeperOptions {
  readonly log: Log;
  /** What the app is, for messages. */
  readonly command: string;
  /** `proxy.listen_timeout`, seconds. */
  readonly listenTimeout: number;
  readonly logs: {
    readonly disable: boolean;
    readonly stdout: CaptureOptions['level'];
    readonly stderr: CaptureOptions['level'];
  };
  /** Starts one run of the app; `restarts` counts from 0. */
  readonly start: (restarts: number) => Promise<AppProcess>;
}

export interface Keeper {
  /** The address of the running app, waiting for it if need be until `deadline` (epoch ms). Rejects with an HttpError. */
  ready(deadline: number): Promise<Address>;
  /** Resolves when the app listens, has failed to start or has used up its time to listen. Never rejects. */
  settled(): Promise<void>;
  /** A request was answered: this run is a working one. */
  answered(): void;
  /** The run that is live now; changes the moment it exits. */
  generation(): number;
  /** Evidence of the newest exit, once its last output is read. */
  lastExit(): Readonly<Record<string, unknown>> | null;
  /** Ends the app: SIGTERM to its group, SIGKILL after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** Ends the app without waiting, for the moment in which our own process exits. */
  kill(): void;
}

interface Run {
  readonly app: AppProcess;
  readonly stdout: Tail;
  readonly stderr: Tail;
  readonly otherPorts: Set<number>;
  /** How long it has been starting. */
  readonly waited: Stopwatch;
  readyAt: number | null;
  answered: boolean;
}

type State =
  | { readonly kind: 'starting'; readonly run: Run | null }
  | { readonly kind: 'ready'; readonly run: Run; readonly address: Address }
  | { readonly kind: 'backing-off'; readonly until: number; readonly failure: HttpError; reported: boolean }
  | { readonly kind: 'stopped'; readonly run: Run | null };

/** The pause before the next try grows from the first to the last of these. */
const backoffMs = { first: 100, last: 5_000 };
/** A run that dies this soon after listening without one answer failed to start. */
const youngMs = 1_000;
/** Before a run exists there is nothing to measure its start by. */
const longestWaitMs = 1_000;
/** Output of a process that just died may still be in the pipe. */
const drainMs = 100;

export function keep(options: KeeperOptions): Keeper {
  const { log } = options;
  let state: State = { kind: 'starting', run: null };
  let failures = 0;
  let runs = 0;
  let exits = 0;
  let lastExit: Record<string, unknown> | null = null;
  let retry: NodeJS.Timeout | undefined;
  let changed = signal();

  function enter(next: State): void {
    state = next;
    changed.fire();
    changed = signal();
  }

  async function start(): Promise<void> {
    clearTimeout(retry);
    enter({ kind: 'starting', run: null });
    const app = await options.start(runs++);
    if (isStopped()) return app.kill('SIGKILL');
    const run: Run = {
      app,
      stdout: tail(),
      stderr: tail(),
      otherPorts: new Set(),
      waited: startStopwatch(),
      readyAt: null,
      answered: false,
    };
    enter({ kind: 'starting', run });
    const drained = drain(run);
    void app.exited.then((exit) => onExit(run, exit, drained));
    if (app.pid !== undefined) log.debug('app started', { command: options.command, port: app.port, pid: app.pid });
    const address = await untilListening(app, (port) => run.otherPorts.add(port));
    if (address !== null && state.kind === 'starting' && state.run === run) onListening(run, address);
  }

  function drain({ app, stdout, stderr }: Run): Promise<unknown> {
    const { disable } = options.logs;
    return Promise.all([
      drainInto(app.stdout, capture(log, { disable, level: options.logs.stdout, stream: 'stdout' }, stdout.add)),
      drainInto(app.stderr, capture(log, { disable, level: options.logs.stderr, stream: 'stderr' }, stderr.add)),
    ]);
  }

  function onListening(run: Run, address: Address): void {
    run.readyAt = performance.now();
    run.waited.stop();
    log.debug('app listening', { port: address.port, duration: Math.round(run.readyAt - run.app.started) });
    enter({ kind: 'ready', run, address });
  }

  async function onExit(run: Run, exit: Exit, drained: Promise<unknown>): Promise<void> {
    // Whatever the app had started dies with it.
    run.app.kill('SIGKILL');
    run.waited.stop();
    if (state.kind === 'stopped') return;
    // At once, so that no request is sent to a process that is gone.
    exits++;
    lastExit = null;
    enter({ kind: 'starting', run: null });
    await Promise.race([drained, pause(drainMs)]);
    if (isStopped()) return;
    lastExit = exitEvidence(run, exit);
    log.error(exitMessage(run, exit), lastExit);
    if (isWorking(run)) {
      failures = 0;
      return start();
    }
    failures++;
    if (failures === 1) return start();
    backOff(run, exit);
  }

  function backOff(run: Run, exit: Exit): void {
    const wait = Math.min(backoffMs.last, backoffMs.first * 2 ** (failures - 2));
    const failure = new HttpError(502, failureCode(exit), exitMessage(run, exit), lastExit ?? {});
    enter({ kind: 'backing-off', until: Date.now() + wait, failure, reported: false });
    retry = setTimeout(() => void start(), wait);
    retry.unref();
  }

  async function ready(deadline: number): Promise<Address> {
    for (;;) {
      if (state.kind === 'ready') return state.address;
      if (state.kind === 'stopped') throw new HttpError(503, 'UP_APP_STOPPED', 'the app has been stopped');
      if (state.kind === 'backing-off') refuseOrRetry(state);
      const wait = Math.min(deadline - Date.now(), listenRest(state));
      if (await changed.within(wait)) continue;
      throw notReady(state, deadline);
    }
  }

  /** The first request after a failed start learns why; those that follow are told when to come again. */
  function refuseOrRetry(backing: State & { kind: 'backing-off' }): void {
    const wait = backing.until - Date.now();
    if (wait <= 0) {
      void start();
      return;
    }
    const { failure, reported } = backing;
    backing.reported = true;
    if (!reported) throw failure;
    const seconds = String(Math.ceil(wait / 1000));
    const message = `the app does not start; the next try is in ${seconds} s`;
    throw new HttpError(503, 'UP_APP_BACKING_OFF', message, failure.evidence, [['retry-after', seconds]]);
  }

  /** What is left of `proxy.listen_timeout`, milliseconds. */
  function listenRest(at: State): number {
    if (at.kind !== 'starting' || at.run === null) return Number.POSITIVE_INFINITY;
    return options.listenTimeout * 1000 - at.run.waited.read();
  }

  function notReady(at: State, deadline: number): HttpError {
    const evidence = at.kind === 'starting' && at.run ? waitEvidence(at.run) : {};
    if (Date.now() < deadline) {
      const message = `the app did not listen on PORT within ${options.listenTimeout} s`;
      return new HttpError(504, 'UP_APP_NOT_LISTENING', message, evidence);
    }
    return new HttpError(503, 'UP_APP_STARTING', 'the app is still starting', evidence, [['retry-after', '1']]);
  }

  /** Asked through a function where the state may have changed during a wait. */
  function isStopped(): boolean {
    return state.kind === 'stopped';
  }

  function currentRun(): Run | null {
    return state.kind === 'backing-off' ? null : state.run;
  }

  async function stop(graceMs: number): Promise<void> {
    clearTimeout(retry);
    const run = currentRun();
    enter({ kind: 'stopped', run });
    if (run === null) return;
    run.app.kill('SIGTERM');
    await Promise.race([run.app.exited, pause(graceMs)]);
    run.app.kill('SIGKILL');
    await run.app.exited;
  }

  function exitMessage(run: Run, exit: Exit): string {
    if (exit.error) return `the app could not be started: ${describeSpawnError(exit.error, options.command)}`;
    const how = exit.signal ? `was ended by ${exit.signal}` : `exited with code ${exit.code}`;
    return run.readyAt === null ? `the app ${how} before listening on PORT` : `the app ${how}`;
  }

  function exitEvidence(run: Run, exit: Exit): Record<string, unknown> {
    return { ...waitEvidence(run), exit_code: exit.code, signal: exit.signal, restarts: runs - 1 };
  }

  function waitEvidence(run: Run): Record<string, unknown> {
    const stderr = run.stderr.lines();
    return {
      command: options.command,
      port: run.app.port,
      ...(run.otherPorts.size > 0 && { listens_on: [...run.otherPorts] }),
      ...(stderr.length > 0 ? { stderr } : { stdout: run.stdout.lines() }),
    };
  }

  void start();
  return {
    ready,
    async settled() {
      while (state.kind === 'starting' && listenRest(state) > 0)
        await changed.within(Math.min(listenRest(state), longestWaitMs));
    },
    answered() {
      if (state.kind === 'ready') state.run.answered = true;
    },
    generation: () => exits,
    lastExit: () => lastExit,
    stop,
    kill: () => currentRun()?.app.kill('SIGKILL'),
  };
}

function isWorking(run: Run): boolean {
  return run.readyAt !== null && (run.answered || performance.now() - run.readyAt >= youngMs);
}

function failureCode(exit: Exit): string {
  return exit.error ? 'UP_APP_SPAWN' : 'UP_APP_EXITED';
}

function describeSpawnError(error: NodeJS.ErrnoException, command: string): string {
  if (error.code === 'ENOENT') return `"${command}": no such program in the package or on PATH`;
  if (error.code === 'EACCES') return `"${command}": not executable`;
  return error.message;
}

function drainInto(stream: NodeJS.ReadableStream, lines: Lines): Promise<void> {
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => lines.write(chunk));
    stream.on('error', () => {});
    stream.once('close', () => {
      lines.end();
      resolve();
    });
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

/** A change that several may wait for, each with a bound of its own. */
function signal() {
  let fire: () => void = () => {};
  const fired = new Promise<true>((resolve) => {
    fire = () => resolve(true);
  });
  return {
    fire: () => fire(),
    /** True when it fired in time. */
    async within(milliseconds: number): Promise<boolean> {
      if (milliseconds <= 0) return false;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<false>((resolve) => {
        // setTimeout fires at once beyond 2^31 ms.
        timer = setTimeout(() => resolve(false), Math.min(milliseconds, 2 ** 31 - 1));
      });
      try {
        return await Promise.race([fired, late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
