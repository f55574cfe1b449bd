/**
 * Runs schedules when they are due. A run that was missed while no platform ran is made up for once, unless it is older
 * than the schedule's own `MaximumEventAgeInSeconds`; several missed runs count as one.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Events } from '../lambda/events.ts';
import { toTarget } from '../lambda/target.ts';
import type { Schedule } from '../model.ts';
import type { Store } from '../state.ts';
import { nextTime, parseExpression } from './expression.ts';
import { scheduleInput } from './input.ts';

export interface ScheduleRunner {
  /** Schedules were made, changed or removed, or the platform is there to run them. */
  changed(): void;
  close(): void;
}

export interface ScheduleRunnerOptions {
  readonly store: Pick<Store, 'state' | 'save'>;
  readonly events: Pick<Events, 'put'>;
  readonly clock: Clock;
}

/** Timers hold no more than 24 days, and the clock of a laptop stands still while it sleeps. */
const longestWaitMs = 60_000;
/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html */
const defaultEventAge = 86_400;

export function createScheduleRunner({ store, events, clock }: ScheduleRunnerOptions): ScheduleRunner {
  let cancel: () => void = () => {};
  let isClosed = false;

  function look(): void {
    if (isClosed) return;
    cancel();
    const now = clock.now();
    const due = all().filter((schedule) => (nextRun(schedule) ?? Number.POSITIVE_INFINITY) <= now);
    for (const schedule of due) run(schedule, now);
    // If this is lost, the run is made up for once more.
    if (due.length > 0) store.save().catch(() => {});
    const next = Math.min(...all().map((schedule) => nextRun(schedule) ?? Number.POSITIVE_INFINITY));
    const wait = Math.min(next - now, longestWaitMs);
    if (Number.isFinite(next)) cancel = clock.after(wait, look);
  }

  function all(): Schedule[] {
    return Object.values(store.state.schedules);
  }

  function run(schedule: Schedule, now: number): void {
    const time = nextRun(schedule) ?? now;
    const age = (schedule.Target.RetryPolicy?.MaximumEventAgeInSeconds ?? defaultEventAge) * 1000;
    const { lastRun } = schedule;
    // This run stands for all that were missed.
    schedule.lastRun = now;
    if (now - time <= age) deliver(schedule, time).catch(() => restore(schedule, lastRun));
    if (schedule.ActionAfterCompletion === 'DELETE' && nextRun(schedule) === null)
      delete store.state.schedules[`${schedule.GroupName}/${schedule.Name}`];
  }

  /** Its event could not be stored, as on a full disk: the run is still due. */
  function restore(schedule: Schedule, lastRun: number | undefined): void {
    if (lastRun === undefined) delete schedule.lastRun;
    else schedule.lastRun = lastRun;
    store.state.schedules[`${schedule.GroupName}/${schedule.Name}`] ??= schedule;
    cancel();
    if (!isClosed) cancel = clock.after(longestWaitMs, look);
  }

  function deliver(schedule: Schedule, time: number): Promise<void> {
    const payload = Buffer.from(scheduleInput(schedule, { time, id: randomUUID() }));
    return events.put({ ...toTarget(schedule.Target.Arn), payload, withLog: false });
  }

  return {
    changed: look,
    close() {
      isClosed = true;
      cancel();
    },
  };
}

/** Epoch milliseconds of the run that comes next or is due; null when there is none any more. */
export function nextRun(schedule: Schedule): number | null {
  if (schedule.State === 'DISABLED') return null;
  const { LastModificationDate, StartDate = LastModificationDate, EndDate, lastRun } = schedule;
  const expression = parseExpression(schedule.ScheduleExpression);
  if (!expression) return null;
  // A rate without a start begins at once; the others from the minute after.
  const anchor = expression.kind === 'at' ? LastModificationDate : Math.max(StartDate, LastModificationDate);
  const after = Math.max(lastRun ?? Number.NEGATIVE_INFINITY, anchor - 1);
  const next = nextTime(expression, { timeZone: schedule.ScheduleExpressionTimezone, anchor, after });
  return next !== null && expression.kind !== 'at' && next > (EndDate ?? Number.POSITIVE_INFINITY) ? null : next;
}
