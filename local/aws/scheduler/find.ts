/** Finding schedules and groups, and what reading their requests has in common. */
import type { Schedule, ScheduleGroup, State } from '../../model.ts';
import { AwsError } from '../error.ts';
import { checkPattern, createReader, type Input } from '../input.ts';
import { readPageSize, toPage } from '../pages.ts';
import { emptyRecord } from '../record.ts';

export const validation = 'ValidationException';
export const read = createReader(validation);

export const defaultGroup = 'default';
const namePattern = /^[0-9a-zA-Z\-_.]{1,64}$/;

export function invalid(message: string): AwsError {
  return new AwsError(validation, message);
}

export function readName(input: Input): string {
  const name = read.needText(input, 'Name');
  checkPattern(validation, 'Name', name, namePattern);
  return name;
}

/** The body calls it GroupName, the query of some operations groupName. */
export function readGroupName(input: Input): string {
  const name = read.text(input, 'GroupName') ?? read.text(input, 'groupName') ?? defaultGroup;
  checkPattern(validation, 'GroupName', name, namePattern);
  return name;
}

export function findSchedule(state: State, input: Input): Schedule {
  const name = readName(input);
  const schedule = state.schedules[`${readGroupName(input)}/${name}`];
  if (schedule) return schedule;
  throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`);
}

export function findGroup(state: State, name: string): ScheduleGroup {
  const group = state.scheduleGroups[name] ?? (name === defaultGroup ? firstGroup(state) : undefined);
  if (group) return group;
  throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`);
}

/** It is there without anybody having made it. */
export function firstGroup(state: State): ScheduleGroup {
  const made = state.scheduleGroups[defaultGroup] ?? { Name: defaultGroup, CreationDate: 0, Tags: emptyRecord() };
  state.scheduleGroups[defaultGroup] = made;
  return made;
}

/** All of the service take turns: a group is removed with what is in it. */
export function lockGroup(): string {
  return 'scheduler';
}

/** Times are numbers of seconds on this wire. */
export function toSeconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** A page of items, shown under `member`. */
export function showPage<T>(
  member: string,
  items: readonly T[],
  { nameOf, show }: { nameOf: (item: T) => string; show: (item: T) => Record<string, unknown> },
  input: Input,
): Record<string, unknown> {
  const size = readPageSize(read, input, 'MaxResults', { code: validation, usual: 100, min: 1, max: 100 });
  const page = toPage(items, nameOf, { marker: read.text(input, 'NextToken'), size, code: validation });
  return { [member]: page.items.map(show), ...(page.next !== undefined && { NextToken: page.next }) };
}
