/**
 * The phases of one execution environment as a pure state machine: what happened goes in, what is to be done about it
 * comes out. `carry-out.ts` does it. Times are milliseconds of one monotonic clock.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle
 */
import type { Failure } from './failures.ts';
import type { Invocation } from './invocation.ts';
import type { Ending } from './platform-lines.ts';

export type Phase =
  /** Until the first init has ended, successfully or not. */
  | 'init'
  /** It has failed, and what is left of it is being removed. */
  | 'init failing'
  /** Until an invocation comes, for which it is repeated. */
  | 'init failed'
  /** Inside that first invocation. */
  | 'init again'
  | 'idle'
  /** Until the runtime and all extensions ask for the next event: an answer alone does not free an environment. */
  | 'busy'
  /** The invocation is over, and its log is being completed. */
  | 'finishing'
  /** The runtime was asked to end. */
  | 'stopping'
  | 'dead';

/** A phase as others see it. */
export type EnvironmentState = 'initializing' | 'idle' | 'busy' | 'stopping' | 'dead';

export interface Life {
  readonly phase: Phase;
  /** What is worked on, or will be once the init has ended. */
  readonly run: Invocation | null;
  /** Its first init must succeed. */
  readonly isProvisioned: boolean;
  /** When the current init began. */
  readonly initStarted: number;
  /** Milliseconds of an init phase that has succeeded; one inside an invocation is part of its duration. */
  readonly initDuration: number | null;
  readonly idleSince: number;
}

/** Why it ended, when that is not well. */
export interface Reason {
  readonly failure: Failure;
  readonly status: Ending['status'];
}

export type Event =
  | { readonly kind: 'invoked'; readonly run: Invocation }
  /** Runtime and extensions ask for the next event; `isAnswered`: the one they had has its answer. */
  | { readonly kind: 'all wait'; readonly isAnswered: boolean }
  /** The runtime ended, says that its init failed, or took too long for that. */
  | { readonly kind: 'failed'; readonly reason: Reason }
  /** Nothing is left of an init that failed. */
  | { readonly kind: 'init removed' }
  /** The log of an invocation that is over is complete. */
  | { readonly kind: 'finished' }
  /** The runtime was asked to end. */
  | { readonly kind: 'stopping' }
  /** A deadline has passed, or nobody wants it any more. */
  | { readonly kind: 'ended'; readonly reason: Reason };

export type Effect =
  | { readonly kind: 'deliver'; readonly run: Invocation }
  | { readonly kind: 'refuse'; readonly run: Invocation }
  | { readonly kind: 'freeze' }
  /** Complete the log of `run`; come back with `finished`. */
  | { readonly kind: 'finish'; readonly run: Invocation; readonly initDuration: number | null }
  /** Kill the runtime whose init took `duration` and failed; come back with `init removed`. */
  | { readonly kind: 'remove init'; readonly duration: number; readonly reason: Reason }
  | { readonly kind: 'repeat init'; readonly run: Invocation }
  /** Kill everything; `run` fails, in phase `from` and so long after its init began. */
  | ({ readonly kind: 'end'; readonly run: Invocation | null } & Broken)
  /** Tell whoever waits for it that it is idle or dead. */
  | { readonly kind: 'settle' };

/** What an environment was at when it ended. */
export interface Broken {
  readonly from: Phase;
  readonly sinceInit: number;
  readonly initDuration: number | null;
  readonly reason: Reason;
}

export interface Step {
  readonly next: Life;
  readonly effects: readonly Effect[];
}

export function newLife(isProvisioned: boolean, now: number): Life {
  return { phase: 'init', run: null, isProvisioned, initStarted: now, initDuration: null, idleSince: 0 };
}

export function transition(before: Life, event: Event, now: number): Step {
  if (event.kind === 'invoked') return invoked(before, event.run, now);
  if (before.phase === 'dead') return to(before);
  switch (event.kind) {
    case 'all wait':
      return allWait(before, event.isAnswered, now);
    case 'failed':
      return failed(before, event.reason, now);
    case 'init removed':
      if (before.phase !== 'init failing') return to(before);
      return before.run ? initAgain(before, before.run, now) : to({ ...before, phase: 'init failed' });
    case 'finished':
      return before.phase === 'finishing' ? idle(before, now) : to(before);
    case 'stopping':
      return to({ ...before, phase: 'stopping' });
    case 'ended':
      return end(before, event.reason, now);
  }
}

export function stateIn(phase: Phase): EnvironmentState {
  switch (phase) {
    case 'idle':
    case 'busy':
    case 'stopping':
    case 'dead':
      return phase;
    case 'finishing':
      return 'busy';
    default:
      return 'initializing';
  }
}

export function endingOf({ failure, status }: Reason): Ending {
  return { status, errorType: failure.errorType };
}

function invoked(before: Life, run: Invocation, now: number): Step {
  switch (before.phase) {
    case 'idle':
      return deliver(before, run);
    case 'init failed':
      return initAgain(before, run, now);
    case 'dead':
    case 'stopping':
      return to(before, { kind: 'refuse', run });
    default:
      return to({ ...before, run });
  }
}

function allWait(before: Life, isAnswered: boolean, now: number): Step {
  const { phase, run, initDuration } = before;
  if (phase === 'init') return initialised({ ...before, initDuration: now - before.initStarted }, now);
  if (phase === 'init again') return initialised(before, now);
  // A runtime that asks for the next event without having answered has until its deadline to do so.
  if (phase !== 'busy' || !run || !isAnswered) return to(before);
  return to({ ...before, phase: 'finishing', run: null }, { kind: 'freeze' }, { kind: 'finish', run, initDuration });
}

function initialised(before: Life, now: number): Step {
  if (before.run) return deliver(before, before.run);
  const { next, effects } = idle(before, now);
  return to(next, { kind: 'freeze' }, ...effects);
}

/** A runtime may fail at its end; one whose init has failed may say so more than once before it is killed. */
const indifferent: ReadonlySet<Phase> = new Set(['stopping', 'init failing', 'init failed']);

/** On demand, the first init may fail: it is repeated inside the first invocation. */
function failed(before: Life, reason: Reason, now: number): Step {
  if (indifferent.has(before.phase)) return to(before);
  if (before.phase !== 'init' || before.isProvisioned) return end(before, reason, now);
  const duration = now - before.initStarted;
  return to({ ...before, phase: 'init failing' }, { kind: 'remove init', duration, reason });
}

function initAgain(before: Life, run: Invocation, now: number): Step {
  return to({ ...before, phase: 'init again', run, initStarted: now }, { kind: 'repeat init', run });
}

function deliver(before: Life, run: Invocation): Step {
  return to({ ...before, phase: 'busy', run }, { kind: 'deliver', run });
}

function idle(before: Life, now: number): Step {
  return to({ ...before, phase: 'idle', idleSince: now }, { kind: 'settle' });
}

function end(before: Life, reason: Reason, now: number): Step {
  const { phase: from, run, initStarted, initDuration } = before;
  const broken: Broken = { from, sinceInit: now - initStarted, initDuration, reason };
  return to({ ...before, phase: 'dead', run: null }, { kind: 'end', run, ...broken }, { kind: 'settle' });
}

function to(next: Life, ...effects: readonly Effect[]): Step {
  return { next, effects };
}
