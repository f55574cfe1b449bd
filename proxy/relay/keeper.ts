/**
 * Keeps the app running: carries out what the supervisor decides, and feeds it with what happens to real processes.
 * It knows nothing of HTTP but the errors a request gets while there is no app to send it to.
 */
import { performance } from 'node:perf_hooks';
import { type Evidence, HttpError } from '../../http/error.ts';
import type { Log } from '../../http/log.ts';
import type { Report } from '../app/report.ts';
import type { Background } from './background.ts';
import { settle } from './drain.ts';
import { createEvidence } from './evidence.ts';
import { followHook } from './hook.ts';
import type { AppProcess, Exit } from './process.ts';
import { type Address, awaitListening, type Readiness } from './readiness.ts';
import {
  brokeOff,
  drained,
  end,
  ended,
  exitsWithin,
  kill,
  type OutputOptions,
  observe,
  type Run,
  silence,
} from './run.ts';
import { createSignal } from './signal.ts';
import { type Effect, type Event, initial, type State, type Supervision, transition } from './supervisor.ts';

export interface KeeperOptions {
  readonly log: Log;
  readonly background: Background;
  /** What the app is, for messages. */
  readonly command: string;
  /** `proxy.listen_timeout`, seconds. */
  readonly listenTimeout: number;
  /** What becomes of its output. */
  readonly output: OutputOptions;
  /** Starts one run of the app; `run` counts from 0. */
  readonly start: (run: number) => Promise<AppProcess>;
  /** Milliseconds of a clock that never goes back. */
  readonly clock?: () => number;
}

/** A running app, for one request. */
export interface Lease extends Address {
  /** The request was sent, and will be told of by `ended`. */
  began(): void;
  /** The app answered: this run is a working one. */
  answered(): void;
  /** `stuck`: the app let it run into its deadline. */
  ended(outcome: 'over' | 'stuck'): void;
  /** Whether it has exited, or does so within so many milliseconds. */
  hasExited(patience: number): Promise<boolean>;
  /** Whether it is ending right now, within so many milliseconds, and by a failure. */
  brokeOff(patience: number): Promise<boolean>;
  /** Evidence of its exit, once its last output is read; null while it runs. */
  exit(): Promise<Evidence | null>;
  /** What it printed last since `began`, whoever it was for; null when it printed nothing. */
  lastLog(): Promise<string | null>;
}

export interface Keeper {
  /**
   * The running app; waits for it up to `patience` milliseconds. Rejects with an HttpError. `sure`: also checks that
   * its process is still alive, which after a freeze may not be known yet; the check takes 24 µs.
   */
  ready(patience: number, sure?: boolean): Lease | Promise<Lease>;
  /** Resolves when the app listens, true, has failed to start or has used up its time to listen. Never rejects. */
  settled(): Promise<boolean>;
  /**
   * Resolves when what the app has printed so far is logged, or a moment later. `failed`: waits a little longer,
   * because many apps print the reason of a failure after their answer.
   */
  logged(failed: boolean): Promise<void>;
  /** Ends the app: SIGTERM to its group, SIGKILL to all its processes after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** Ends the app without waiting, for the moment in which our own process exits. */
  kill(): void;
}

/** An app that listens on two ports gets this long to listen on PORT as well. */
const otherPortMs = 1_000;

/** The longest single wait while there is no run yet whose starting time could be measured. */
const longestWaitMs = 1_000;

