/**
 * Proves the deploy against somebody else's AWS: moto's server (PyPI `moto[server]`), read back by boto3. A recording
 * proxy stands before it, so that each deploy's calls are known and printed: a first deploy makes everything, a second
 * changes nothing, a change of code makes four changing calls, a version that does not answer gets no traffic, a rollback
 * moves the alias, and a deletion leaves nothing.
 *
 * The proxy answers nothing itself but the calls that moto lacks, each of which it names. What Invoke returns is canned, by
 * moto's own "simple" mode, because running a function would take Docker.
 *
 * Installs moto and boto3 into .up/checks/python.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { importTypeScript } from '../typescript.mjs';
import { expect, require, runCheck } from './check.mjs';
import { cleanEnvironment, eventually, freePort, start, succeed } from './processes.mjs';
import { copyExample, requireBuild, root, up } from './project.mjs';
import { pythonPrograms } from './python.mjs';

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

/** What Invoke is to return, as a function behind an HTTP API would. */
const ok = { statusCode: 200, body: 'canned' };

/** What moto has no route for, and what AWS would answer where there is nothing of the kind. */
const lacking = { ListFunctionUrlConfigs: { FunctionUrlConfigs: [] } };

/** What is left of an app. */
const lister = `
import boto3, json
fn, iam, api, logs, ssm = (boto3.client(name) for name in ('lambda', 'iam', 'apigatewayv2', 'logs', 'ssm'))
print(json.dumps({
  'functions': [f['FunctionName'] for f in fn.list_functions()['Functions']],
  'roles': [r['RoleName'] for r in iam.list_roles()['Roles']],
  'apis': [a['Name'] for a in api.get_apis()['Items']],
  'groups': [g['logGroupName'] for g in logs.describe_log_groups()['logGroups']],
  'parameters': [p['Name'] for p in ssm.describe_parameters()['Parameters']],
}))
`;

/** Everything that a deploy makes, as AWS's own Python client reads it. */
const reader = `
import boto3, json
fn, iam, api, logs = (boto3.client(name) for name in ('lambda', 'iam', 'apigatewayv2', 'logs'))
live = fn.get_function(FunctionName='hello')
alias = fn.get_alias(FunctionName='hello', Name='staging')
a = api.get_apis()['Items'][0]
group = logs.describe_log_groups(logGroupNamePrefix='/aws/lambda/hello')['logGroups'][0]
role = iam.get_role(RoleName='hello-function')['Role']
versions = fn.list_versions_by_function(FunctionName='hello')['Versions']
print(json.dumps({
  'role': role, 'rolePolicy': iam.get_role_policy(RoleName='hello-function', PolicyName='up')['PolicyDocument'],
  'group': group, 'function': live['Configuration'], 'tags': live['Tags'], 'alias': alias,
  'versions': [v['Version'] for v in versions], 'api': a,
  'integrations': api.get_integrations(ApiId=a['ApiId'])['Items'], 'routes': api.get_routes(ApiId=a['ApiId'])['Items'],
  'stages': api.get_stages(ApiId=a['ApiId'])['Items'], 'apis': len(api.get_apis()['Items']),
  'permission': json.loads(fn.get_policy(FunctionName='hello', Qualifier='staging')['Policy'])['Statement'],
}, default=str))
`;

