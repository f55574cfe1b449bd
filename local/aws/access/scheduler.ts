/**
 * Who may call EventBridge Scheduler. Whoever makes a schedule hands it the role that it invokes with.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
 */
import { isRecord } from '../../../http/json.ts';
import { toScheduleArn, toScheduleGroupArn } from '../identity.ts';
import type { Input } from '../input.ts';
import type { scheduler } from '../scheduler.ts';
import { making, type Need, type Needs, type NeedsOf, onNothingOf, passing, tagContext, text, toTags } from './need.ts';

const onSchedule =
  (name: string): Needs =>
  (input) => [{ action: `scheduler:${name}`, resource: scheduleArn(input) }];

const onGroup =
  (name: string): Needs =>
  (input) => [{ action: `scheduler:${name}`, resource: toScheduleGroupArn(text(input, 'Name')) }];

const onTagged =
  (name: string): Needs =>
  (input) => [
    {
      action: `scheduler:${name}`,
      resource: text(input, 'ResourceArn'),
      context: tagContext(toTags(input.Tags)),
    },
  ];

const onNothing = onNothingOf('scheduler');

export const schedulerNeeds: NeedsOf<typeof scheduler> = {
  CreateSchedule: (input) => [...onSchedule('CreateSchedule')(input), ...passingRole(input)],
  GetSchedule: onSchedule('GetSchedule'),
  UpdateSchedule: (input) => [...onSchedule('UpdateSchedule')(input), ...passingRole(input)],
  DeleteSchedule: onSchedule('DeleteSchedule'),
  ListSchedules: onNothing('ListSchedules'),
  CreateScheduleGroup: (input) =>
    making(
      { action: 'scheduler:CreateScheduleGroup', resource: toScheduleGroupArn(text(input, 'Name')) },
      'scheduler:TagResource',
      toTags(input.Tags),
    ),
  GetScheduleGroup: onGroup('GetScheduleGroup'),
  DeleteScheduleGroup: onGroup('DeleteScheduleGroup'),
  ListScheduleGroups: onNothing('ListScheduleGroups'),
  TagResource: onTagged('TagResource'),
  UntagResource: onTagged('UntagResource'),
  ListTagsForResource: onTagged('ListTagsForResource'),
};

/** The group is in the body, or in the query with a small letter. */
function scheduleArn(input: Input): string {
  return toScheduleArn(text(input, 'GroupName') || text(input, 'groupName') || 'default', text(input, 'Name'));
}

function passingRole({ Target }: Input): Need[] {
  return passing(isRecord(Target) ? Target.RoleArn : undefined, 'scheduler.amazonaws.com');
}
