/** Policies as IAM judges them, without a platform. */
import { describe, expect, test } from 'vitest';
import type { RequestContext } from '../../local/access/conditions.ts';
import { evaluate } from '../../local/access/evaluate.ts';
import { parsePolicy } from '../../local/access/policy.ts';

const fn = 'arn:aws:lambda:us-east-1:000000000000:function:shop';

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM
const username = '${aws:username}';

function judge(statements: object | object[], action: string, resource: string = fn, context: RequestContext = {}) {
  const policy = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  return evaluate([policy], { action, resource, context });
}

function allow(rest: object): object {
  return { Effect: 'Allow', Action: '*', Resource: '*', ...rest };
}

describe('a request', () => {
  test('is denied when no statement speaks of it', () => {
    expect(judge(allow({ Action: 's3:*' }), 'lambda:GetFunction')).toBe('implicitly denied');
    expect(evaluate([], { action: 'lambda:GetFunction', resource: fn, context: {} })).toBe('implicitly denied');
  });

  test('is denied by one statement, whatever others allow and wherever they stand', () => {
    const deny = { Effect: 'Deny', Action: 'lambda:Delete*', Resource: '*' };
    for (const statements of [
      [deny, allow({})],
      [allow({}), deny],
    ]) {
      expect(judge(statements, 'lambda:DeleteFunction')).toBe('explicitly denied');
      expect(judge(statements, 'lambda:GetFunction')).toBe('allowed');
    }
  });

  test('is allowed by any of several policies', () => {
    const policies = ['s3:*', 'lambda:*'].map((Action) =>
      parsePolicy(JSON.stringify({ Statement: allow({ Action }) })),
    );
    expect(evaluate(policies, { action: 'lambda:GetFunction', resource: fn, context: {} })).toBe('allowed');
  });
});

