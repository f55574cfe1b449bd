/**
 * Supervision as a pure state machine: what happened to the app goes in, what is to be done about it comes out. The
 * keeper carries it out. Times are milliseconds of one monotonic clock.
 *
 * Only failures to start are paused for: an exit before listening, or within a second of it without one answer. The
 * first of them is tried again at once. Any other exit is followed by the next run at once.
 */

export type State =
  /** `run` is being started, or listens not yet. */
  | { readonly kind: 'starting'; readonly run: number }
  /** It listens; `since` when. */
  | {
      readonly kind: 'ready';
      readonly run: number;
      readonly since: number;
      readonly answered: boolean;
      readonly inFlight: number;
    }
  /** It let a request run into its deadline: the others may finish, then it is ended. */
  | { readonly kind: 'draining'; readonly run: number; readonly inFlight: number }
  /** `run` was the last to fail; the next is tried at `until`. */
  | { readonly kind: 'backing-off'; readonly run: number; readonly until: number }
  | { readonly kind: 'stopped'; readonly run: number };

export interface Supervision {
  readonly state: State;
  /** When the starts failed that no working run came after. */
  readonly failures: readonly number[];
}

export type Event =
  | { readonly kind: 'listening'; readonly run: number }
  | { readonly kind: 'exited'; readonly run: number }
  /** A request goes to the app. */
  | { readonly kind: 'began'; readonly run: number }
  | { readonly kind: 'answered'; readonly run: number }
  | { readonly kind: 'ended'; readonly run: number }
  /** A request met its deadline. */
  | { readonly kind: 'stuck'; readonly run: number }
  /** The pause may be over. */
  | { readonly kind: 'due' }
  | { readonly kind: 'stop' };

export type Effect =
  | { readonly kind: 'spawn'; readonly run: number }
  | { readonly kind: 'end'; readonly run: number }
  /** Come back with `due` at this time. */
  | { readonly kind: 'wait'; readonly until: number };

export interface Step {
  readonly next: Supervision;
  readonly effects: readonly Effect[];
}

/** The pause before the next try grows from the first to the last of these. */
const backoffMs = { first: 100, last: 5_000 };
/** A run that dies this soon after listening without one answer failed to start. */
const youngMs = 1_000;
/** A loop of failing starts must not cost the machine all of its time. */
const failuresPerMinute = 10;

export const initial: Step = {
  next: { state: { kind: 'starting', run: 0 }, failures: [] },
  effects: [{ kind: 'spawn', run: 0 }],
};

export function transition(before: Supervision, event: Event, now: number): Step {
  const { state } = before;
  if (state.kind === 'stopped') return stay(before);
  if (event.kind === 'stop') return to(before, { kind: 'stopped', run: state.run });
  if (event.kind === 'due') return due(before, state, now);
  // Events of an earlier run are ignored.
  if (event.run !== state.run) return stay(before);
  switch (event.kind) {
    case 'listening':
      if (state.kind !== 'starting') return stay(before);
      return to(before, { kind: 'ready', run: state.run, since: now, answered: false, inFlight: 0 });
    case 'exited':
      return hasFailed(state, now) ? failed(before, now) : spawn({ ...before, failures: [] });
    case 'answered':
      return state.kind === 'ready'
        ? { next: { state: { ...state, answered: true }, failures: [] }, effects: [] }
        : stay(before);
    case 'began':
      return state.kind === 'ready' ? to(before, { ...state, inFlight: state.inFlight + 1 }) : stay(before);
    case 'ended':
      return ended(before, state);
    case 'stuck':
      return state.kind === 'ready' ? drain(before, state.run, state.inFlight) : stay(before);
  }
}

/** A timer may fire a moment before its time, and a request may ask at any time. */
function due(before: Supervision, state: State, now: number): Step {
  if (state.kind !== 'backing-off') return stay(before);
  if (now >= state.until) return spawn(before);
  return { next: before, effects: [{ kind: 'wait', until: state.until }] };
}

function ended(before: Supervision, state: State): Step {
  if (state.kind === 'ready') return to(before, { ...state, inFlight: Math.max(0, state.inFlight - 1) });
  return state.kind === 'draining' ? drain(before, state.run, state.inFlight - 1) : stay(before);
}

/** Ended when the last request is; its exit brings the next run. */
function drain(before: Supervision, run: number, inFlight: number): Step {
  const next = { ...before, state: { kind: 'draining', run, inFlight } as const };
  return { next, effects: inFlight <= 0 ? [{ kind: 'end', run }] : [] };
}

function hasFailed(state: State, now: number): boolean {
  if (state.kind === 'ready') return !state.answered && now - state.since < youngMs;
  return state.kind === 'starting';
}

function failed(before: Supervision, now: number): Step {
  const failures = [...before.failures.slice(1 - failuresPerMinute), now];
  if (failures.length === 1) return spawn({ ...before, failures });
  const until = Math.max(now + pause(failures.length), earliest(failures));
  return {
    next: { failures, state: { kind: 'backing-off', run: before.state.run, until } },
    effects: [{ kind: 'wait', until }],
  };
}

function pause(failures: number): number {
  return Math.min(backoffMs.last, backoffMs.first * 2 ** (failures - 2));
}

/** No more than so many in any minute. */
function earliest(failures: readonly number[]): number {
  return failures.length < failuresPerMinute ? Number.NEGATIVE_INFINITY : (failures[0] ?? 0) + 60_000;
}

function spawn(before: Supervision): Step {
  const run = before.state.run + 1;
  return { next: { ...before, state: { kind: 'starting', run } }, effects: [{ kind: 'spawn', run }] };
}

function to(before: Supervision, state: State): Step {
  return { next: { ...before, state }, effects: [] };
}

function stay(before: Supervision): Step {
  return { next: before, effects: [] };
}
