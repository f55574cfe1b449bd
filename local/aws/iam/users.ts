/** The inline policies of the one user there is: whoever calls from outside. */
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { userName } from '../identity.ts';
import { checkPattern, type Input } from '../input.ts';
import { byName } from '../pages.ts';
import { checkPermissions, checkTotal, encodeDocument } from './documents.ts';
import { read, showPage } from './roles.ts';

/** Of all inline policies of a user. */
const maxLength = 2_048;

export function putUserPolicy({ store }: Call, input: Input): Output {
  checkUser(input);
  const name = read.needText(input, 'PolicyName');
  checkPattern('ValidationError', 'PolicyName', name, /^[\w+=,.@-]{1,128}$/);
  const document = checkPermissions(read.needText(input, 'PolicyDocument'));
  const quota = { kind: 'user', name: userName, limit: maxLength } as const;
  checkTotal(Object.values({ ...store.state.userPolicies, [name]: document }), quota);
  store.state.userPolicies[name] = document;
  return undefined;
}

export function getUserPolicy({ store }: Call, input: Input): Output {
  const UserName = checkUser(input);
  const PolicyName = read.needText(input, 'PolicyName');
  const document = store.state.userPolicies[PolicyName];
  if (document === undefined) throw noPolicy(PolicyName);
  return { UserName, PolicyName, PolicyDocument: encodeDocument(document) };
}

export function deleteUserPolicy({ store }: Call, input: Input): Output {
  checkUser(input);
  const name = read.needText(input, 'PolicyName');
  if (store.state.userPolicies[name] === undefined) throw noPolicy(name);
  delete store.state.userPolicies[name];
  return undefined;
}

export function listUserPolicies({ store }: Call, input: Input): Output {
  checkUser(input);
  const names = byName(Object.keys(store.state.userPolicies), (name) => name);
  return showPage('PolicyNames', names, (name) => name, input);
}

function checkUser(input: Input): string {
  const name = read.needText(input, 'UserName');
  if (name === userName) return name;
  throw new AwsError('NoSuchEntity', `The user with name ${name} cannot be found.`);
}

function noPolicy(name: string): AwsError {
  return new AwsError('NoSuchEntity', `The user policy with name ${name} cannot be found.`);
}
