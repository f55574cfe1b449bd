/** IAM: roles, their inline policies and tags. Policies are kept and shown, never enforced. */

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
} satisfies Operations;
