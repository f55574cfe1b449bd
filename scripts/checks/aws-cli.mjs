/**
 * Proves that the local platform is AWS to AWS's own clients: the AWS CLI (the `aws` on PATH, else pip's) and boto3 read
 * back, over the wire, what `up` deployed with the JavaScript SDK.
 *
 * Installs boto3, and awscli where there is no `aws`, into .up/checks/python.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, require, runCheck } from './check.mjs';
import { httpEvent } from './event.mjs';
import { cleanEnvironment, eventually, run, succeed } from './processes.mjs';
import { checkStop, copyExample, startPlatform, temporaryDir, upResult } from './project.mjs';
import { pythonPrograms } from './python.mjs';

/** The platform takes any; AWS's clients want some. */
const credentials = {
  AWS_ACCESS_KEY_ID: 'check',
  AWS_SECRET_ACCESS_KEY: 'check',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_PAGER: '',
};

const unimplemented = [
  ['lambda', 'list-layers'],
  ['apigatewayv2', 'get-vpc-links'],
  ['logs', 'describe-metric-filters'],
  ['iam', 'list-users'],
  ['sts', 'get-session-token'],
];

const boto = `
import boto3, json, sys
fn = boto3.client('lambda')
event = {'version': '2.0', 'rawPath': '/', 'rawQueryString': '', 'headers': {'host': 'localhost'}, 'isBase64Encoded': False,
         'requestContext': {'http': {'method': 'GET', 'path': '/', 'sourceIp': '127.0.0.1'}, 'requestId': 'boto', 'timeEpoch': 0}}
versions = [v['Version'] for page in fn.get_paginator('list_versions_by_function').paginate(FunctionName='hello') for v in page['Versions']]
apis = [a['Name'] for a in boto3.client('apigatewayv2').get_apis()['Items']]
result = json.loads(fn.invoke(FunctionName='hello:staging', Payload=json.dumps(event))['Payload'].read())
try:
    fn.get_alias(FunctionName='hello', Name='nowhere')
except fn.exceptions.ResourceNotFoundException as error:
    name = error.response['Error']['Code']
print(json.dumps({'versions': versions, 'apis': apis, 'status': result['statusCode'], 'error': name}))
`;

