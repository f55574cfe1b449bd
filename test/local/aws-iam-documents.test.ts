/** What IAM refuses of policy documents: of what a role may do, and of who may be it. */
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRole } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const RoleName = 'app-role';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.stop());

const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const twice = [
  { ...statement, Sid: 'A' },
  { ...statement, Sid: 'A' },
];

test.each<[title: string, statements: object, message: string]>([
  ['an action without its service', { ...statement, Action: 'ses' }, 'Actions/Conditions must be prefaced by a vendor'],
  ['one of several', { ...statement, Action: ['s3:A', 'ses'] }, 'Actions/Conditions must be prefaced by a vendor'],
  ['an action of two words', { ...statement, Action: 's3:Get Object' }, 'The policy failed legacy parsing'],
  ['a resource that is only named', { ...statement, Resource: 'up' }, 'Resource up must be in ARN format or "*".'],
  ['half an ARN', { ...statement, Resource: 'arn:aws:s3' }, 'Resource arn:aws:s3 must be in ARN format or "*".'],
  ['no resource', { ...statement, Resource: undefined }, 'Policy statement must contain resources.'],
  ['no action', { ...statement, Action: [] }, 'Policy statement must contain actions.'],
  ['actions in two ways', { ...statement, NotAction: 's3:*' }, 'Syntax errors in policy.'],
  ['an action that is a number', { ...statement, Action: ['s3:*', 1] }, 'Syntax errors in policy.'],
  ['no effect', { ...statement, Effect: undefined }, 'Syntax errors in policy.'],
  ['a principal', { ...statement, Principal: '*' }, 'Policy document should not specify a principal.'],
  ['a key of its own', { ...statement, Actions: '*' }, 'Syntax errors in policy.'],
  ['a condition that nobody knows', { ...statement, Condition: { Is: { a: 'b' } } }, 'Invalid Condition type : Is'],
  ['a name of two words', { ...statement, Sid: 'a b' }, 'Statement IDs (SID) must be alpha-numeric.'],
  ['a name twice', twice, 'Statement IDs (SID) in a single policy must be unique.'],
  ['no statement', [], 'Syntax errors in policy.'],
])('a policy with %s is refused in AWS’s words', async (_title, Statement, message) => {
  await createRole(platform);
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const put = new PutRolePolicyCommand({ RoleName, PolicyName: 'a', PolicyDocument });
  await expect(platform.iam.send(put)).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: expect.stringContaining(message),
  });
});

const trusted = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };

test.each<[title: string, statement: object, message: string]>([
  ['nobody', { ...trusted, Principal: undefined }, 'Missing required field Principal'],
  ['a name that is no principal', { ...trusted, Principal: 'lambda' }, 'Invalid principal in policy: "lambda"'],
  [
    'a service that AWS has not',
    { ...trusted, Principal: { Service: ['lambda.amazonaws.com', 'lambda'] } },
    'Invalid principal in policy: "Service":"lambda"',
  ],
  ['another kind', { ...trusted, Principal: { Role: 'a' } }, 'Invalid principal in policy: "Role":"a"'],
  ['somebody for nothing', { ...trusted, Action: undefined }, 'Missing required field Action'],
  [
    'somebody for anything',
    { ...trusted, Action: 's3:*' },
    'AssumeRole policy may only specify STS AssumeRole actions.',
  ],
  ['somebody on something', { ...trusted, Resource: '*' }, 'Has prohibited field Resource'],
  ['somebody perhaps', { ...trusted, Effect: 'Perhaps' }, 'Syntax errors in policy.'],
])('a role that trusts %s is not made', async (_title, changed, message) => {
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [changed] });
  await expect(platform.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message,
  });
});

test.each([
  { Service: ['scheduler.amazonaws.com', 'lambda.amazonaws.com.cn'] },
  { AWS: ['000000000000', 'arn:aws:iam::000000000000:root'] },
  { Federated: 'arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com' },
  { Federated: 'cognito-identity.amazonaws.com' },
])('a role may trust %j', async (Principal) => {
  const AssumeRolePolicyDocument = JSON.stringify({ Statement: { ...trusted, Principal } });
  await platform.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
});

test('policies have a length: a trust policy by itself, those of a role together', async () => {
  const Sid = 'a'.repeat(2_048);
  const long = JSON.stringify({ Statement: { ...trusted, Sid } });
  const role = new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: long });
  const exceeded = { name: 'LimitExceededException', $metadata: { httpStatusCode: 409 } };
  await expect(platform.iam.send(role)).rejects.toMatchObject(exceeded);
  await createRole(platform);
  const put = (PolicyName: string, length: number) => {
    const PolicyDocument = JSON.stringify({ Statement: { ...statement, Sid: 'a'.repeat(length) } }, null, 99);
    return platform.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  };
  await put('a', 5_000);
  await put('a', 5_100);
  await expect(put('b', 5_100)).rejects.toMatchObject({
    ...exceeded,
    message: 'Maximum policy size of 10240 bytes exceeded for role app-role',
  });
});
