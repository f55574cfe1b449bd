/** A run of the app while it has one request: what happens to the request is told to the supervisor by it. */
import type { Evidence } from '../../http/error.ts';
import type { Background } from './background.ts';
import type { RunEvidence } from './evidence.ts';
import type { Address } from './readiness.ts';
import { brokeOff, exitsWithin, type Run } from './run.ts';
import type { Event } from './supervisor.ts';

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

/** What all leases of a keeper share. */
export interface Lender {
  readonly background: Background;
  readonly evidence: RunEvidence;
  feed(event: Event): void;
}

export function createLease({ background, evidence, feed }: Lender, run: Run, { host, port }: Address): Lease {
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
