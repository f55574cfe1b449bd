/** How requests, and init, wait for an app that does not run yet, or not any more. */
import { performance } from 'node:perf_hooks';
import type { Log } from '../../http/log.ts';
import { createLease, type Lease, type Lender } from './lease.ts';
import { appStarting, appStopped, backingOff, failedToStart, notListening } from './no-app.ts';
import { ended, type Run } from './run.ts';
import type { Signal } from './signal.ts';
import type { State } from './supervisor.ts';

export interface WaitingOptions {
  readonly log: Log;
  readonly lender: Lender;
  /** Fires with every change of state or run. */
  readonly changed: Signal;
  /** Of the supervisor. */
  readonly clock: () => number;
  /** `proxy.listen_timeout`, seconds. */
  readonly listenTimeout: number;
  readonly state: () => State;
  readonly run: () => Run | null;
}

export interface Waiting {
  /** As `ready` of the keeper, whatever the state. */
  ready(patience: number, sure: boolean): Promise<Lease>;
  /** As `settled` of the keeper. */
  settled(): Promise<boolean>;
}

/** The longest single wait while there is no run yet whose starting time could be measured. */
const longestWaitMs = 1_000;

export function createWaiting({ log, lender, changed, clock, listenTimeout, state, run }: WaitingOptions): Waiting {
  const { evidence } = lender;
  /** The run whose failure a request has been told of. */
  let told = -1;

  /** The first request after a failed start learns why; those that follow are told when to come again. */
  async function refuseOrRetry({ run: number, until }: State & { kind: 'backing-off' }): Promise<void> {
    lender.feed({ kind: 'due' });
    const current = run();
    const failed = current?.number === number ? current.failed : null;
    if (state().kind !== 'backing-off' || failed === null || current === null) return;
    const message = evidence.exitMessage(current, failed.exit);
    const first = told !== number;
    told = number;
    const found = await failed.evidence;
    throw first ? failedToStart(failed.exit, message, found) : backingOff(until - clock(), found);
  }

  /** What is left of `proxy.listen_timeout`, milliseconds. */
  function listenRest(): number {
    const current = run();
    if (state().kind !== 'starting' || current === null) return Number.POSITIVE_INFINITY;
    return listenTimeout * 1000 - current.waited.read();
  }

  return {
    async ready(patience, sure) {
      const until = performance.now() + patience;
      for (;;) {
        const [now, current] = [state(), run()];
        if (now.kind === 'ready' && current?.address) {
          // What listens there may be a process that is about to die, or a server whose shell was killed.
          if (sure && (await ended(current))) continue;
          return createLease(lender, current, current.address);
        }
        if (now.kind === 'stopped') throw appStopped();
        if (now.kind === 'backing-off') await refuseOrRetry(now);
        const wait = Math.min(until - performance.now(), listenRest());
        if (await changed.within(wait)) continue;
        // What was used up is the time to listen, or that of the request.
        const isLate = listenRest() < until - performance.now();
        const last = run();
        const found = last ? evidence.ofPorts(last) : {};
        throw isLate ? notListening(listenTimeout, found) : appStarting(found);
      }
    },
    async settled() {
      while (state().kind === 'starting' && listenRest() > 0)
        await changed.within(Math.min(listenRest(), longestWaitMs));
      const last = run();
      if (state().kind === 'starting' && last !== null) {
        const { message, code, evidence: found } = notListening(listenTimeout, evidence.ofPorts(last));
        log.warn(message, { code, ...found });
      }
      return state().kind === 'ready';
    },
  };
}