await runCheck('moto', 240, async (check) => {
  await requireBuild();
  const programs = await pythonPrograms(check, ['moto[server]', 'boto3']);
  const moto = await startMoto(programs);
  check.note(`moto ${moto.version}; Invoke answers from moto's own queue, everything but what it lacks is moto's`);
  const proxy = await startProxy(check, moto.port);
  const env = {
    AWS_ENDPOINT_URL: proxy.url,
    AWS_ACCESS_KEY_ID: 'check',
    AWS_SECRET_ACCESS_KEY: 'check',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
  const app = copyExample(check, 'hello');
  const changeCode = () => appendFileSync(join(app, 'app.js'), `// ${Date.now()}\n`);
  const python = async (script) => {
    const options = { env: { ...cleanEnvironment(), ...env, AWS_ENDPOINT_URL: `http://127.0.0.1:${moto.port}` } };
    return JSON.parse(await succeed(join(programs, 'python'), ['-c', script], options));
  };
  const read = () => python(reader);
  const left = () => python(lister);
  let url = '';

  const deploy = (options) => run(['--no-check'], options);

  /** Runs a command; gives the changing calls, after printing all of them. */
  async function run(words, { exit = 0, answer = null } = {}) {
    if (answer) await moto.answer(answer);
    proxy.calls.length = 0;
    const { code, stdout, stderr } = await up([...words, '-C', app], { env });
    const calls = [...proxy.calls];
    check.note(
      calls.map(({ operation, status }) => (status < 400 ? operation : `${operation} (${status})`)).join(', '),
    );
    expect(code, exit, `exit code, with ${stderr}`);
    require(calls.every(({ status }) => status < 500), 'moto failed a call');
    const changing = calls
      .map(({ operation }) => operation)
      .filter((name) => !/^(?:Get|List|Describe|Head)/.test(name));
    return { changing, stdout: stdout.trim(), stderr };
  }

  await check.case('a first deploy makes everything, the alias only after Invoke', async () => {
    const { changing, stdout } = await deploy({ answer: ok });
    expect(changing, everything, 'changing calls');
    require(/^https:\/\/\w+\.execute-api\.us-east-1\.amazonaws\.com\/$/.test(stdout), `stdout ${stdout}`);
    url = stdout;
    return url;
  });

  await check.case('boto3 finds role, policy, log group, function, version and alias', async () => {
    const live = await read();
    const { Statement } = live.role.AssumeRolePolicyDocument;
    expect(Statement[0].Principal, { Service: 'lambda.amazonaws.com' }, 'trust');
    expect(live.role.Tags, [{ Key: 'up:app', Value: 'hello' }], 'tags of the role');
    expect(live.rolePolicy.Statement[0].Action, ['logs:CreateLogStream', 'logs:PutLogEvents'], 'policy');
    const group = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/hello:*';
    expect(live.rolePolicy.Statement[0].Resource, group, 'policy');
    expect([live.group.logGroupName, live.group.retentionInDays], ['/aws/lambda/hello', 30], 'log group');
    const { Runtime, Handler, MemorySize, Timeout, Architectures, Role, Environment } = live.function;
    expect([Runtime, Handler, MemorySize, Timeout], ['nodejs24.x', '_up/handler.handler', 512, 30], 'function');
    expect([Architectures, Role], [['x86_64'], live.role.Arn], 'function');
    const { AWS_LAMBDA_EXEC_WRAPPER, UP_STAGE } = Environment.Variables;
    expect([AWS_LAMBDA_EXEC_WRAPPER, UP_STAGE], ['/var/task/_up/bootstrap', 'staging'], 'environment');
    expect(live.tags, { 'up:app': 'hello' }, 'tags of the function');
    expect(live.versions, ['$LATEST', '1'], 'versions');
    expect(live.alias.FunctionVersion, '1', 'alias');
  });

  await check.case('boto3 finds API, integration, route, stage and permission', async () => {
    const { api, integrations, routes, stages, permission } = await read();
    expect([api.Name, api.ProtocolType, `${api.ApiEndpoint}/`], ['hello-staging', 'HTTP', url], 'api');
    expect(api.Tags, { 'up:app': 'hello', 'up:stage': 'staging' }, 'tags of the api');
    const [{ IntegrationType, IntegrationUri, IntegrationId, PayloadFormatVersion }] = integrations;
    expect([IntegrationType, PayloadFormatVersion], ['AWS_PROXY', '2.0'], 'integration');
    expect(IntegrationUri, 'arn:aws:lambda:us-east-1:123456789012:function:hello:staging', 'integration');
    expect([routes[0].RouteKey, routes[0].Target], ['$default', `integrations/${IntegrationId}`], 'route');
    expect([stages[0].StageName, stages[0].AutoDeploy], ['$default', true], 'stage');
    expect([integrations.length, routes.length, stages.length, permission.length], [1, 1, 1, 1], 'one of each');
    const [{ Action, Principal, Condition }] = permission;
    expect([Action, Principal], ['lambda:InvokeFunction', { Service: 'apigateway.amazonaws.com' }], 'permission');
    const source = `arn:aws:execute-api:us-east-1:123456789012:${api.ApiId}/*/*`;
    require(JSON.stringify(Condition).includes(source), `condition ${JSON.stringify(Condition)}`);
  });

  await check.case('a second deploy makes no changing call', async () => {
    const { changing, stdout, stderr } = await deploy();
    expect(changing, [], 'changing calls');
    expect(stdout, url, 'stdout');
    require(stderr.includes('Nothing to deploy'), stderr);
  });

  await check.case('up url reads the same URL', async () => {
    const { code, stdout } = await up(['url', '-C', app], { env });
    expect([code, stdout.trim()], [0, url], 'up url');
  });

  await check.case('a change of code: UpdateFunctionCode, PublishVersion, Invoke, UpdateAlias', async () => {
    changeCode();
    const { changing, stdout } = await deploy({ answer: ok });
    expect(changing, ['UpdateFunctionCode', 'PublishVersion', 'Invoke', 'UpdateAlias'], 'changing calls');
    expect(stdout, url, 'stdout');
    const { alias, versions, apis } = await read();
    expect([alias.FunctionVersion, versions, apis], ['2', ['$LATEST', '1', '2'], 1], 'alias, versions, apis');
  });

  await check.case(
    'a change of up.json, which is in the package: UpdateFunctionConfiguration before the same',
    async () => {
      writeFileSync(join(app, 'up.json'), JSON.stringify({ name: 'hello', lambda: { memory: 1024 } }));
      const { changing } = await deploy({ answer: ok });
      const wanted = ['UpdateFunctionConfiguration', 'UpdateFunctionCode', 'PublishVersion', 'Invoke', 'UpdateAlias'];
      expect(changing, wanted, 'changing calls');
      const live = await read();
      expect([live.alias.FunctionVersion, live.function.MemorySize], ['3', 1024], 'alias, memory');
    },
  );

  await check.case('a version that gives no answer gets no traffic', async () => {
    changeCode();
    const { changing, stdout, stderr } = await deploy({ exit: 1 });
    expect(changing, ['UpdateFunctionCode', 'PublishVersion', 'Invoke'], 'changing calls');
    require(stderr.includes('UP_VERIFY_FAILED'), stderr);
    expect([stdout, (await read()).alias.FunctionVersion], ['', '3'], 'stdout, alias');
  });

  await check.case('and the next deploy, which answers, goes live', async () => {
    const { changing } = await deploy({ answer: ok });
    expect(changing.slice(-2), ['Invoke', 'UpdateAlias'], 'last changing calls');
    return `v${(await read()).alias.FunctionVersion}`;
  });

  await check.case('up rollback goes back to the version before, and again to undo it', async () => {
    const now = (await read()).alias.FunctionVersion;
    const back = await run(['rollback'], { answer: ok });
    expect(back.changing, ['Invoke', 'UpdateAlias'], 'changing calls');
    expect((await read()).alias.FunctionVersion, '3', 'alias');
    await run(['rollback'], { answer: ok });
    expect((await read()).alias.FunctionVersion, now, 'alias');
  });

  await check.case('up releases lists the versions', async () => {
    const { stdout } = await run(['releases', '--json']);
    const { releases } = JSON.parse(stdout);
    return `${releases.length} of ${(await read()).versions.length - 1}`;
  });

  await check.case('up env set, get and rm keep a parameter', async () => {
    const { changing } = await run(['env', 'set', 'GREETING=hello', '--plain']);
    require(changing.includes('PutParameter'), `changing calls: ${changing}`);
    expect((await run(['env', 'get', 'GREETING'])).stdout, 'hello', 'value');
    expect((await left()).parameters, ['/up/hello/staging/GREETING'], 'parameters');
    await run(['env', 'rm', 'GREETING']);
    expect((await left()).parameters, [], 'parameters');
  });

  await check.case('up delete leaves nothing', async () => {
    await run(['delete', '-y']);
    expect(await left(), { functions: [], roles: [], apis: [], groups: [], parameters: [] }, 'left');
  });

  await check.case('no call was skipped but those that moto lacks', async () => {
    require([...proxy.skipped].every((name) => name in lacking), `skipped: ${[...proxy.skipped]}`);
    return [...proxy.skipped, 'up promote, which downloads a package that moto does not hand out'].join(', ');
  });
});

async function startMoto(programs) {
  const port = await freePort();
  const server = start(join(programs, 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)]);
  const api = async (path, body) => {
    const headers = { 'content-type': 'application/json' };
    const res = await fetch(`http://127.0.0.1:${port}/moto-api/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    require(res.ok, `moto answered ${res.status} to ${path}`);
  };
  await eventually(
    'moto',
    () => {
      require(server.child.exitCode === null, `moto ended: ${server.stderr}`);
      return fetch(`http://127.0.0.1:${port}/moto-api/data.json`).catch(() => null);
    },
    60,
  );
  await api('config', { lambda: { use_docker: false } });
  const code = 'import moto; print(moto.__version__)';
  return {
    port,
    version: (await succeed(join(programs, 'python'), ['-c', code])).trim(),
    /** What the next Invoke returns, once. */
    async answer(result) {
      await api('static/lambda-simple/response', { results: [JSON.stringify(result)], region: 'us-east-1' });
    },
  };
}

/**
 * Forwards everything to moto; `calls` has the name and the status of each, `skipped` those that moto lacks, which it
 * answers with a page of HTML.
 */
async function startProxy(check, port) {
  const { readCall } = await importTypeScript(join(root, 'test/support/aws-call.ts'));
  const calls = [];
  const skipped = new Set();
  const server = createServer(async (req, res) => {
    const body = await buffer(req);
    const { method, url: path, headers } = req;
    const forwarded = request({ host: '127.0.0.1', port, method, path, headers }, async (answer) => {
      const { operation } = readCall(req, body);
      const isLacking = answer.statusCode === 404 && answer.headers['content-type']?.startsWith('text/html');
      if (isLacking && operation in lacking) {
        answer.resume();
        skipped.add(operation);
        calls.push({ operation: `${operation} (skipped)`, status: 200 });
        res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(lacking[operation]));
        return;
      }
      calls.push({ operation, status: answer.statusCode });
      res.writeHead(answer.statusCode, answer.headers).end(await buffer(answer));
    });
    forwarded.on('error', () => res.destroy());
    forwarded.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  check.onEnd(async () => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${server.address().port}`, calls, skipped };
}