describe('Action', () => {
  test.each([
    ['lambda:GetFunction', true],
    ['lambda:getfunction', true],
    ['LAMBDA:Get*', true],
    ['lambda:Get?unction', true],
    ['lambda:GetFunctio?', true],
    ['lambda:*Function', true],
    ['*', true],
    ['*:GetFunction', true],
    ['lambda:GetFunction?', false],
    ['lambda:GetFunctionConfiguration', false],
    ['lambda:Get', false],
    ['s3:*', false],
  ])('%s speaks of lambda:GetFunction: %s', (Action, matches) => {
    expect(judge(allow({ Action }), 'lambda:GetFunction')).toBe(matches ? 'allowed' : 'implicitly denied');
  });

  test('of a list is any of them', () => {
    expect(judge(allow({ Action: ['s3:*', 'lambda:Get*'] }), 'lambda:GetFunction')).toBe('allowed');
  });

  test('turned round is everything else', () => {
    const statement = { Effect: 'Allow', NotAction: ['iam:*', 'lambda:Delete*'], Resource: '*' };
    expect(judge(statement, 'lambda:GetFunction')).toBe('allowed');
    expect(judge(statement, 'lambda:DeleteFunction')).toBe('implicitly denied');
  });

  test('of many stars is judged at once', () => {
    const started = performance.now();
    judge(allow({ Action: `lambda:${'*a'.repeat(40)}` }), `lambda:${'a'.repeat(60)}b`);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('Resource', () => {
  test.each([
    ['*', true],
    [fn, true],
    ['arn:aws:lambda:*:*:function:shop', true],
    ['arn:aws:lambda:us-east-1:000000000000:function:sh*', true],
    ['arn:aws:lambda:us-east-?:000000000000:function:shop', true],
    // Parts that are left away may be anything.
    ['arn:aws:lambda', true],
    ['arn:aws:lambda:us-east-1:000000000000:function:SHOP', false],
    ['arn:aws:lambda:us-east-1:000000000000:function:shop:*', false],
    ['arn:aws:lambda:eu-*:*:function:shop', false],
    // A wildcard does not reach over a colon.
    ['arn:aws:lambda:*:function:shop', false],
    ['arn:*:function:shop', false],
  ])('%s speaks of the function: %s', (Resource, matches) => {
    expect(judge(allow({ Resource }), 'lambda:GetFunction')).toBe(matches ? 'allowed' : 'implicitly denied');
  });

  test('ends with a part that has colons and slashes of its own', () => {
    const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:shop:*';
    expect(judge(allow({ Resource }), 'lambda:InvokeFunction', `${fn}:staging`)).toBe('allowed');
    const apis = 'arn:aws:apigateway:us-east-1::/apis/*';
    expect(judge(allow({ Resource: apis }), 'apigateway:GET', 'arn:aws:apigateway:us-east-1::/apis/a/routes')).toBe(
      'allowed',
    );
  });

  test('may hold variables of the request', () => {
    const Resource = `arn:aws:s3:::home/${username}/*`;
    const judgeFor = (context: RequestContext) =>
      judge(allow({ Resource }), 's3:GetObject', 'arn:aws:s3:::home/ada/a', context);
    expect(judgeFor({ 'aws:username': 'ada' })).toBe('allowed');
    expect(judgeFor({ 'aws:username': 'bob' })).toBe('implicitly denied');
    expect(judgeFor({})).toBe('implicitly denied');
    // What an unknown name excepts nobody knows either.
    const except = { Effect: 'Allow', Action: '*', NotResource: Resource };
    expect(judge(except, 's3:GetObject', 'arn:aws:s3:::other')).toBe('implicitly denied');
  });

  test('turned round is everything else', () => {
    const statement = { Effect: 'Deny', Action: '*', NotResource: `${fn}*` };
    expect(judge([allow({}), statement], 'lambda:GetFunction')).toBe('allowed');
    expect(judge([allow({}), statement], 'lambda:GetFunction', 'arn:aws:s3:::b')).toBe('explicitly denied');
  });
});

describe('Condition', () => {
  const passed = { 'iam:PassedToService': 'lambda.amazonaws.com' };
  const tags = { 'aws:TagKeys': ['up:app', 'up:stage'], 'aws:RequestTag/up:app': 'shop' };

  test.each<[operator: string, keys: object, context: RequestContext, holds: boolean]>([
    ['StringEquals', { 'iam:PassedToService': 'lambda.amazonaws.com' }, passed, true],
    ['StringEquals', { 'iam:passedtoservice': ['scheduler.amazonaws.com', 'lambda.amazonaws.com'] }, passed, true],
    ['StringEquals', { 'iam:PassedToService': 'Lambda.amazonaws.com' }, passed, false],
    ['StringEqualsIgnoreCase', { 'iam:PassedToService': 'Lambda.amazonaws.com' }, passed, true],
    ['StringEquals', { 'iam:PassedToService': 'lambda.amazonaws.com' }, {}, false],
    ['StringEqualsIfExists', { 'iam:PassedToService': 'lambda.amazonaws.com' }, {}, true],
    ['StringNotEquals', { 'iam:PassedToService': ['ec2.amazonaws.com', 'ecs.amazonaws.com'] }, passed, true],
    ['StringNotEquals', { 'iam:PassedToService': ['ec2.amazonaws.com', 'lambda.amazonaws.com'] }, passed, false],
    ['StringNotEquals', { 'iam:PassedToService': 'ec2.amazonaws.com' }, {}, true],
    ['StringLike', { 'iam:PassedToService': '*.amazonaws.com' }, passed, true],
    ['StringLike', { 'iam:PassedToService': 'lambda' }, passed, false],
    ['StringNotLike', { 'iam:PassedToService': 'l*' }, passed, false],
    [
      'ArnLike',
      { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' },
      { 'aws:PrincipalArn': 'arn:aws:iam::1:user/ada' },
      true,
    ],
    [
      'ArnEquals',
      { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' },
      { 'aws:PrincipalArn': 'arn:aws:iam::1:user/a' },
      false,
    ],
    [
      'ArnNotLike',
      { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' },
      { 'aws:PrincipalArn': 'arn:aws:iam::1:user/a' },
      true,
    ],
    ['StringEquals', { 'aws:RequestTag/up:app': 'shop' }, tags, true],
    // The name of a tag keeps its case.
    ['StringEquals', { 'aws:requesttag/up:app': 'shop' }, tags, true],
    ['StringEquals', { 'aws:RequestTag/UP:app': 'shop' }, tags, false],
    ['ForAllValues:StringLike', { 'aws:TagKeys': 'up:*' }, tags, true],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': 'up:app' }, tags, false],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': 'up:app' }, {}, true],
    ['ForAnyValue:StringEquals', { 'aws:TagKeys': ['up:app', 'other'] }, tags, true],
    ['ForAnyValue:StringEquals', { 'aws:TagKeys': 'up:app' }, {}, false],
    ['ForAnyValue:StringNotEquals', { 'aws:TagKeys': 'up:app' }, tags, true],
    ['ForAllValues:StringNotEquals', { 'aws:TagKeys': 'other' }, tags, true],
    ['Bool', { 'aws:SecureTransport': true }, { 'aws:SecureTransport': 'true' }, true],
    ['Bool', { 'aws:SecureTransport': 'true' }, { 'aws:SecureTransport': 'false' }, false],
    ['Null', { 'aws:RequestTag/up:app': 'true' }, {}, true],
    ['Null', { 'aws:RequestTag/up:app': 'false' }, tags, true],
    ['Null', { 'aws:RequestTag/up:app': true }, tags, false],
    ['NumericLessThanEquals', { 's3:max-keys': 10 }, { 's3:max-keys': '10' }, true],
    ['NumericGreaterThan', { 's3:max-keys': '10' }, { 's3:max-keys': '9' }, false],
    [
      'DateGreaterThan',
      { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
      { 'aws:CurrentTime': '2026-11-28T08:00:00Z' },
      true,
    ],
    ['DateLessThan', { 'aws:CurrentTime': '1767225600' }, { 'aws:CurrentTime': '2026-11-28T08:00:00Z' }, false],
    ['DateNotEquals', { 'aws:CurrentTime': 'soon' }, { 'aws:CurrentTime': '2026-11-28T08:00:00Z' }, true],
    ['IpAddress', { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] }, { 'aws:SourceIp': '10.1.2.3' }, true],
    ['IpAddress', { 'aws:SourceIp': '2001:db8::/32' }, { 'aws:SourceIp': '2001:db9::1' }, false],
    ['IpAddress', { 'aws:SourceIp': '10.0.0.0/8' }, { 'aws:SourceIp': '::1' }, false],
    ['IpAddress', { 'aws:SourceIp': '10.0.0.0/33' }, { 'aws:SourceIp': '10.0.0.1' }, false],
    ['NotIpAddress', { 'aws:SourceIp': '127.0.0.1' }, { 'aws:SourceIp': '127.0.0.1' }, false],
    ['BinaryEquals', { key: 'AQID' }, { key: 'AQID' }, true],
    [
      'StringEquals',
      { 'aws:ResourceTag/owner': username },
      { 'aws:ResourceTag/owner': 'a', 'aws:username': 'a' },
      true,
    ],
    ['StringEquals', { 'aws:ResourceTag/owner': username }, { 'aws:ResourceTag/owner': 'a' }, false],
  ])('%s %j of %j: %s', (operator, keys, context, holds) => {
    const verdict = judge(allow({ Condition: { [operator]: keys } }), 'iam:PassRole', '*', context);
    expect(verdict).toBe(holds ? 'allowed' : 'implicitly denied');
  });

  test('of several operators and keys is all of them', () => {
    const Condition = { StringEquals: { a: '1', b: '2' }, StringLike: { c: '3*' } };
    const judgeIn = (context: RequestContext) => judge(allow({ Condition }), 'iam:PassRole', '*', context);
    expect(judgeIn({ a: '1', b: '2', c: '34' })).toBe('allowed');
    for (const context of [
      { a: '1', b: '2', c: '4' },
      { a: '1', b: '3', c: '3' },
      { a: '1', b: '2' },
    ])
      expect(judgeIn(context)).toBe('implicitly denied');
  });
});

describe('a policy that says something this judge does not know is refused', () => {
  test.each<[what: string, policy: unknown, message: RegExp]>([
    ['no JSON', '{', /it is not JSON/],
    ['a list', [], /not a JSON object/],
    ['another version', { Version: '2020-01-01', Statement: [] }, /Version is "2020-01-01"/],
    ['another key', { Statements: [] }, /"Statements" has no place there/],
    ['no statement', {}, /statement 1 is not an object/],
    ['a principal', { Statement: [allow({}), allow({ Principal: '*' })] }, /statement 2: "Principal" has no place/],
    ['an effect in lower case', { Statement: allow({ Effect: 'allow' }) }, /Effect is neither "Allow" nor "Deny"/],
    ['no action', { Statement: { Effect: 'Allow', Resource: '*' } }, /it takes either Action or NotAction/],
    ['both of them', { Statement: allow({ NotResource: '*' }) }, /it takes either Resource or NotResource/],
    ['an action without service', { Statement: allow({ Action: 'GetFunction' }) }, /"GetFunction" is no action/],
    ['an empty list', { Statement: allow({ Action: [] }) }, /Action is empty/],
    ['an object as resource', { Statement: allow({ Resource: {} }) }, /Resource is not text/],
    ['an operator', { Statement: allow({ Condition: { IpAdress: { a: '::1' } } }) }, /"IpAdress" is no operator/],
    ['a condition of no object', { Statement: allow({ Condition: { Bool: 'a' } }) }, /Bool is not an object/],
  ])('%s', (_what, policy, message) => {
    const text = typeof policy === 'string' ? policy : JSON.stringify(policy);
    expect(() => parsePolicy(text)).toThrow(message);
  });
});
