/**
 * Who may call Parameter Store.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
import { accountId, region } from '../identity.ts';
import type { Input } from '../input.ts';
import type { ssm } from '../ssm.ts';
import { making, type Needs, type NeedsOf, tagContext, text, toTags } from './need.ts';

const onParameter =
  (name: string, member = 'Name'): Needs =>
  (input) => [{ action: `ssm:${name}`, resource: toParameterArn(text(input, member)) }];

/** Each of the names has to be allowed. */
const onParameters =
  (name: string): Needs =>
  (input) =>
    namesOf(input).map((one) => ({ action: `ssm:${name}`, resource: toParameterArn(one) }));

export const ssmNeeds: NeedsOf<typeof ssm> = {
  PutParameter: (input) =>
    making(
      { action: 'ssm:PutParameter', resource: toParameterArn(text(input, 'Name')) },
      'ssm:AddTagsToResource',
      toTags(input.Tags),
    ),
  GetParameter: onParameter('GetParameter'),
  GetParameters: onParameters('GetParameters'),
  GetParametersByPath: onParameter('GetParametersByPath', 'Path'),
  GetParameterHistory: onParameter('GetParameterHistory'),
  DescribeParameters: () => [{ action: 'ssm:DescribeParameters', resource: '*' }],
  DeleteParameter: onParameter('DeleteParameter'),
  DeleteParameters: onParameters('DeleteParameters'),
  AddTagsToResource: (input) => [
    {
      action: 'ssm:AddTagsToResource',
      resource: toParameterArn(text(input, 'ResourceId')),
      context: tagContext(toTags(input.Tags)),
    },
  ],
  RemoveTagsFromResource: onParameter('RemoveTagsFromResource', 'ResourceId'),
  ListTagsForResource: onParameter('ListTagsForResource', 'ResourceId'),
};

function namesOf({ Names }: Input): string[] {
  return Array.isArray(Names) ? Names.filter((name) => typeof name === 'string') : [];
}

/** Of a name, with or without a version or label behind it, of a path, or of an ARN. Its slash in front is in the ARN already. */
function toParameterArn(name: string): string {
  if (name.startsWith('arn:')) return name.replace(/(:parameter\/[^:]*):.*$/, '$1');
  const bare = name.replace(/:[^:/]*$/, '').replace(/^\/|\/$/g, '');
  return `arn:aws:ssm:${region}:${accountId}:parameter/${bare}`;
}
