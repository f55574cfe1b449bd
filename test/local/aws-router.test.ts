/**
 * What holds for every operation of the local platform: what it lacks, who may ask, the wire, web pages. One file,
 * because all of it is the one endpoint.
 */
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { GetVpcLinksCommand } from '@aws-sdk/client-apigatewayv2';
import { DescribeQueriesCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, GetRoleCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { GetFunctionCommand, ListFunctionsCommand, PutRuntimeManagementConfigCommand } from '@aws-sdk/client-lambda';
import { ListHealthChecksCommand } from '@aws-sdk/client-route-53';
import {
  CopyObjectCommand,
  GetBucketPolicyCommand,
  ListBucketMetricsConfigurationsCommand,
  PutBucketAccelerateConfigurationCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { maxBodyBytes } from '../../local/aws/body.ts';
import { readScope } from '../../local/aws/detect.ts';
import { AwsError } from '../../local/aws/error.ts';
import { parseForm } from '../../local/aws/wire/query.ts';
import { parseXml } from '../../local/aws/wire/xml.ts';
import { trust } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { signedHeaders } from '../support/signature.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.stop());

describe('an operation that AWS has and the platform has not', () => {
  test.each([
    [
      'lambda',
      () => platform.lambda.send(new PutRuntimeManagementConfigCommand({ FunctionName: 'a', UpdateRuntimeOn: 'Auto' })),
      'lambda PutRuntimeManagementConfig',
      404,
    ],
    ['apigatewayv2', () => platform.api.send(new GetVpcLinksCommand({})), 'apigatewayv2 GetVpcLinks', 404],
    ['logs', () => platform.cloudwatch.send(new DescribeQueriesCommand({})), 'logs DescribeQueries', 400],
    ['iam', () => platform.iam.send(new ListUsersCommand({})), 'iam ListUsers', 404],
    ['route53', () => platform.route53.send(new ListHealthChecksCommand({})), 'route53 ListHealthChecks', 404],
    ['s3', () => platform.s3.send(new GetBucketPolicyCommand({ Bucket: 'one' })), 's3 GetBucketPolicy', 404],
    [
      's3, of two in one place',
      () => platform.s3.send(new ListBucketMetricsConfigurationsCommand({ Bucket: 'one' })),
      's3 ListBucketMetricsConfigurations',
      404,
    ],
    [
      's3, where it looks like a put',
      () => platform.s3.send(new CopyObjectCommand({ Bucket: 'one', Key: 'to', CopySource: 'one/from' })),
      's3 CopyObject',
      404,
    ],
    [
      's3, where it looks like a new bucket',
      () =>
        platform.s3.send(
          new PutBucketAccelerateConfigurationCommand({
            Bucket: 'one',
            AccelerateConfiguration: { Status: 'Enabled' },
          }),
        ),
      's3 PutBucketAccelerateConfiguration',
      404,
    ],
  ])('is named: %s', async (_, send, operation, status) => {
    await expect(send()).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: `${operation} is not implemented by the local platform`,
      $metadata: { httpStatusCode: status },
    });
  });

  test('is named by method and path when even AWS has not got it', async () => {
    const res = await fetch(`${platform.url}/2015-03-31/nonsense`, { headers: signedHeaders('lambda') });
    expect(res.status).toBe(404);
    expect(await res.json()).toMatchObject({
      message: 'lambda GET /2015-03-31/nonsense is not implemented by the local platform',
    });
  });

  test('is named by service when the whole service is missing', async () => {
    const dynamo = { ...signedHeaders('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.ListTables' };
    const res = await fetch(platform.url, { method: 'POST', headers: dynamo, body: '{}' });
    expect(await res.json()).toEqual({
      __type: 'UnknownOperationException',
      message: 'dynamodb ListTables is not implemented by the local platform',
    });
  });

  test('is named in XML to clients of a missing service that speaks it', async () => {
    const res = await fetch(`${platform.url}/2020-05-31/distribution`, { headers: signedHeaders('cloudfront') });
    expect(parseXml(await res.text()).value).toMatchObject({
      Error: {
        Code: 'UnknownOperationException',
        Message: 'cloudfront GET /2020-05-31/distribution is not implemented by the local platform',
      },
    });
  });

  test('cannot be a method of Object', async () => {
    const headers = { ...signedHeaders('logs'), 'x-amz-target': 'Logs_20140328.constructor' };
    const res = await fetch(platform.url, { method: 'POST', headers, body: '{}' });
    expect(await res.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });
});

describe('a request without credentials', () => {
  test.each<[string, string, RequestInit, number, RegExp]>([
    ['Lambda', '/2015-03-31/functions', {}, 403, /"message":"Missing Authentication Token"/],
    ['API Gateway', '/v2/apis', {}, 403, /"message":"Missing Authentication Token"/],
    [
      'Logs',
      '/',
      { method: 'POST', headers: { 'x-amz-target': 'Logs_20140328.DescribeLogGroups' }, body: '{}' },
      400,
      /"__type":"MissingAuthenticationTokenException"/,
    ],
    [
      'STS',
      '/',
      { method: 'POST', body: 'Action=GetCallerIdentity&Version=2011-06-15' },
      403,
      /<Code>MissingAuthenticationToken<\/Code>/,
    ],
    [
      'IAM',
      '/?Action=ListRoles&Version=2010-05-08',
      {},
      403,
      /iam\.amazonaws\.com.*<Code>MissingAuthenticationToken<\/Code>/s,
    ],
  ])('is refused in the words of %s', async (_, path, init, status, body) => {
    const res = await fetch(`${platform.url}${path}`, init);
    expect(res.status).toBe(status);
    expect(await res.text()).toMatch(body);
    expect(platform.calls).toEqual([]);
  });

  test('that is no AWS call is 404', async () => {
    for (const path of ['/', '/favicon.ico', '/_local/code/abc.zip', `/_local/code/${'0'.repeat(64)}.zip`])
      expect((await fetch(`${platform.url}${path}`)).status).toBe(404);
  });
});

describe('the wire', () => {
  test('REST JSON names errors in a header and numbers requests', async () => {
    const res = await fetch(`${platform.url}/2015-03-31/functions/none`, { headers: signedHeaders('lambda') });
    expect(res.status).toBe(404);
    expect(res.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
    expect(res.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(res.headers.get('content-type')).toBe('application/json');
    expect(await res.json()).toEqual({
      Type: 'User',
      Message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:none',
    });
  });

  test('a body that is no JSON object is a SerializationException', async () => {
    for (const body of ['{', '[]', '"x"']) {
      const res = await fetch(`${platform.url}/2015-03-31/functions`, {
        method: 'POST',
        headers: signedHeaders('lambda'),
        body,
      });
      expect(res.status).toBe(400);
      expect(res.headers.get('x-amzn-errortype')).toBe('SerializationException');
    }
  });

  test('members of the wrong type are refused', async () => {
    const body = JSON.stringify({ FunctionName: 7 });
    const res = await fetch(`${platform.url}/2015-03-31/functions`, {
      method: 'POST',
      headers: signedHeaders('lambda'),
      body,
    });
    expect(res.headers.get('x-amzn-errortype')).toBe('ValidationException');
  });

  test('a path with broken percent-encoding is refused', async () => {
    const res = await fetch(`${platform.url}/2015-03-31/functions/%zz`, { headers: signedHeaders('lambda') });
    expect(res.status).toBe(400);
  });

  test('Query answers in XML with a request id', async () => {
    const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' });
    const res = await fetch(platform.url, { method: 'POST', headers: signedHeaders('sts'), body });
    expect(res.headers.get('content-type')).toBe('text/xml');
    expect(await res.text()).toMatch(
      /^<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><GetCallerIdentityResult>.*<Account>000000000000<\/Account>.*<RequestId>[0-9a-f-]{36}</,
    );
  });

  test('Query works with GET too', async () => {
    const res = await fetch(`${platform.url}/?Action=GetCallerIdentity&Version=2011-06-15`, {
      headers: signedHeaders('sts'),
    });
    expect(res.status).toBe(200);
  });

  test('a form is unfolded into lists and objects', () => {
    const form = new URLSearchParams(
      'A=1&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=c&Names.member.1=x',
    );
    expect(parseForm(form)).toEqual({ A: '1', Tags: [{ Key: 'a', Value: 'b' }, { Key: 'c' }], Names: ['x'] });
  });

  test('any region is taken', async () => {
    const res = await fetch(`${platform.url}/2015-03-31/functions/`, {
      headers: signedHeaders('lambda', 'ap-southeast-2'),
    });
    expect(await res.json()).toEqual({ Functions: [] });
  });

  test.each([
    ['AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/lambda/aws4_request, Signature=a', 'eu-west-1', 'lambda'],
    ['AWS4-ECDSA-P256-SHA256 Credential=A/20260101/lambda/aws4_request, Signature=a', '', 'lambda'],
  ])('a scope is read from %s', (authorization, region, service) => {
    expect(readScope({ headers: { authorization } })).toEqual({ region, service });
  });

  test('credentials of another kind are none', () => {
    expect(readScope({ headers: { authorization: 'Basic abc' } })).toBeNull();
    expect(readScope({ headers: {} })).toBeNull();
  });

  test('a body over 70 MB is refused, and the connection lives on', async () => {
    const status = await new Promise<string>((resolve, reject) => {
      const headers = { ...signedHeaders('lambda'), 'content-length': maxBodyBytes + 1 };
      const req = request(`${platform.url}/2015-03-31/functions`, { method: 'POST', headers }, (res) => {
        res.resume();
        resolve(`${res.statusCode} ${res.headers['x-amzn-errortype']}`);
      });
      req.on('error', reject);
      req.end(Buffer.alloc(maxBodyBytes + 1));
    });
    expect(status).toBe('413 RequestEntityTooLargeException');
  });

  test('a client that goes away in the middle harms nobody', async () => {
    await new Promise<void>((resolve) => {
      const headers = { ...signedHeaders('lambda'), 'content-length': 1000 };
      const req = request(`${platform.url}/2015-03-31/functions`, { method: 'POST', headers });
      req.on('error', () => resolve());
      req.write('{', () => req.destroy(new Error('gone')));
    });
    expect((await platform.lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
  });
});

describe('a web page', () => {
  function send(headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const options = { headers: { ...signedHeaders('lambda'), ...headers } };
      const req = request(`${platform.url}/2015-03-31/functions`, options, (res) => {
        res.resume();
        resolve(res.statusCode);
      });
      req.on('error', reject);
      req.end();
    });
  }

  test('cannot call, though it may have made its own name point here', async () => {
    expect(await send({ host: 'evil.example:4580' })).toBe(403);
    expect(await send({ origin: 'http://evil.example' })).toBe(403);
  });

  test('cannot sign in the query, the one place it could', async () => {
    const query = 'X-Amz-Credential=AKID/20260101/us-east-1/lambda/aws4_request&X-Amz-Signature=abc';
    expect((await fetch(`${platform.url}/2015-03-31/functions?${query}`)).status).toBe(403);
  });

  test.each([
    '127.0.0.1:4580',
    'localhost:4580',
    '[::1]:4580',
    '10.0.0.7',
    'api.localhost:4580',
    'host.docker.internal:4580',
  ])('is not who asks %s', async (host) => {
    expect(await send({ host })).toBe(200);
  });
});

describe('onCall', () => {
  test('sees every call', async () => {
    await platform.lambda.send(new ListFunctionsCommand({}));
    await platform.iam.send(new CreateRoleCommand({ RoleName: 'a', AssumeRolePolicyDocument: trust }));
    expect(platform.calls).toEqual(['lambda ListFunctions', 'iam CreateRole']);
  });

  test('can throttle, deny and delay', async () => {
    await platform.stop();
    platform = await startPlatform({
      async onCall(service, operation) {
        if (service === 'iam') throw new AwsError('AccessDenied', `not authorized to perform: iam:${operation}`);
        throw new AwsError('TooManyRequestsException', 'Rate exceeded');
      },
    });
    await expect(platform.iam.send(new GetRoleCommand({ RoleName: 'a' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'not authorized to perform: iam:GetRole',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(platform.lambda.send(new GetFunctionCommand({ FunctionName: 'a' }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
    });
  });
});

test('a change is on disk before it is answered', async () => {
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const RoleName = `role-${index}`;
      await platform.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
      const written = JSON.parse(await readFile(join(platform.dir, 'state.json'), 'utf8'));
      expect(written.roles).toHaveProperty(RoleName);
    }),
  );
});
