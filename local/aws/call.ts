/** What an operation is: a function of a call and its input. Each service is a table of them. */
import type { Policy } from '../access/policy.ts';
import type { AlarmRunner } from '../alarms/runner.ts';
import type { Events } from '../lambda/events.ts';
import type { LogStore } from '../logs/store.ts';
import type { MetricStore } from '../metrics/store.ts';
import type { Engine, FrontDoors } from '../model.ts';
import type { ScheduleRunner } from '../scheduler/runner.ts';
import type { Store } from '../state.ts';
import type { Publisher } from '../topics/publisher.ts';
import type { Input } from './input.ts';

export interface Aws {
  readonly store: Store;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  readonly engine: Engine;
  readonly events: Pick<Events, 'put'>;
  readonly schedules: Pick<ScheduleRunner, 'changed'>;
  readonly alarms: Pick<AlarmRunner, 'changed' | 'setState'>;
  readonly publisher: Omit<Publisher, 'close'>;
  readonly frontDoors: FrontDoors;
  /** The policy of whoever calls from outside; without it everything is allowed. */
  readonly policy?: () => Promise<Policy>;
  /** Milliseconds until a change is seen, as on AWS; none when left out. */
  readonly lag?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Call extends Aws {
  readonly requestId: string;
  /** The base URL the client reached us by. */
  readonly endpoint: string;
}

/** An answer that is not JSON or XML made from an object. */
export class RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;

  constructor(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

export type Output = Readonly<Record<string, unknown>> | RawReply | undefined;
export type Run = (call: Call, input: Input) => Output | Promise<Output>;

export interface Operation {
  readonly run: Run;
  /** The resource it changes: calls on one resource take turns, and the state is saved before the answer. */
  readonly resource?: (input: Input) => string;
  /** It needs no credentials: its input, such as a token, is proof enough. */
  readonly open?: true;
}

export type Operations = Readonly<Record<string, Operation>>;

/** An operation that changes nothing. */
export function reading(run: Run): Operation {
  return { run };
}

/** A table row maker for operations that change the resource `resource` names. */
export function changing(resource: (input: Input) => string): (run: Run) => Operation {
  return (run) => ({ run, resource });
}

/** Makes a row of one that needs credentials into one that needs none. */
export function open(operation: Operation): Operation {
  return { ...operation, open: true };
}

/** Runs tasks of one key one after the other, and tasks of different keys at once. */
export function createTurns(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async function inTurn(key, task) {
    const result = (last.get(key) ?? Promise.resolve()).then(task, task);
    last.set(key, result);
    try {
      return await result;
    } finally {
      if (last.get(key) === result) last.delete(key);
    }
  };
}
