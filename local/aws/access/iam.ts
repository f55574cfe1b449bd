/**
 * Who may call IAM.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
import type { State } from '../../model.ts';
import type { iam } from '../iam.ts';
import { toRoleArn, toUserArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { making, type Needs, type NeedsOf, tagContext, text, toTags } from './need.ts';

const onRole =
  (name: string): Needs =>
  (input, state) => [{ action: `iam:${name}`, resource: roleArn(input, state) }];

const onUser =
  (name: string): Needs =>
  (input) => [{ action: `iam:${name}`, resource: toUserArn(text(input, 'UserName')) }];

export const iamNeeds: NeedsOf<typeof iam> = {
  CreateRole: (input) =>
    making({ action: 'iam:CreateRole', resource: roleArn(input) }, 'iam:TagRole', toTags(input.Tags)),
  GetRole: onRole('GetRole'),
  DeleteRole: onRole('DeleteRole'),
  UpdateAssumeRolePolicy: onRole('UpdateAssumeRolePolicy'),
  TagRole: (input, state) => [
    { action: 'iam:TagRole', resource: roleArn(input, state), context: tagContext(toTags(input.Tags)) },
  ],
  UntagRole: onRole('UntagRole'),
  ListRoleTags: onRole('ListRoleTags'),
  PutRolePolicy: onRole('PutRolePolicy'),
  GetRolePolicy: onRole('GetRolePolicy'),
  DeleteRolePolicy: onRole('DeleteRolePolicy'),
  ListRolePolicies: onRole('ListRolePolicies'),
  AttachRolePolicy: onRole('AttachRolePolicy'),
  DetachRolePolicy: onRole('DetachRolePolicy'),
  ListAttachedRolePolicies: onRole('ListAttachedRolePolicies'),
  PutUserPolicy: onUser('PutUserPolicy'),
  GetUserPolicy: onUser('GetUserPolicy'),
  DeleteUserPolicy: onUser('DeleteUserPolicy'),
  ListUserPolicies: onUser('ListUserPolicies'),
  SimulatePrincipalPolicy: (input) => [
    { action: 'iam:SimulatePrincipalPolicy', resource: text(input, 'PolicySourceArn') },
  ],
};

/** Requests name a role without its path, which is part of the ARN. */
function roleArn(input: Input, state?: Pick<State, 'roles'>): string {
  const name = text(input, 'RoleName');
  return state?.roles[name]?.Arn ?? toRoleArn(text(input, 'Path') || '/', name);
}
