/** The policies of roles: inline ones, and managed ones that are attached. */
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkPattern, type Input } from '../input.ts';
import { byName } from '../pages.ts';
import { checkPermissions, checkTotal, encodeDocument } from './documents.ts';
import { findRole, read, showPage } from './roles.ts';

/** Of all inline policies of a role, and how many managed ones it has. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const maxLength = 10_240;
const maxAttached = 10;

export function putRolePolicy({ store, now, lag = 0 }: Call, input: Input): Output {
  const role = findRole(store.state, input);
  const name = read.needText(input, 'PolicyName');
  checkPattern('ValidationError', 'PolicyName', name, /^[\w+=,.@-]{1,128}$/);
  const document = checkPermissions(read.needText(input, 'PolicyDocument'));
  const quota = { kind: 'role', name: role.RoleName, limit: maxLength } as const;
  checkTotal(Object.values({ ...role.policies, [name]: document }), quota);
  role.policies[name] = document;
  if (lag > 0) role.permittedAt = now() + lag;
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

/** Where AWS's own policies for functions are, of which the paths are easily left out. */
const pathOf: Readonly<Record<string, string>> = Object.fromEntries([
  ...['BasicExecutionRole', 'DynamoDBExecutionRole', 'ENIManagementAccess', 'KinesisExecutionRole', 'MSKExecutionRole']
    .concat(['Role', 'SQSQueueExecutionRole', 'VPCAccessExecutionRole'])
    .map((name) => [`AWSLambda${name}`, 'service-role/']),
  ...['AWSLambdaExecute', 'AWSLambda_FullAccess', 'AWSLambda_ReadOnlyAccess'].map((name) => [name, '']),
]);

/** Of managed policies only AWS's own exist here, and nothing is known of most but how they are named. */
export function attachRolePolicy({ store }: Call, input: Input): Output {
  const role = findRole(store.state, input);
  const arn = read.needText(input, 'PolicyArn');
  const [, path = '', name = ''] = /^arn:aws[a-z-]*:iam::aws:policy\/((?:[\w-]+\/)*)([\w+=,.@-]+)$/.exec(arn) ?? [];
  if (name === '' || (pathOf[name] ?? path) !== path)
    throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`);
  // Attaching one again changes nothing.
  const attached = [...new Set([...(role.attached ?? []), arn])];
  if (attached.length > maxAttached)
    throw new AwsError('LimitExceeded', `Cannot exceed quota for PoliciesPerRole: ${maxAttached}`);
  role.attached = attached;
  return undefined;
}

export function detachRolePolicy({ store }: Call, input: Input): Output {
  const role = findRole(store.state, input);
  const arn = read.needText(input, 'PolicyArn');
  if (!role.attached?.includes(arn)) throw new AwsError('NoSuchEntity', `Policy ${arn} was not found.`);
  role.attached = role.attached.filter((one) => one !== arn);
  return undefined;
}

export function listAttachedRolePolicies({ store }: Call, input: Input): Output {
  const { attached = [] } = findRole(store.state, input);
  const policies = attached.map((PolicyArn) => ({ PolicyName: PolicyArn.split('/').at(-1) ?? '', PolicyArn }));
  const sorted = byName(policies, ({ PolicyArn }) => PolicyArn);
  return showPage('AttachedPolicies', sorted, ({ PolicyArn }) => PolicyArn, input);
}
