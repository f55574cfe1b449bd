/** CloudWatch Logs: groups, streams, events. */
import { changing, type Operations, reading } from './call.ts';
import { filterLogEvents, getLogEvents, putLogEvents } from './logs/events.ts';
import { lockGroup } from './logs/find.ts';
import {
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  describeLogGroups,
  putRetentionPolicy,
} from './logs/groups.ts';
import { createLogStream, describeLogStreams } from './logs/streams.ts';
import { listTagsForResource, tagResource, untagResource } from './logs/tags.ts';

const changingGroup = changing(lockGroup);

export const logs = {
  CreateLogGroup: changingGroup(createLogGroup),
  DeleteLogGroup: changingGroup(deleteLogGroup),
  DescribeLogGroups: reading(describeLogGroups),
  PutRetentionPolicy: changingGroup(putRetentionPolicy),
  DeleteRetentionPolicy: changingGroup(deleteRetentionPolicy),
  CreateLogStream: changingGroup(createLogStream),
  DescribeLogStreams: reading(describeLogStreams),
  PutLogEvents: reading(putLogEvents),
  GetLogEvents: reading(getLogEvents),
  FilterLogEvents: reading(filterLogEvents),
  TagResource: changingGroup(tagResource),
  UntagResource: changingGroup(untagResource),
  ListTagsForResource: reading(listTagsForResource),
} satisfies Operations;
