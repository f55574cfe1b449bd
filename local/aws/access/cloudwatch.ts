/**
 * Who may call CloudWatch.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
import type { cloudwatch } from '../cloudwatch.ts';
import { toAlarmArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { making, type Needs, type NeedsOf, onNothingOf, tagContext, text, toTags } from './need.ts';

const onAlarm =
  (name: string): Needs =>
  (input) => [{ action: `cloudwatch:${name}`, resource: toAlarmArn(text(input, 'AlarmName')) }];

const onAlarms =
  (name: string): Needs =>
  ({ AlarmNames }) =>
    namesOf(AlarmNames).map((alarm) => ({ action: `cloudwatch:${name}`, resource: toAlarmArn(alarm) }));

const onTagged =
  (name: string): Needs =>
  (input) => [
    { action: `cloudwatch:${name}`, resource: text(input, 'ResourceARN'), context: tagContext(toTags(input.Tags)) },
  ];

const onNothing = onNothingOf('cloudwatch');

export const cloudwatchNeeds: NeedsOf<typeof cloudwatch> = {
  GetMetricData: onNothing('GetMetricData'),
  PutMetricAlarm: (input) =>
    making(
      { action: 'cloudwatch:PutMetricAlarm', resource: toAlarmArn(text(input, 'AlarmName')) },
      'cloudwatch:TagResource',
      toTags(input.Tags),
    ),
  // Composite alarms are among what it lists, and they take a permission on everything.
  DescribeAlarms: onNothing('DescribeAlarms'),
  DescribeAlarmHistory: onAlarm('DescribeAlarmHistory'),
  DeleteAlarms: onAlarms('DeleteAlarms'),
  SetAlarmState: onAlarm('SetAlarmState'),
  EnableAlarmActions: onAlarms('EnableAlarmActions'),
  DisableAlarmActions: onAlarms('DisableAlarmActions'),
  TagResource: onTagged('TagResource'),
  UntagResource: onTagged('UntagResource'),
  ListTagsForResource: onTagged('ListTagsForResource'),
};

function namesOf(names: Input[string]): string[] {
  return Array.isArray(names) ? names.map(String) : [];
}
