/** The fleet as the inspector sees it: its environments, and what became of each invocation. */
import type { Invocation, Timing } from '../inspector/feed.ts';
import type { Counted } from '../metrics/invocations.ts';
import type { Environment, Outcome, Times } from './environment.ts';
import type { EnvironmentState } from './phases.ts';

/** An environment that lives. */
export interface Lane {
  readonly id: string;
  readonly app: string;
  readonly version: string;
  readonly state: EnvironmentState;
  readonly pid: number;
  /** Epoch milliseconds. */
  readonly started: number;
  /** It is kept ready, whether or not it is used. */
  readonly provisioned: boolean;
}

/** A place in the fleet. */
interface Placed {
  readonly functionName: string;
  readonly version: string;
  readonly started: number;
  readonly provisioned: boolean;
  readonly environment: Environment | null;
}

/** None before its process is started. */
export function toLane({ functionName: app, version, started, provisioned, environment }: Placed): Lane[] {
  if (environment === null) return [];
  const { id, state, pid } = environment;
  return [{ id, app, version, state: state(), pid: pid(), started, provisioned }];
}

/** What an invocation was, once it has an answer. */
export function seen(
  { functionName: app, qualifier, executedVersion: version }: Counted,
  environment: Environment,
  { requestId, coldStart: cold, waited, ran: run, functionError }: Outcome & Times,
  before: Pick<Timing, 'queued' | 'frozen'>,
): Invocation {
  const failed = functionError !== undefined;
  // A warm one waits for its thaw.
  const [queued, init] = cold ? [before.queued, waited] : [before.queued + waited, 0];
  const timing = { queued, init, run, frozen: before.frozen };
  return { requestId, app, qualifier, version, environment: environment.id, cold, failed, timing };
}
