/** Looks at all alarms once a minute, as CloudWatch does, and carries out what they do when their state changes. */
import type { Clock } from '../clock.ts';
import { permitsService } from '../gateway/permissions.ts';
import type { Events } from '../lambda/events.ts';
import { toTarget } from '../lambda/target.ts';
import { type MetricStore, minuteMs } from '../metrics/store.ts';
import type { Alarm, AlarmHistoryItem, AlarmState } from '../model.ts';
import type { Store } from '../state.ts';
import type { Publisher } from '../topics/publisher.ts';
import { evaluate, type Point, readPoints } from './evaluate.ts';
import { timestamp, toEvent, toNotice } from './message.ts';

export interface AlarmRunner {
  /** Alarms were made, or the platform is there to look at them. */
  changed(): void;
  /** As SetAlarmState does it: until the alarm looks at its metric again. */
  setState(alarm: Alarm, state: AlarmState, reason: string, data?: string): void;
  close(): void;
}

export interface AlarmRunnerOptions {
  readonly store: Pick<Store, 'state' | 'save'>;
  readonly metrics: Pick<MetricStore, 'read'>;
  readonly events: Pick<Events, 'put'>;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly clock: Clock;
}

const historyLength = 100;

export function createAlarmRunner({ store, metrics, events, publisher, clock }: AlarmRunnerOptions): AlarmRunner {
  let cancel: (() => void) | null = null;
  let isClosed = false;

  function arm(): void {
    if (isClosed || cancel || Object.keys(store.state.alarms).length === 0) return;
    const now = clock.now();
    cancel = clock.after((Math.floor(now / minuteMs) + 1) * minuteMs - now, look);
  }

  function look(): void {
    cancel = null;
    const now = clock.now();
    let hasChanged = false;
    for (const alarm of Object.values(store.state.alarms)) {
      const { state, reason, points } = evaluate(alarm, readPoints(metrics, alarm, now));
      if (state === alarm.StateValue) continue;
      hasChanged = true;
      setState(alarm, state, reason, reasonData(alarm, points, now));
    }
    // If this is lost, the change is found and reported once more.
    if (hasChanged) store.save().catch(() => {});
    arm();
  }

  function setState(alarm: Alarm, state: AlarmState, reason: string, data?: string): void {
    const before = alarm.StateValue;
    const now = clock.now();
    alarm.StateValue = state;
    alarm.StateReason = reason;
    delete alarm.StateReasonData;
    if (data !== undefined) alarm.StateReasonData = data;
    alarm.StateUpdatedTimestamp = now;
    // Only a change is told, and only a change is history.
    if (before === state) return;
    alarm.StateTransitionedTimestamp = now;
    remember(alarm, stateItem(alarm, before));
    if (alarm.ActionsEnabled) for (const arn of actionsOf(alarm)) act(alarm, before, arn);
  }

  function act(alarm: Alarm, before: AlarmState, arn: string): void {
    const done = isFunction(arn) ? invoke(alarm, before, arn) : tell(alarm, before, arn);
    const summary = `${done ? 'Successfully executed' : 'Failed to execute'} action ${arn}`;
    const data = { actionState: done ? 'Succeeded' : 'Failed', notificationResource: arn };
    remember(alarm, item('Action', summary, data, clock.now()));
  }

  function tell(alarm: Alarm, before: AlarmState, arn: string): boolean {
    const topic = store.state.topics[arn.split(':').at(-1) ?? ''];
    if (!topic) return false;
    publisher.publish(topic, toNotice(alarm, before));
    return true;
  }

  function invoke(alarm: Alarm, before: AlarmState, arn: string): boolean {
    const target = toTarget(arn);
    if (!permitsService(store.state, target, 'lambda.alarms.cloudwatch.amazonaws.com')) return false;
    // Asynchronous: an event that cannot be stored, as on a full disk, is lost.
    events
      .put({ ...target, payload: Buffer.from(JSON.stringify(toEvent(alarm, before))), withLog: false })
      .catch(() => {});
    return true;
  }

  return {
    changed: arm,
    setState,
    close() {
      isClosed = true;
      cancel?.();
    },
  };
}

export function isFunction(arn: string): boolean {
  return /^arn:aws[a-z-]*:lambda:/.test(arn);
}

function actionsOf({ StateValue, AlarmActions, OKActions, InsufficientDataActions }: Alarm): readonly string[] {
  return { ALARM: AlarmActions, OK: OKActions, INSUFFICIENT_DATA: InsufficientDataActions }[StateValue];
}

export function remember(alarm: Alarm, entry: AlarmHistoryItem): void {
  alarm.history = [entry, ...alarm.history].slice(0, historyLength);
}

export function item(
  HistoryItemType: AlarmHistoryItem['HistoryItemType'],
  HistorySummary: string,
  data: object,
  Timestamp: number,
): AlarmHistoryItem {
  return { HistoryItemType, HistorySummary, HistoryData: JSON.stringify({ version: '1.0', ...data }), Timestamp };
}

function stateItem({ StateValue, StateReason, StateTransitionedTimestamp }: Alarm, before: AlarmState) {
  const summary = `Alarm updated from ${before} to ${StateValue}`;
  const data = { oldState: { stateValue: before }, newState: { stateValue: StateValue, stateReason: StateReason } };
  return item('StateUpdate', summary, data, StateTransitionedTimestamp);
}

function reasonData(alarm: Alarm, points: readonly Point[], now: number): string {
  return JSON.stringify({
    version: '1.0',
    queryDate: timestamp(now),
    statistic: alarm.Stat,
    period: alarm.Period,
    recentDatapoints: points.map(({ value }) => value),
    threshold: alarm.Threshold,
  });
}
