/** Schedules. An update replaces the whole of one: what it does not say is its default again. */
import type { Schedule } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { toScheduleArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { byName } from '../pages.ts';
import { findGroup, findSchedule, read, readGroupName, readName, showPage, toSeconds } from './find.ts';
import { readSchedule } from './settings.ts';

export function createSchedule({ store, schedules, now }: Call, input: Input): Output {
  const Name = readName(input);
  const GroupName = findGroup(store.state, readGroupName(input)).Name;
  const key = `${GroupName}/${Name}`;
  const ClientToken = read.text(input, 'ClientToken');
  const existing = store.state.schedules[key];
  // A client whose answer was lost asks again, and is told what it would have been told.
  if (existing && existing.ClientToken === ClientToken && ClientToken !== undefined)
    return { ScheduleArn: toScheduleArn(GroupName, Name) };
  if (existing) throw new AwsError('ConflictException', `Schedule ${Name} already exists.`);
  const time = now();
  store.state.schedules[key] = {
    ...{ Name, GroupName, ...readSchedule(store.state, input) },
    ...{ CreationDate: time, LastModificationDate: time },
    ...(ClientToken !== undefined && { ClientToken }),
  };
  schedules.changed();
  return { ScheduleArn: toScheduleArn(GroupName, Name) };
}

export function getSchedule({ store }: Call, input: Input): Output {
  const { lastRun: _run, ClientToken: _token, ...schedule } = findSchedule(store.state, input);
  const { StartDate, EndDate, CreationDate, LastModificationDate } = schedule;
  return {
    ...schedule,
    Arn: toScheduleArn(schedule.GroupName, schedule.Name),
    ...(StartDate !== undefined && { StartDate: toSeconds(StartDate) }),
    ...(EndDate !== undefined && { EndDate: toSeconds(EndDate) }),
    CreationDate: toSeconds(CreationDate),
    LastModificationDate: toSeconds(LastModificationDate),
  };
}

export function updateSchedule({ store, schedules, now }: Call, input: Input): Output {
  const { Name, GroupName, CreationDate } = findSchedule(store.state, input);
  const settings = readSchedule(store.state, input);
  store.state.schedules[`${GroupName}/${Name}`] = {
    ...{ Name, GroupName, ...settings },
    ...{ CreationDate, LastModificationDate: now() },
  };
  schedules.changed();
  return { ScheduleArn: toScheduleArn(GroupName, Name) };
}

export function deleteSchedule({ store, schedules }: Call, input: Input): Output {
  const { GroupName, Name } = findSchedule(store.state, input);
  delete store.state.schedules[`${GroupName}/${Name}`];
  schedules.changed();
  return {};
}

export function listSchedules({ store }: Call, input: Input): Output {
  const group = read.text(input, 'ScheduleGroup');
  const prefix = read.text(input, 'NamePrefix') ?? '';
  const state = read.text(input, 'State');
  const nameOf = ({ GroupName, Name }: Schedule): string => `${GroupName}/${Name}`;
  const found = byName(Object.values(store.state.schedules), nameOf).filter(
    ({ GroupName, Name, State }) =>
      (group ?? GroupName) === GroupName && Name.startsWith(prefix) && (state ?? State) === State,
  );
  return showPage('Schedules', found, { nameOf, show: summary }, input);
}

function summary({ GroupName, Name, State, CreationDate, LastModificationDate, Target }: Schedule) {
  return {
    ...{ Arn: toScheduleArn(GroupName, Name), GroupName, Name, State },
    CreationDate: toSeconds(CreationDate),
    LastModificationDate: toSeconds(LastModificationDate),
    Target: { Arn: Target.Arn },
  };
}
