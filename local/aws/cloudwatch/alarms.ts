/** Alarms: made, shown, removed. PutMetricAlarm replaces the whole of one, but its tags. */
import { item, remember } from '../../alarms/runner.ts';
import type { Alarm } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { toAlarmArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { byName, readPageSize, toPage } from '../pages.ts';
import { emptyRecord } from '../record.ts';
import { invalid, read, readSettings, validation } from './alarm-settings.ts';
import { readTags } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html */
const maxDeleted = 100;
const pageSizes = { min: 1, max: 100, usual: 50 };

export function putMetricAlarm({ store, alarms, now }: Call, input: Input): Output {
  const settings = readSettings(input);
  const found = store.state.alarms[settings.AlarmName];
  const time = now();
  const alarm: Alarm = {
    ...settings,
    AlarmConfigurationUpdatedTimestamp: time,
    ...(found ? stateOf(found) : newState(time)),
    Tags: found?.Tags ?? readTags(input, emptyRecord()),
    history: found?.history ?? [],
  };
  const summary = `Alarm "${alarm.AlarmName}" ${found ? 'updated' : 'created'}`;
  remember(alarm, item('ConfigurationUpdate', summary, { type: found ? 'Update' : 'Create' }, time));
  store.state.alarms[alarm.AlarmName] = alarm;
  alarms.changed();
  return undefined;
}

function stateOf(alarm: Alarm) {
  const { StateValue, StateReason, StateReasonData, StateUpdatedTimestamp, StateTransitionedTimestamp } = alarm;
  const times = { StateUpdatedTimestamp, StateTransitionedTimestamp };
  return { StateValue, StateReason, ...(StateReasonData !== undefined && { StateReasonData }), ...times };
}

function newState(time: number) {
  return {
    StateValue: 'INSUFFICIENT_DATA' as const,
    StateReason: 'Unchecked: Initial alarm creation',
    StateUpdatedTimestamp: time,
    StateTransitionedTimestamp: time,
  };
}

export function describeAlarms({ store }: Call, input: Input): Output {
  const names = read.texts(input, 'AlarmNames');
  const prefix = read.text(input, 'AlarmNamePrefix');
  if (names && prefix !== undefined) throw invalid('AlarmNames and AlarmNamePrefix cannot both be given.');
  const state = read.text(input, 'StateValue');
  const action = read.text(input, 'ActionPrefix');
  const all = byName(Object.values(store.state.alarms), nameOf).filter(
    (alarm) =>
      (names?.includes(alarm.AlarmName) ?? alarm.AlarmName.startsWith(prefix ?? '')) &&
      (state ?? alarm.StateValue) === alarm.StateValue &&
      (action === undefined || actionsOf(alarm).some((arn) => arn.startsWith(action))),
  );
  const page = toPage(all, nameOf, {
    marker: read.text(input, 'NextToken'),
    size: pageSize(input),
    code: 'InvalidNextToken',
  });
  return { MetricAlarms: page.items.map(show), CompositeAlarms: [], NextToken: page.next };
}

function nameOf({ AlarmName }: Alarm): string {
  return AlarmName;
}

function actionsOf({ OKActions, AlarmActions, InsufficientDataActions }: Alarm): string[] {
  return [...OKActions, ...AlarmActions, ...InsufficientDataActions];
}

function pageSize(input: Input, usual = pageSizes.usual): number {
  return readPageSize(read, input, 'MaxRecords', { code: validation, ...pageSizes, usual });
}

/** The protocol has times in seconds. */
function show(alarm: Alarm): Record<string, unknown> {
  const { Stat, Tags: _tags, history: _history, StateUpdatedTimestamp, StateTransitionedTimestamp, ...rest } = alarm;
  return {
    ...rest,
    ...(Stat.startsWith('p') ? { ExtendedStatistic: Stat } : { Statistic: Stat }),
    AlarmArn: toAlarmArn(alarm.AlarmName),
    AlarmConfigurationUpdatedTimestamp: alarm.AlarmConfigurationUpdatedTimestamp / 1000,
    StateUpdatedTimestamp: StateUpdatedTimestamp / 1000,
    StateTransitionedTimestamp: StateTransitionedTimestamp / 1000,
  };
}

/** Of many: those that are not there are done. */
export function deleteAlarms({ store }: Call, input: Input): Output {
  const names = read.texts(input, 'AlarmNames') ?? [];
  if (names.length > maxDeleted) throw invalid(`At most ${maxDeleted} alarms can be deleted at once.`);
  for (const name of names) delete store.state.alarms[name];
  return undefined;
}

export function describeAlarmHistory({ store }: Call, input: Input): Output {
  const name = read.text(input, 'AlarmName');
  const type = read.text(input, 'HistoryItemType');
  const order = read.text(input, 'ScanBy') ?? 'TimestampDescending';
  const [from, to] = [read.number(input, 'StartDate'), read.number(input, 'EndDate')];
  const items = Object.values(store.state.alarms)
    .filter((alarm) => (name ?? alarm.AlarmName) === alarm.AlarmName)
    .flatMap(({ AlarmName, history }) => history.map((entry) => ({ AlarmName, AlarmType: 'MetricAlarm', ...entry })))
    .filter(({ HistoryItemType, Timestamp }) => {
      if (type !== undefined && type !== HistoryItemType) return false;
      return Timestamp >= (from ?? 0) * 1000 && Timestamp <= (to ?? Number.POSITIVE_INFINITY) * 1000;
    })
    .sort((a, b) => b.Timestamp - a.Timestamp);
  const ordered = numbered(order === 'TimestampAscending' ? items.toReversed() : items);
  const size = pageSize(input, pageSizes.max);
  const page = toPage(ordered, ({ marker }) => marker, {
    marker: read.text(input, 'NextToken'),
    size,
    code: 'InvalidNextToken',
  });
  return {
    AlarmHistoryItems: page.items.map(({ entry }) => ({ ...entry, Timestamp: entry.Timestamp / 1000 })),
    NextToken: page.next,
  };
}

/** Each with a marker of its own: its time, and its number among those of the same time. */
function numbered<T extends { readonly Timestamp: number }>(entries: readonly T[]): { entry: T; marker: string }[] {
  const counts = new Map<number, number>();
  return entries.map((entry) => {
    const count = (counts.get(entry.Timestamp) ?? 0) + 1;
    counts.set(entry.Timestamp, count);
    return { entry, marker: `${entry.Timestamp} ${count}` };
  });
}
