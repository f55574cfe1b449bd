/**
 * Who may call CloudWatch Logs. All but tagging is judged by an ARN that goes on after the group's name, as AWS prints it
 * in its refusals, so a policy has to say `log-group:NAME:*`.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
import { toLogGroupArn } from '../identity.ts';
import type { Input } from '../input.ts';
import type { logs } from '../logs.ts';
import { type Need, type Needs, type NeedsOf, tagContext, text, toTags } from './need.ts';

const onGroup =
  (name: string): Needs =>
  (input) => [{ action: `logs:${name}`, resource: streamArn(groupName(input), '') }];

const onStream =
  (name: string): Needs =>
  (input) => [{ action: `logs:${name}`, resource: streamArn(groupName(input), text(input, 'logStreamName')) }];

export const logsNeeds: NeedsOf<typeof logs> = {
  CreateLogGroup: (input) => {
    const tags = toTags(input.tags);
    const context = tagContext(tags);
    const name = groupName(input);
    const made: Need = { action: 'logs:CreateLogGroup', resource: streamArn(name, ''), context };
    const tagged: Need = { action: 'logs:TagResource', resource: toLogGroupArn(name), context };
    return Object.keys(tags).length === 0 ? [made] : [made, tagged];
  },
  DeleteLogGroup: onGroup('DeleteLogGroup'),
  DescribeLogGroups: () => [{ action: 'logs:DescribeLogGroups', resource: streamArn('', '') }],
  PutRetentionPolicy: onGroup('PutRetentionPolicy'),
  DeleteRetentionPolicy: onGroup('DeleteRetentionPolicy'),
  CreateLogStream: onStream('CreateLogStream'),
  DescribeLogStreams: onGroup('DescribeLogStreams'),
  PutLogEvents: onStream('PutLogEvents'),
  GetLogEvents: onStream('GetLogEvents'),
  FilterLogEvents: onGroup('FilterLogEvents'),
  TagResource: (input) => [
    { action: 'logs:TagResource', resource: text(input, 'resourceArn'), context: tagContext(toTags(input.tags)) },
  ],
  UntagResource: (input) => [{ action: 'logs:UntagResource', resource: text(input, 'resourceArn') }],
  ListTagsForResource: (input) => [{ action: 'logs:ListTagsForResource', resource: text(input, 'resourceArn') }],
};

/** Of what reads events, groups may be named by their ARN instead. */
function groupName(input: Input): string {
  const identifier = text(input, 'logGroupIdentifier').replace(/^arn:[^:]*:logs:[^:]*:\d*:log-group:|:\*$/g, '');
  return text(input, 'logGroupName') || identifier;
}

function streamArn(group: string, stream: string): string {
  return `${toLogGroupArn(group)}:log-stream:${stream}`;
}
