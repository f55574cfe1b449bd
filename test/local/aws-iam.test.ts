import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRoleTagsCommand,
  ListUserPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'a:*', Resource: "arn:a:b:::'(*)!" }],
});
const RoleName = 'app-role';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.stop());

function create(name = RoleName) {
  return platform.iam.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: trust,
      Description: '<a & "b">',
      Tags: [{ Key: 'up', Value: 'x y' }],
    }),
  );
}

test('CreateRole makes a role that GetRole shows', async () => {
  const { Role } = await create();
  expect(Role).toMatchObject({
    RoleName,
    Path: '/',
    Arn: 'arn:aws:iam::000000000000:role/app-role',
    Description: '<a & "b">',
    Tags: [{ Key: 'up', Value: 'x y' }],
  });
  expect(Role?.CreateDate).toBeInstanceOf(Date);
  expect(Role?.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
  const shown = await platform.iam.send(new GetRoleCommand({ RoleName }));
  expect(shown.Role).toEqual(Role);
});

test('a path is part of the ARN', async () => {
  const command = new CreateRoleCommand({ RoleName, Path: '/up/apps/', AssumeRolePolicyDocument: trust });
  const { Role } = await platform.iam.send(command);
  expect(Role?.Arn).toBe('arn:aws:iam::000000000000:role/up/apps/app-role');
});

test('CreateRole refuses a name that is taken, a bad name and a bad document', async () => {
  await create();
  await expect(create()).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    $metadata: { httpStatusCode: 409 },
  });
  await expect(create('a b')).rejects.toMatchObject({ name: 'ValidationError' });
  const bad = new CreateRoleCommand({ RoleName: 'other', AssumeRolePolicyDocument: '{' });
  await expect(platform.iam.send(bad)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
});

test('GetRole of no role is NoSuchEntity', async () => {
  await expect(platform.iam.send(new GetRoleCommand({ RoleName }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name app-role cannot be found.',
    $metadata: { httpStatusCode: 404 },
  });
});

test('inline policies are put, shown, listed in pages and deleted', async () => {
  await create();
  for (const PolicyName of ['c', 'a', 'b'])
    await platform.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: policy }));
  const got = await platform.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'a' }));
  expect(got).toMatchObject({ RoleName, PolicyName: 'a' });
  expect(got.PolicyDocument).not.toMatch(/[!'()*]/);
  expect(decodeURIComponent(got.PolicyDocument ?? '')).toBe(policy);
  const first = await platform.iam.send(new ListRolePoliciesCommand({ RoleName, MaxItems: 2 }));
  expect(first).toMatchObject({ PolicyNames: ['a', 'b'], IsTruncated: true });
  const second = await platform.iam.send(new ListRolePoliciesCommand({ RoleName, MaxItems: 2, Marker: first.Marker }));
  expect(second).toMatchObject({ PolicyNames: ['c'], IsTruncated: false });
  await platform.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'a' }));
  await expect(platform.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'a' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
  await expect(platform.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'a' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
});

test('a policy document that is no policy is refused', async () => {
  await create();
  const put = new PutRolePolicyCommand({ RoleName, PolicyName: 'a', PolicyDocument: '{"a":1}' });
  await expect(platform.iam.send(put)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
});

test('names of roles are unique whatever their case, and tags have the shape of tags', async () => {
  await create();
  await expect(create('APP-ROLE')).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
  const tag = (Key: string, Value = '') => platform.iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key, Value }] }));
  await expect(tag('aws:cloudformation')).rejects.toMatchObject({ name: 'InvalidInputException' });
  await expect(tag('a'.repeat(129))).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(tag('team!')).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(tag('team', 'a'.repeat(257))).rejects.toMatchObject({ name: 'ValidationError' });
  await tag('équipe', 'a@b.c');
});

test('DeleteRole refuses a role with policies and removes one without', async () => {
  await create();
  await platform.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'a', PolicyDocument: policy }));
  await expect(platform.iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
    $metadata: { httpStatusCode: 409 },
  });
  await platform.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'a' }));
  await platform.iam.send(new DeleteRoleCommand({ RoleName }));
  await expect(platform.iam.send(new GetRoleCommand({ RoleName }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
});

test('tags are added, listed and removed', async () => {
  await create();
  await platform.iam.send(
    new TagRoleCommand({
      RoleName,
      Tags: [
        { Key: 'stage', Value: 'a+b' },
        { Key: 'up', Value: '2' },
      ],
    }),
  );
  const { Tags } = await platform.iam.send(new ListRoleTagsCommand({ RoleName }));
  expect(Tags).toEqual([
    { Key: 'stage', Value: 'a+b' },
    { Key: 'up', Value: '2' },
  ]);
  await platform.iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['up', 'stage'] }));
  expect((await platform.iam.send(new ListRoleTagsCommand({ RoleName }))).Tags).toEqual([]);
});

test('a role has no more than 50 tags', async () => {
  await create();
  const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  await expect(platform.iam.send(new TagRoleCommand({ RoleName, Tags }))).rejects.toMatchObject({
    name: 'LimitExceededException',
  });
});