export function keep(options: KeeperOptions): Keeper {
  const { log, background, clock = () => performance.now() } = options;
  let supervision: Supervision = initial.next;
  let current: Run | null = null;
  let starting: Promise<AppProcess> | null = null;
  let timer: NodeJS.Timeout | undefined;
  /** The run whose failure a request has been told of. */
  let told = -1;
  const evidence = createEvidence(options.command, options.output.redaction);
  const changed = createSignal();

  function feed(event: Event): void {
    const { next, effects } = transition(supervision, event, clock());
    const before = supervision.state;
    supervision = next;
    for (const effect of effects) perform(effect);
    if (next.state.kind !== before.kind || next.state.run !== before.run) changed.fire();
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case 'spawn':
        void launch(effect.run);
        return;
      case 'end':
        log.error('the app is stuck and is restarted', { command: options.command, run: effect.run });
        current?.app.kill('SIGKILL');
        return;
      case 'wait':
        clearTimeout(timer);
        timer = setTimeout(() => feed({ kind: 'due' }), Math.max(0, effect.until - clock()));
        timer.unref();
    }
  }

  async function launch(number: number): Promise<void> {
    current = null;
    starting = options.start(number);
    const app = await starting;
    const readiness = awaitListening(app);
    const run = observe(number, app, options.output);
    current = run;
    followHook(app, (report) => onReport(run, readiness, report));
    void app.exited.then((exit) => onExit(run, exit));
    if (isStopped()) return app.kill('SIGKILL');
    changed.fire();
    if (app.pid !== undefined) log.debug('app started', { command: options.command, port: app.port, pid: app.pid });
    const address = await readiness.address;
    if (address !== null) onListening(run, address);
  }

  function onReport(run: Run, readiness: Readiness, report: Report): void {
    if ('port' in report) {
      if (!readiness.onListening(report.port, report.address)) onOtherPort(run, report.port);
    } else if ('waiting' in report) background.began(report.waiting, report.place);
    else if ('done' in report) background.ended(report.done);
    else if ('timer' in report) background.timer(report.timer, report.delay, report.place);
    else background.quiet();
  }

  /** Warns without waiting for all of `proxy.listen_timeout`: an app that ignores PORT will never listen there. */
  function onOtherPort(run: Run, port: number): void {
    const isFirst = run.otherPorts.size === 0;
    run.otherPorts.add(port);
    if (!isFirst) return;
    const tell = () => {
      if (run !== current || run.address !== null || run.failed !== null || isStopped()) return;
      log.warn(`the app listens on ${[...run.otherPorts].join(', ')}, but not on PORT`, { port: run.app.port });
    };
    setTimeout(tell, otherPortMs).unref();
  }

  function onListening(run: Run, address: Address): void {
    run.waited.stop();
    run.address = address;
    log.debug('app listening', { port: address.port, duration: Math.round(performance.now() - run.app.started) });
    feed({ kind: 'listening', run: run.number });
  }

  function onExit(run: Run, exit: Exit): void {
    run.waited.stop();
    // The shell around a server may end before the server does; `stop` waits for all of them.
    if (isStopped()) return;
    background.clear();
    run.failed = { exit, evidence: drained(run).then(() => evidence.ofExit(run, exit)) };
    feed({ kind: 'exited', run: run.number });
    // Whatever the app had started dies with it; the next run is on its way already.
    kill(run);
    void run.failed.evidence.then((found) => log.error(evidence.exitMessage(run, exit), found));
  }

  function ready(patience: number, sure = false): Lease | Promise<Lease> {
    // The usual case: nothing to wait for.
    if (!sure && supervision.state.kind === 'ready' && current?.address) return lease(current, current.address);
    return onceReady(patience, sure);
  }

  async function onceReady(patience: number, sure: boolean): Promise<Lease> {
    const until = performance.now() + patience;
    for (;;) {
      const { state } = supervision;
      if (state.kind === 'ready' && current?.address) {
        // What listens there may be a process that is about to die, or a server whose shell was killed.
        if (sure && (await ended(current))) continue;
        return lease(current, current.address);
      }
      if (state.kind === 'stopped') throw new HttpError(503, 'UP_APP_STOPPED', 'the app has been stopped');
      if (state.kind === 'backing-off') await refuseOrRetry(state);
      const wait = Math.min(until - performance.now(), listenRest());
      if (await changed.within(wait)) continue;
      throw notReady(listenRest() < until - performance.now());
    }
  }

  function lease(run: Run, { host, port }: Address): Lease {
    const tell = (kind: 'began' | 'answered' | 'ended' | 'stuck') => feed({ kind, run: run.number });
    let before = run.last.count();
    return {
      host,
      port,
      began() {
        before = run.last.count();
        background.requested(run.app.reports !== null);
        tell('began');
      },
      answered: () => tell('answered'),
      ended(outcome) {
        tell('ended');
        if (outcome === 'stuck') tell('stuck');
      },
      hasExited: (patience) => exitsWithin(run, patience),
      brokeOff: (patience) => brokeOff(run, patience),
      exit: async () => (await run.failed?.evidence) ?? null,
      lastLog: async () => evidence.saidSince(run, before),
    };
  }

  /** The first request after a failed start learns why; those that follow are told when to come again. */
  async function refuseOrRetry({ run, until }: State & { kind: 'backing-off' }): Promise<void> {
    feed({ kind: 'due' });
    const failed = current?.number === run ? current.failed : null;
    if (supervision.state.kind !== 'backing-off' || failed === null || current === null) return;
    const message = evidence.exitMessage(current, failed.exit);
    const first = told !== run;
    told = run;
    const found = await failed.evidence;
    if (first) throw new HttpError(502, failureCode(failed.exit), message, found);
    const seconds = String(Math.max(1, Math.ceil((until - clock()) / 1000)));
    const again = `the app does not start; the next try is in ${seconds} s`;
    throw new HttpError(503, 'UP_APP_BACKING_OFF', again, found, [['retry-after', seconds]]);
  }

  /** What is left of `proxy.listen_timeout`, milliseconds. */
  function listenRest(): number {
    if (supervision.state.kind !== 'starting' || current === null) return Number.POSITIVE_INFINITY;
    return options.listenTimeout * 1000 - current.waited.read();
  }

  function notReady(inTime: boolean): HttpError {
    const found = current ? evidence.ofPorts(current) : {};
    if (inTime) {
      const message = `the app did not listen on PORT within ${options.listenTimeout} s`;
      return new HttpError(504, 'UP_APP_NOT_LISTENING', message, found);
    }
    return new HttpError(503, 'UP_APP_STARTING', 'the app is still starting', found, [['retry-after', '1']]);
  }

  /** Asked through a function where the state may have changed during a wait. */
  function isStopped(): boolean {
    return supervision.state.kind === 'stopped';
  }

  async function logged(failed: boolean): Promise<void> {
    if (current === null) return;
    if (failed) await silence(current);
    await settle(current.output);
  }

  async function stop(graceMs: number): Promise<void> {
    const until = performance.now() + graceMs;
    clearTimeout(timer);
    feed({ kind: 'stop' });
    // While the app is still being spawned there is nothing to end yet.
    await starting;
    if (current === null) return;
    await end(current, until - performance.now());
  }

  for (const effect of initial.effects) perform(effect);
  return {
    ready,
    async settled() {
      while (supervision.state.kind === 'starting' && listenRest() > 0)
        await changed.within(Math.min(listenRest(), longestWaitMs));
      if (supervision.state.kind === 'starting' && current !== null) {
        const { message } = notReady(true);
        log.warn(message, { code: 'UP_APP_NOT_LISTENING', ...evidence.ofPorts(current) });
      }
      return supervision.state.kind === 'ready';
    },
    logged,
    stop,
    kill() {
      if (current !== null) kill(current);
    },
  };
}

function failureCode(exit: Exit): string {
  return exit.error ? 'UP_APP_SPAWN' : 'UP_APP_EXITED';
}
