/** Roles and their tags. */
import { randomBytes } from 'node:crypto';
import type { Role, State, Tags } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { toRoleArn } from '../identity.ts';
import { checkPattern, createReader, type Input, tagKeyPattern, tagValuePattern } from '../input.ts';
import { byName, readPageSize, toPage } from '../pages.ts';
import { copyRecord, emptyRecord } from '../record.ts';
import { checkTrust, encodeDocument } from './documents.ts';

const invalid = 'ValidationError';
export const read = createReader(invalid);

const rolePattern = /^[\w+=,.@-]{1,64}$/;
const maxTags = 50;

export function createRole({ store, now, lag = 0 }: Call, input: Input): Output {
  const RoleName = read.needText(input, 'RoleName');
  checkPattern(invalid, 'RoleName', RoleName, rolePattern);
  const AssumeRolePolicyDocument = checkTrust(read.needText(input, 'AssumeRolePolicyDocument'));
  const Path = read.text(input, 'Path') ?? '/';
  checkPattern(invalid, 'Path', Path, /^\/(?:[\w!-~]+\/)*$/);
  // Names keep their case, and are unique without it.
  if (Object.keys(store.state.roles).some((name) => name.toLowerCase() === RoleName.toLowerCase()))
    throw new AwsError('EntityAlreadyExists', `Role with name ${RoleName} already exists.`);
  const Description = read.text(input, 'Description');
  if (Description !== undefined)
    checkPattern(invalid, 'Description', Description, /^[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]{0,1000}$/);
  const role: Role = {
    RoleName,
    RoleId: toId(),
    Arn: toRoleArn(Path, RoleName),
    Path,
    CreateDate: new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    AssumeRolePolicyDocument,
    ...(Description === undefined ? {} : { Description }),
    Tags: withTags(emptyRecord(), input),
    policies: emptyRecord(),
    ...(lag > 0 && { assumableAt: now() + lag }),
  };
  store.state.roles[RoleName] = role;
  return { Role: show(role) };
}

/** `AROA` and 17 characters of the base 32 alphabet. */
function toId(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return `AROA${[...randomBytes(17)].map((byte) => alphabet[byte & 31]).join('')}`;
}

export function getRole({ store }: Call, input: Input): Output {
  return { Role: show(findRole(store.state, input)) };
}

/** The role a request names. */
export function findRole(state: State, input: Input): Role {
  const name = read.needText(input, 'RoleName');
  const role = state.roles[name];
  if (!role) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`);
  return role;
}

function show({
  Tags,
  policies: _,
  attached: __,
  assumableAt: ___,
  permittedAt: ____,
  AssumeRolePolicyDocument,
  ...role
}: Role): Record<string, unknown> {
  const tags = Object.keys(Tags).length === 0 ? {} : { Tags: showTags(Tags) };
  return {
    ...role,
    AssumeRolePolicyDocument: encodeDocument(AssumeRolePolicyDocument),
    MaxSessionDuration: 3600,
    ...tags,
  };
}

export function deleteRole({ store }: Call, input: Input): Output {
  const role = findRole(store.state, input);
  if (role.attached?.length)
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.');
  if (Object.keys(role.policies).length > 0)
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.');
  delete store.state.roles[role.RoleName];
  return undefined;
}

export function updateAssumeRolePolicy({ store }: Call, input: Input): Output {
  const role = findRole(store.state, input);
  role.AssumeRolePolicyDocument = checkTrust(read.needText(input, 'PolicyDocument'));
  return undefined;
}

export function tagRole({ store }: Call, input: Input): Output {
  const role = findRole(store.state, input);
  role.Tags = withTags(role.Tags, input);
  return undefined;
}

export function untagRole({ store }: Call, input: Input): Output {
  const role = findRole(store.state, input);
  const tags = copyRecord(role.Tags);
  for (const key of read.texts(input, 'TagKeys') ?? []) delete tags[key];
  role.Tags = tags;
  return undefined;
}

function withTags(before: Tags, input: Input): Tags {
  const tags = copyRecord(before);
  for (const tag of read.objects(input, 'Tags') ?? []) tags[readKey(tag)] = readValue(tag);
  if (Object.keys(tags).length > maxTags)
    throw new AwsError('LimitExceeded', `The number of tags has reached the maximum limit of ${maxTags}.`);
  return tags;
}

function readKey(tag: Input): string {
  const key = read.needText(tag, 'Key');
  checkPattern(invalid, 'Key', key, tagKeyPattern);
  if (/^aws:/i.test(key)) throw new AwsError('InvalidInput', 'System tags cannot be added/updated by requester');
  return key;
}

function readValue(tag: Input): string {
  const value = read.text(tag, 'Value') ?? '';
  checkPattern(invalid, 'Value', value, tagValuePattern);
  return value;
}

export function listRoleTags({ store }: Call, input: Input): Output {
  const tags = showTags(findRole(store.state, input).Tags);
  return showPage(
    'Tags',
    byName(tags, ({ Key }) => Key),
    ({ Key }) => Key,
    input,
  );
}

function showTags(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html */
export function readMaxItems(input: Input): number {
  return readPageSize(read, input, 'MaxItems', { code: invalid, usual: 100, min: 1, max: 1_000 });
}

/** A page the way IAM gives it, under the name `member`. */
export function showPage<T>(member: string, items: readonly T[], nameOf: (item: T) => string, input: Input): Output {
  const page = toPage(items, nameOf, { marker: read.text(input, 'Marker'), size: readMaxItems(input), code: invalid });
  return { [member]: page.items, IsTruncated: page.next !== undefined, Marker: page.next };
}
