/**
 * Keeps the app running: carries out what the supervisor decides, and feeds it with what happens to real processes.
 * It knows nothing of HTTP but the errors a request gets while there is no app to send it to.
 */
import { performance } from 'node:perf_hooks';
import type { Log } from '../../http/log.ts';
import type { Report } from '../app/report.ts';
import type { Background } from './background.ts';
import { settle } from './drain.ts';
import { createEvidence } from './evidence.ts';
import { followHook } from './hook.ts';
import { createLease, type Lease, type Lender } from './lease.ts';
import type { AppProcess, Exit } from './process.ts';
import { type Address, awaitListening, type Readiness } from './readiness.ts';
import { drained, end, kill, type OutputOptions, observe, type Run, silence } from './run.ts';
import { createSignal } from './signal.ts';
import { type Effect, type Event, initial, type Supervision, transition } from './supervisor.ts';
import { createWaiting } from './waiting.ts';

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

export function keep(options: KeeperOptions): Keeper {
  const { log, background, clock = () => performance.now() } = options;
  let supervision: Supervision = initial.next;
  let current: Run | null = null;
  let starting: Promise<AppProcess> | null = null;
  let timer: NodeJS.Timeout | undefined;
  const evidence = createEvidence(options.command, options.output.redaction);
  const lender: Lender = { background, evidence, feed };
  const changed = createSignal();
  const waiting = createWaiting({
    ...{ log, lender, changed, clock },
    listenTimeout: options.listenTimeout,
    state: () => supervision.state,
    run: () => current,
  });

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
    if (!sure && supervision.state.kind === 'ready' && current?.address)
      return createLease(lender, current, current.address);
    return waiting.ready(patience, sure);
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
    settled: waiting.settled,
    logged,
    stop,
    kill() {
      if (current !== null) kill(current);
    },
  };
}