await runCheck('aws-cli', 240, async (check) => {
  const programs = await pythonPrograms(check, ['boto3']);
  const aws = await findAws(check);
  check.note(`${aws.file}: ${aws.version}`);
  const platform = await startPlatform(check);
  const app = copyExample(check, 'hello');
  const work = temporaryDir(check);
  const url = await upResult(['--local', '-C', app], platform);
  const path = `/from-curl-${Date.now()}`;
  await fetch(new URL(path, url));

  const env = { ...cleanEnvironment(), ...credentials, AWS_ENDPOINT_URL: platform.url };
  const call = (...args) => run(aws.file, [...args, '--output', 'json'], { env });
  const read = async (...args) => {
    const { code, stdout, stderr } = await call(...args);
    require(code === 0, `aws ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout.trim() === '' ? {} : JSON.parse(stdout);
  };

  await check.case('lambda get-function: CodeSha256 is that of the zip', async () => {
    const zip = join(work, 'hello.zip');
    await upResult(['build', '-C', app, '-o', zip]);
    const sha256 = createHash('sha256').update(readFileSync(zip)).digest('base64');
    const { Configuration, Code, Tags } = await read('lambda', 'get-function', '--function-name', 'hello');
    expect(Configuration.CodeSha256, sha256, 'CodeSha256');
    expect([Configuration.State, Configuration.LastUpdateStatus], ['Active', 'Successful'], 'state');
    expect(Tags, { 'up:app': 'hello' }, 'tags');
    const download = Buffer.from(await (await fetch(Code.Location)).arrayBuffer());
    expect(createHash('sha256').update(download).digest('base64'), sha256, 'sha256 of what Code.Location gives');
  });

  await check.case('lambda get-alias, list-versions-by-function, list-functions', async () => {
    const alias = await read('lambda', 'get-alias', '--function-name', 'hello', '--name', 'staging');
    expect([alias.Name, alias.FunctionVersion], ['staging', '1'], 'alias');
    const { Versions } = await read('lambda', 'list-versions-by-function', '--function-name', 'hello');
    expect(
      Versions.map(({ Version }) => Version),
      ['$LATEST', '1'],
      'versions',
    );
    const { Functions } = await read('lambda', 'list-functions');
    expect(
      Functions.map(({ FunctionName, Runtime, Handler }) => [FunctionName, Runtime, Handler]),
      [['hello', 'nodejs24.x', '_up/handler.handler']],
      'functions',
    );
  });

  await check.case('lambda get-policy: API Gateway may invoke the alias', async () => {
    const { Policy } = await read('lambda', 'get-policy', '--function-name', 'hello', '--qualifier', 'staging');
    const [{ Principal, Action, Resource }] = JSON.parse(Policy).Statement;
    expect(Principal, { Service: 'apigateway.amazonaws.com' }, 'principal');
    expect(Action, 'lambda:InvokeFunction', 'action');
    require(Resource.endsWith(':function:hello:staging'), `resource ${Resource}`);
  });

  await check.case('apigatewayv2 get-apis, get-routes, get-integrations, get-stages', async () => {
    const { Items } = await read('apigatewayv2', 'get-apis');
    expect(
      Items.map(({ Name, ProtocolType }) => [Name, ProtocolType]),
      [['hello-staging', 'HTTP']],
      'apis',
    );
    const [{ ApiId, ApiEndpoint }] = Items;
    expect(`${ApiEndpoint}/`, url, 'endpoint');
    const routes = await read('apigatewayv2', 'get-routes', '--api-id', ApiId);
    const integrations = await read('apigatewayv2', 'get-integrations', '--api-id', ApiId);
    const [{ IntegrationId, IntegrationUri, PayloadFormatVersion, TimeoutInMillis }] = integrations.Items;
    expect([PayloadFormatVersion, TimeoutInMillis], ['2.0', 30_000], 'integration');
    require(IntegrationUri.endsWith(':function:hello:staging'), `integration URI ${IntegrationUri}`);
    expect(
      routes.Items.map(({ RouteKey, Target }) => [RouteKey, Target]),
      [['$default', `integrations/${IntegrationId}`]],
      'routes',
    );
    const stages = await read('apigatewayv2', 'get-stages', '--api-id', ApiId);
    expect(
      stages.Items.map(({ StageName, AutoDeploy }) => [StageName, AutoDeploy]),
      [['$default', true]],
      'stages',
    );
  });

  await check.case('logs describe-log-groups, describe-log-streams, filter-log-events', async () => {
    const { logGroups } = await read('logs', 'describe-log-groups', '--log-group-name-prefix', '/aws/lambda/');
    expect(
      logGroups.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays]),
      [['/aws/lambda/hello', 30]],
      'groups',
    );
    const group = ['--log-group-name', '/aws/lambda/hello'];
    const { logStreams } = await read('logs', 'describe-log-streams', ...group);
    require(logStreams.length > 0, 'no stream');
    const pattern = `{ $.message = "response" && $.fields.path = "${path}" }`;
    const { events } = await eventually('the record of the request', async () => {
      const found = await read('logs', 'filter-log-events', ...group, '--filter-pattern', pattern);
      return found.events.length > 0 && found;
    });
    const { fields } = JSON.parse(events[0].message);
    expect([fields.method, fields.path, fields.status, fields.version], ['GET', path, 200, '1'], 'record');
  });

  await check.case('lambda invoke --log-type Tail', async () => {
    const [event, result] = [join(work, 'event.json'), join(work, 'result.json')];
    writeFileSync(event, JSON.stringify(httpEvent('GET', '/')));
    const args = ['--function-name', 'hello', '--qualifier', 'staging', '--log-type', 'Tail'];
    const answer = await read('lambda', 'invoke', ...args, '--payload', `fileb://${event}`, result);
    expect([answer.StatusCode, answer.ExecutedVersion, answer.FunctionError], [200, '1', undefined], 'answer');
    const { statusCode, body } = JSON.parse(readFileSync(result, 'utf8'));
    expect([statusCode, body], [200, 'Hello from up\n'], 'result');
    const log = Buffer.from(answer.LogResult, 'base64').toString();
    for (const part of ['START RequestId: ', '"message":"response"', 'REPORT RequestId: '])
      require(log.includes(part), `the tail lacks ${part}: ${log}`);
    return `statusCode ${statusCode}`;
  });

  await check.case('iam get-role, get-role-policy; sts get-caller-identity', async () => {
    const { Role } = await read('iam', 'get-role', '--role-name', 'hello-function');
    expect(Role.Arn, 'arn:aws:iam::000000000000:role/hello-function', 'arn');
    expect(Role.AssumeRolePolicyDocument.Statement[0].Principal, { Service: 'lambda.amazonaws.com' }, 'principal');
    const policy = await read('iam', 'get-role-policy', '--role-name', 'hello-function', '--policy-name', 'up');
    expect(policy.PolicyDocument.Statement[0].Action, ['logs:CreateLogStream', 'logs:PutLogEvents'], 'actions');
    expect((await read('sts', 'get-caller-identity')).Account, '000000000000', 'account');
  });

  await check.case('an unknown function is a ResourceNotFoundException', async () => {
    const { code, stderr } = await call('lambda', 'get-function', '--function-name', 'nobody');
    require(code !== 0, 'it succeeded');
    require(/ResourceNotFoundException.*GetFunction.*nobody/s.test(stderr), stderr);
    return stderr.trim();
  });

  for (const args of unimplemented) {
    await check.case(`${args.slice(0, 2).join(' ')}, not implemented, is refused by its name`, async () => {
      const { code, stderr } = await call(...args);
      require(code !== 0, 'it succeeded');
      const name = args[1].replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase());
      require(stderr.includes(`${args[0]} ${name} is not implemented`), stderr);
      return stderr.trim();
    });
  }

  await check.case('boto3 reads the same and invokes', async () => {
    const stdout = await succeed(join(programs, 'python'), ['-c', boto, url], { env });
    const found = JSON.parse(stdout);
    expect(
      found,
      { versions: ['$LATEST', '1'], apis: ['hello-staging'], status: 200, error: 'ResourceNotFoundException' },
      'boto3',
    );
    return stdout.trim();
  });

  await checkStop(check, platform);
});

/** The `aws` of this machine, if it runs; else one that pip installs. */
async function findAws(check) {
  const onPath = await run('aws', ['--version']).catch(() => ({ code: 127 }));
  if (onPath.code === 0) return { file: 'aws', version: (onPath.stdout || onPath.stderr).trim() };
  const file = join(await pythonPrograms(check, ['awscli']), 'aws');
  return { file, version: (await succeed(file, ['--version'])).trim() };
}
