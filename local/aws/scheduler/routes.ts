/** Scheduler's operations by method and path, all that AWS has. */
import type { Route } from '../wire/rest-json.ts';

export const routes: readonly Route[] = [
  ['POST', '/schedules/{Name}', 'CreateSchedule', 200],
  ['POST', '/schedule-groups/{Name}', 'CreateScheduleGroup', 200],
  ['DELETE', '/schedules/{Name}', 'DeleteSchedule', 200],
  ['DELETE', '/schedule-groups/{Name}', 'DeleteScheduleGroup', 200],
  ['GET', '/schedules/{Name}', 'GetSchedule', 200],
  ['GET', '/schedule-groups/{Name}', 'GetScheduleGroup', 200],
  ['GET', '/schedule-groups', 'ListScheduleGroups', 200],
  ['GET', '/schedules', 'ListSchedules', 200],
  ['GET', '/tags/{ResourceArn}', 'ListTagsForResource', 200],
  ['POST', '/tags/{ResourceArn}', 'TagResource', 200],
  ['DELETE', '/tags/{ResourceArn}', 'UntagResource', 200],
  ['PUT', '/schedules/{Name}', 'UpdateSchedule', 200],
];