test('UpdateAssumeRolePolicy replaces the trust policy', async () => {
  await create();
  const other = trust.replace('lambda', 'scheduler');
  await platform.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: other }));
  const { Role } = await platform.iam.send(new GetRoleCommand({ RoleName }));
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(other);
});

test('no managed policy is ever attached', async () => {
  await create();
  const list = await platform.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  expect(list).toMatchObject({ AttachedPolicies: [], IsTruncated: false });
});

test('roles survive a restart', async () => {
  const { Role } = await create();
  await platform.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'a', PolicyDocument: policy }));
  platform = await platform.restart();
  expect((await platform.iam.send(new GetRoleCommand({ RoleName }))).Role).toEqual(Role);
  expect((await platform.iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(['a']);
});

test('a managed policy of AWS is attached once, shown, and detached before its role can go', async () => {
  await create();
  const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  const attach = new AttachRolePolicyCommand({ RoleName, PolicyArn });
  await platform.iam.send(attach);
  await platform.iam.send(attach);
  const { AttachedPolicies } = await platform.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  expect(AttachedPolicies).toEqual([{ PolicyName: 'AWSLambdaBasicExecutionRole', PolicyArn }]);
  await expect(platform.iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
  });
  const detach = new DetachRolePolicyCommand({ RoleName, PolicyArn });
  await platform.iam.send(detach);
  await expect(platform.iam.send(detach)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  await platform.iam.send(new DeleteRoleCommand({ RoleName }));
});

test.each([
  ['of this account, which has none', 'arn:aws:iam::000000000000:policy/mine'],
  ['of AWS without its path', 'arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole'],
  ['of AWS below another path', 'arn:aws:iam::aws:policy/service-role/AWSLambda_FullAccess'],
])('a managed policy %s cannot be attached', async (_, PolicyArn) => {
  await create();
  await expect(platform.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `Policy ${PolicyArn} does not exist or is not attachable.`,
  });
});

test('no more than ten managed policies are attached', async () => {
  await create();
  const attach = (name: string) =>
    platform.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: `arn:aws:iam::aws:policy/${name}` }));
  for (let n = 0; n < 10; n++) await attach(`ReadOnlyAccess${n}`);
  await expect(attach('ReadOnlyAccess')).rejects.toMatchObject({ name: 'LimitExceededException' });
});

const UserName = 'local';

test('the one user has inline policies', async () => {
  const named = { UserName, PolicyName: 'up' };
  await platform.iam.send(new PutUserPolicyCommand({ ...named, PolicyDocument: policy }));
  const { PolicyDocument = '' } = await platform.iam.send(new GetUserPolicyCommand(named));
  expect(decodeURIComponent(PolicyDocument)).toBe(policy);
  expect((await platform.iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames).toEqual(['up']);
  await platform.iam.send(new DeleteUserPolicyCommand(named));
  await expect(platform.iam.send(new GetUserPolicyCommand(named))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
  const other = { UserName: 'ada', PolicyName: 'up', PolicyDocument: policy };
  await expect(platform.iam.send(new PutUserPolicyCommand(other))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
});

test('a role is simulated by its policies: each action on each resource', async () => {
  const { Role } = await create();
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'lambda:Get*', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:shop' },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
      },
      { Effect: 'Deny', Action: 's3:*', Resource: '*' },
    ],
  });
  await platform.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'up', PolicyDocument }));
  const simulate = async (ActionNames: string[], more: object = {}) => {
    const input = { PolicySourceArn: Role?.Arn, ActionNames, ...more };
    const { EvaluationResults = [] } = await platform.iam.send(new SimulatePrincipalPolicyCommand(input));
    return EvaluationResults.map(({ EvalDecision }) => EvalDecision);
  };
  const ResourceArns = ['shop', 'other'].map((name) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`);
  expect(await simulate(['lambda:GetFunction', 'lambda:DeleteFunction'], { ResourceArns })).toEqual([
    'allowed',
    'implicitDeny',
    'implicitDeny',
    'implicitDeny',
  ]);
  expect(await simulate(['s3:GetObject'])).toEqual(['explicitDeny']);
  const passing = {
    ContextKeyName: 'iam:PassedToService',
    ContextKeyType: 'string',
    ContextKeyValues: ['lambda.amazonaws.com'],
  };
  expect(await simulate(['iam:PassRole'], { ContextEntries: [passing] })).toEqual(['allowed']);
  expect(await simulate(['iam:PassRole'])).toEqual(['implicitDeny']);
  await expect(simulate([])).rejects.toMatchObject({ name: 'ValidationError' });
});

test('without a policy the user may do everything', async () => {
  const PolicySourceArn = 'arn:aws:iam::000000000000:user/local';
  const asked = new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: ['a:B', 'c:D'], MaxItems: 1 });
  const { EvaluationResults, IsTruncated, Marker } = await platform.iam.send(asked);
  expect(EvaluationResults).toMatchObject([{ EvalActionName: 'a:B', EvalDecision: 'allowed' }]);
  expect(IsTruncated).toBe(true);
  const more = new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: ['a:B', 'c:D'], Marker });
  expect((await platform.iam.send(more)).EvaluationResults).toMatchObject([{ EvalActionName: 'c:D' }]);
});
