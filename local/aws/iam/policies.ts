/** The inline policies of roles. */
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkPattern, type Input } from '../input.ts';
import { byName } from '../pages.ts';
import { checkDocument, encodeDocument, findRole, read, showPage } from './roles.ts';

export function putRolePolicy({ store }: Call, input: Input): Output {
  const role = findRole(store.state, input);
  const name = read.needText(input, 'PolicyName');
  checkPattern('ValidationError', 'PolicyName', name, /^[\w+=,.@-]{1,128}$/);
  role.policies[name] = checkDocument(read.needText(input, 'PolicyDocument'));
  return undefined;
}

export function getRolePolicy({ store }: Call, input: Input): Output {
  const { RoleName, policies } = findRole(store.state, input);
  const PolicyName = read.needText(input, 'PolicyName');
  const document = policies[PolicyName];
  if (document === undefined) throw noPolicy(PolicyName);
  return { RoleName, PolicyName, PolicyDocument: encodeDocument(document) };
}

function noPolicy(name: string): AwsError {
  return new AwsError('NoSuchEntity', `The role policy with name ${name} cannot be found.`);
}

export function deleteRolePolicy({ store }: Call, input: Input): Output {
  const { policies } = findRole(store.state, input);
  const name = read.needText(input, 'PolicyName');
  if (policies[name] === undefined) throw noPolicy(name);
  delete policies[name];
  return undefined;
}

export function listRolePolicies({ store }: Call, input: Input): Output {
  const names = byName(Object.keys(findRole(store.state, input).policies), (name) => name);
  return showPage('PolicyNames', names, (name) => name, input);
}

/** Managed policies do not exist here, so none is ever attached. */
export function listAttachedRolePolicies({ store }: Call, input: Input): Output {
  findRole(store.state, input);
  return { AttachedPolicies: [], IsTruncated: false };
}
