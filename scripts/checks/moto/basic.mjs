/** An HTTP API from its first deploy to its removal: what each deploy changes, and what boto3 finds of it. */
import { expect, require } from '../check.mjs';
import { account, codeCalls, openApp } from './bench.mjs';
import { leftOf } from './left.mjs';

const everything = [
  ...[
    'CreateRole',
    'PutRolePolicy',
    'CreateLogGroup',
    'PutRetentionPolicy',
    'CreateFunction',
    'PublishVersion',
    'Invoke',
  ],
  ...['CreateAlias', 'CreateApi', 'AddPermission', 'CreateIntegration', 'CreateRoute', 'CreateStage'],
];

export async function basic(bench) {
  const { check, read } = bench;
  const app = await openApp(bench, 'hello');
  const live = () => read('lambda', 'GetAlias', { FunctionName: 'hello', Name: 'staging' });
  const versions = async () =>
    (await read('lambda', 'ListVersionsByFunction', { FunctionName: 'hello' })).Versions.map(({ Version }) => Version);
  let url = '';

  await check.case('a role of our name that somebody else made is left alone, and nothing is made', async () => {
    const RoleName = 'hello-function';
    await read('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' });
    const { changing, stderr } = await app.deploy('staging', { exit: 5, answers: false });
    expect(changing, [], 'changing calls');
    require(stderr.includes('UP_NOT_OURS'), stderr);
    await read('iam', 'DeleteRole', { RoleName });
  });

  await check.case('a first deploy makes everything, the alias only after Invoke', async () => {
    const { changing, stdout } = await app.deploy();
    expect(changing, everything, 'changing calls');
    require(/^https:\/\/\w+\.execute-api\.us-east-1\.amazonaws\.com\/$/.test(stdout), `stdout ${stdout}`);
    url = stdout;
    return url;
  });

  await check.case('boto3 finds role, policy and log group', async () => {
    const { Role } = await read('iam', 'GetRole', { RoleName: 'hello-function' });
    expect(Role.AssumeRolePolicyDocument.Statement[0].Principal, { Service: 'lambda.amazonaws.com' }, 'trust');
    expect(Role.Tags, [{ Key: 'up:app', Value: 'hello' }], 'tags of the role');
    const { PolicyDocument } = await read('iam', 'GetRolePolicy', { RoleName: 'hello-function', PolicyName: 'up' });
    const group = `arn:aws:logs:us-east-1:${account}:log-group:/aws/lambda/hello:*`;
    const [{ Action, Resource }] = PolicyDocument.Statement;
    expect([Action, Resource], [['logs:CreateLogStream', 'logs:PutLogEvents'], group], 'policy');
    const { logGroups } = await read('logs', 'DescribeLogGroups', { logGroupNamePrefix: '/aws/lambda/hello' });
    expect([logGroups[0].logGroupName, logGroups[0].retentionInDays], ['/aws/lambda/hello', 30], 'log group');
  });

  await check.case('boto3 finds function, version and alias', async () => {
    const { Configuration: found, Tags } = await read('lambda', 'GetFunction', { FunctionName: 'hello' });
    const { Runtime, Handler, MemorySize, Timeout, Architectures, Role, Environment } = found;
    expect([Runtime, Handler, MemorySize, Timeout], ['nodejs24.x', '_up/handler.handler', 512, 30], 'function');
    expect([Architectures, Role], [['x86_64'], `arn:aws:iam::${account}:role/hello-function`], 'function');
    const { AWS_LAMBDA_EXEC_WRAPPER, UP_STAGE } = Environment.Variables;
    expect([AWS_LAMBDA_EXEC_WRAPPER, UP_STAGE], ['/var/task/_up/bootstrap', 'staging'], 'environment');
    expect(Tags, { 'up:app': 'hello' }, 'tags of the function');
    expect([await versions(), (await live()).FunctionVersion], [['$LATEST', '1'], '1'], 'versions, alias');
  });

  await check.case('boto3 finds API, integration, route, stage and permission', async () => {
    const [api] = (await read('apigatewayv2', 'GetApis')).Items;
    expect([api.Name, api.ProtocolType, `${api.ApiEndpoint}/`], ['hello-staging', 'HTTP', url], 'api');
    expect(api.Tags, { 'up:app': 'hello', 'up:stage': 'staging' }, 'tags of the api');
    const parts = async (operation) => (await read('apigatewayv2', operation, { ApiId: api.ApiId })).Items;
    const [integrations, routes] = [await parts('GetIntegrations'), await parts('GetRoutes')];
    const stages = await parts('GetStages');
    const [{ IntegrationType, IntegrationUri, IntegrationId, PayloadFormatVersion }] = integrations;
    expect([IntegrationType, PayloadFormatVersion], ['AWS_PROXY', '2.0'], 'integration');
    expect(IntegrationUri, `arn:aws:lambda:us-east-1:${account}:function:hello:staging`, 'integration');
    expect([routes[0].RouteKey, routes[0].Target], ['$default', `integrations/${IntegrationId}`], 'route');
    expect([stages[0].StageName, stages[0].AutoDeploy], ['$default', true], 'stage');
    const { Policy } = await read('lambda', 'GetPolicy', { FunctionName: 'hello', Qualifier: 'staging' });
    const permission = JSON.parse(Policy).Statement;
    expect([integrations.length, routes.length, stages.length, permission.length], [1, 1, 1, 1], 'one of each');
    const [{ Action, Principal, Condition }] = permission;
    expect([Action, Principal], ['lambda:InvokeFunction', { Service: 'apigateway.amazonaws.com' }], 'permission');
    const source = `arn:aws:execute-api:us-east-1:${account}:${api.ApiId}/*/*`;
    require(JSON.stringify(Condition).includes(source), `condition ${JSON.stringify(Condition)}`);
  });

  await check.case('a second deploy makes no changing call', async () => {
    const { changing, stdout, stderr } = await app.deploy('staging', { answers: false });
    expect([changing, stdout], [[], url], 'changing calls, stdout');
    require(stderr.includes('Nothing to deploy'), stderr);
  });

  await check.case('a route that somebody deleted is made again, and nothing else', async () => {
    const [{ ApiId }] = (await read('apigatewayv2', 'GetApis')).Items;
    const routes = async () => (await read('apigatewayv2', 'GetRoutes', { ApiId })).Items;
    const [{ RouteId, Target }] = await routes();
    await read('apigatewayv2', 'DeleteRoute', { ApiId, RouteId });
    expect((await app.deploy('staging', { answers: false })).changing, ['CreateRoute'], 'changing calls');
    expect(
      (await routes()).map((route) => route.Target),
      [Target],
      'routes',
    );
  });

  await check.case('up url reads the same URL', async () => {
    expect((await app.run(['url'])).stdout, url, 'up url');
  });

  await check.case('up stack status finds nothing amiss', async () => {
    const { resources, drift } = JSON.parse((await app.run(['stack', 'status', '--json'])).stdout);
    expect(drift, { staging: [] }, 'drift');
    require(resources.every(({ ours }) => ours), `not ours: ${JSON.stringify(resources)}`);
    const types = ['role', 'log group', 'function', 'version', 'alias', 'permission', 'http api'];
    expect(
      resources.map(({ type }) => type),
      types,
      'resources',
    );
  });

  await check.case(`a change of code: ${codeCalls.join(', ')}`, async () => {
    app.changeCode();
    const { changing, stdout } = await app.deploy();
    expect([changing, stdout], [codeCalls, url], 'changing calls, stdout');
    expect([(await live()).FunctionVersion, await versions()], ['2', ['$LATEST', '1', '2']], 'alias, versions');
    expect((await read('apigatewayv2', 'GetApis')).Items.length, 1, 'apis');
  });

  await check.case('a change of memory: UpdateFunctionConfiguration before the same', async () => {
    app.configure({ lambda: { memory: 1024 } });
    const { changing } = await app.deploy();
    expect(changing, ['UpdateFunctionConfiguration', ...codeCalls], 'changing calls');
    const { Configuration } = await read('lambda', 'GetFunction', { FunctionName: 'hello' });
    expect([(await live()).FunctionVersion, Configuration.MemorySize], ['3', 1024], 'alias, memory');
  });

  await check.case('a version that gives no answer gets no traffic', async () => {
    app.changeCode();
    const { changing, stdout, stderr } = await app.deploy('staging', { exit: 1, answers: false });
    expect(changing, codeCalls.slice(0, -1), 'changing calls');
    require(stderr.includes('UP_VERIFY_FAILED'), stderr);
    expect([stdout, (await live()).FunctionVersion], ['', '3'], 'stdout, alias');
  });

  await check.case('and the next deploy, which answers, goes live', async () => {
    const { changing } = await app.deploy();
    expect(changing.slice(-2), ['Invoke', 'UpdateAlias'], 'last changing calls');
    return `v${(await live()).FunctionVersion}`;
  });

  await check.case('up rollback goes back to the version before, and again to undo it', async () => {
    const now = (await live()).FunctionVersion;
    const { changing } = await app.run(['rollback'], { answers: true });
    expect([changing, (await live()).FunctionVersion], [['Invoke', 'UpdateAlias'], '3'], 'changing calls, alias');
    await app.run(['rollback'], { answers: true });
    expect((await live()).FunctionVersion, now, 'alias');
  });

  await check.case('up releases lists the versions', async () => {
    const { releases } = JSON.parse((await app.run(['releases', '--json'])).stdout);
    expect(releases.length, (await versions()).length - 1, 'releases');
  });

  await check.case('up env set, get and rm keep a parameter', async () => {
    const { changing } = await app.run(['env', 'set', 'GREETING=hello', '--plain']);
    require(changing.includes('PutParameter'), `changing calls: ${changing}`);
    expect((await app.run(['env', 'get', 'GREETING'])).stdout, 'hello', 'value');
    const names = async () => (await read('ssm', 'DescribeParameters')).Parameters.map(({ Name }) => Name);
    expect(await names(), ['/up/hello/staging/GREETING'], 'parameters');
    await app.run(['env', 'rm', 'GREETING']);
    expect(await names(), [], 'parameters');
  });

  await check.case('up delete leaves nothing', async () => {
    await app.run(['delete', '-y']);
    expect(await leftOf(bench, 'hello'), [], 'left');
  });
}
