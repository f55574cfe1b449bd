/** Schedule groups: they carry the tags, and are removed together with their schedules. */
import type { ScheduleGroup } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { toScheduleGroupArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { byName } from '../pages.ts';
import { emptyRecord } from '../record.ts';
import { defaultGroup, findGroup, firstGroup, invalid, read, readName, showPage, toSeconds } from './find.ts';
import { readTags } from './tags.ts';

export function createScheduleGroup({ store, now }: Call, input: Input): Output {
  const Name = readName(input);
  if (Name === defaultGroup || store.state.scheduleGroups[Name])
    throw new AwsError('ConflictException', `Schedule group ${Name} already exists.`);
  store.state.scheduleGroups[Name] = { Name, CreationDate: now(), Tags: readTags(input, emptyRecord()) };
  return { ScheduleGroupArn: toScheduleGroupArn(Name) };
}

export function getScheduleGroup({ store }: Call, input: Input): Output {
  return show(findGroup(store.state, readName(input)));
}

export function listScheduleGroups({ store }: Call, input: Input): Output {
  firstGroup(store.state);
  const prefix = read.text(input, 'NamePrefix') ?? '';
  const nameOf = ({ Name }: ScheduleGroup): string => Name;
  const groups = byName(Object.values(store.state.scheduleGroups), nameOf).filter(({ Name }) =>
    Name.startsWith(prefix),
  );
  return showPage('ScheduleGroups', groups, { nameOf, show }, input);
}

export function deleteScheduleGroup({ store, schedules }: Call, input: Input): Output {
  const { Name } = findGroup(store.state, readName(input));
  if (Name === defaultGroup) throw invalid('The default schedule group cannot be deleted.');
  for (const [key, schedule] of Object.entries(store.state.schedules))
    if (schedule.GroupName === Name) delete store.state.schedules[key];
  delete store.state.scheduleGroups[Name];
  schedules.changed();
  return {};
}

function show({ Name, CreationDate }: ScheduleGroup): Record<string, unknown> {
  const date = toSeconds(CreationDate);
  return { Arn: toScheduleGroupArn(Name), Name, State: 'ACTIVE', CreationDate: date, LastModificationDate: date };
}
