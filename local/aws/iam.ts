/**
 * IAM: roles, their inline policies and tags, and the inline policies of the one user. They are enforced only where the
 * platform has been given a policy (`up local --policy`).
 */
import { changing, type Operations, reading } from './call.ts';
import {
  attachRolePolicy,
  deleteRolePolicy,
  detachRolePolicy,
  getRolePolicy,
  listAttachedRolePolicies,
  listRolePolicies,
  putRolePolicy,
} from './iam/policies.ts';
import {
  createRole,
  deleteRole,
  getRole,
  listRoleTags,
  tagRole,
  untagRole,
  updateAssumeRolePolicy,
} from './iam/roles.ts';
import { simulatePrincipalPolicy } from './iam/simulate.ts';
import { deleteUserPolicy, getUserPolicy, listUserPolicies, putUserPolicy } from './iam/users.ts';

const changingUser = changing((input) => String(input.UserName));
const changingRole = changing((input) => String(input.RoleName));

export const iam = {
  CreateRole: changingRole(createRole),
  GetRole: reading(getRole),
  DeleteRole: changingRole(deleteRole),
  UpdateAssumeRolePolicy: changingRole(updateAssumeRolePolicy),
  TagRole: changingRole(tagRole),
  UntagRole: changingRole(untagRole),
  ListRoleTags: reading(listRoleTags),
  PutRolePolicy: changingRole(putRolePolicy),
  GetRolePolicy: reading(getRolePolicy),
  DeleteRolePolicy: changingRole(deleteRolePolicy),
  ListRolePolicies: reading(listRolePolicies),
  AttachRolePolicy: changingRole(attachRolePolicy),
  DetachRolePolicy: changingRole(detachRolePolicy),
  ListAttachedRolePolicies: reading(listAttachedRolePolicies),
  PutUserPolicy: changingUser(putUserPolicy),
  GetUserPolicy: reading(getUserPolicy),
  DeleteUserPolicy: changingUser(deleteUserPolicy),
  ListUserPolicies: reading(listUserPolicies),
  SimulatePrincipalPolicy: reading(simulatePrincipalPolicy),
} satisfies Operations;
