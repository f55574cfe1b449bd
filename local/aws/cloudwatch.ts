/** CloudWatch: what was counted, and alarms on it. */
import { changing, type Operations, reading } from './call.ts';
import { disableAlarmActions, enableAlarmActions, setAlarmState } from './cloudwatch/alarm-states.ts';
import { deleteAlarms, describeAlarmHistory, describeAlarms, putMetricAlarm } from './cloudwatch/alarms.ts';
import { getMetricData } from './cloudwatch/metric-data.ts';
import { listTagsForResource, tagResource, untagResource } from './cloudwatch/tags.ts';

/** One after the other: some of them are of many alarms. */
const changingAlarms = changing(() => 'alarms');

export const cloudwatch = {
  GetMetricData: reading(getMetricData),
  PutMetricAlarm: changingAlarms(putMetricAlarm),
  DescribeAlarms: reading(describeAlarms),
  DescribeAlarmHistory: reading(describeAlarmHistory),
  DeleteAlarms: changingAlarms(deleteAlarms),
  SetAlarmState: changingAlarms(setAlarmState),
  EnableAlarmActions: changingAlarms(enableAlarmActions),
  DisableAlarmActions: changingAlarms(disableAlarmActions),
  TagResource: changingAlarms(tagResource),
  UntagResource: changingAlarms(untagResource),
  ListTagsForResource: reading(listTagsForResource),
} satisfies Operations;
