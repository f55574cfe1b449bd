/** EventBridge Scheduler: schedules that invoke functions, and their groups. */
import { changing, type Operations, reading } from './call.ts';
import type { AwsError } from './error.ts';
import { lockGroup } from './scheduler/find.ts';
import { createScheduleGroup, deleteScheduleGroup, getScheduleGroup, listScheduleGroups } from './scheduler/groups.ts';
import { routes } from './scheduler/routes.ts';
import { createSchedule, deleteSchedule, getSchedule, listSchedules, updateSchedule } from './scheduler/schedules.ts';
import { listTagsForResource, tagResource, untagResource } from './scheduler/tags.ts';
import { createRestJson } from './wire/rest-json.ts';

const changingGroup = changing(lockGroup);

export const scheduler = {
  CreateSchedule: changingGroup(createSchedule),
  GetSchedule: reading(getSchedule),
  UpdateSchedule: changingGroup(updateSchedule),
  DeleteSchedule: changingGroup(deleteSchedule),
  ListSchedules: reading(listSchedules),
  CreateScheduleGroup: changingGroup(createScheduleGroup),
  GetScheduleGroup: reading(getScheduleGroup),
  DeleteScheduleGroup: changingGroup(deleteScheduleGroup),
  ListScheduleGroups: reading(listScheduleGroups),
  TagResource: changingGroup(tagResource),
  UntagResource: changingGroup(untagResource),
  ListTagsForResource: reading(listTagsForResource),
} satisfies Operations;

export const schedulerWire = createRestJson({ routes, errorBody });

function errorBody({ message, fields }: AwsError): Record<string, string> {
  return { Message: message, ...fields };
}
