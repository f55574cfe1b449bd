/**
 * Plants one problem after the other, in the project, the shell, the identity and what is deployed. `up doctor` has to
 * find each, and the line that it prints as its fix, run as it is in that shell, has to mend it. Uses the AWS CLI where a
 * fix does; without one those are skipped.
 *
 * One file, because it is one story: each problem is planted in what the one before has left.
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, require, runCheck } from './check.mjs';
import { cleanEnvironment, eventually, freePort, has, run, start, succeed } from './processes.mjs';
import { requireBuild, root, temporaryDir } from './project.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const program = join(root, 'dist', 'cli', 'main.js');
const server = `
if (process.env.CRASH) throw new Error('it cannot start');
require('node:http').createServer((req, res) => res.end('ok')).listen(process.env.PORT);`;
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

await runCheck('doctor', 300, async (check) => {
  await requireBuild();
  const base = temporaryDir(check);
  const policyFile = join(base, 'policy.json');
  const use = (policy) => writeFileSync(policyFile, JSON.stringify(policy));
  use(everything);
  const url = await startPolicedPlatform(check, base, policyFile);
  const bin = join(base, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'up'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(bin, 'up'), 0o755);
  const env = {
    ...cleanEnvironment(),
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_REGION: 'us-east-1',
    AWS_PAGER: '',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  };
  const hasAws = await has('aws');

  /** Runs lines of shell, and then doctor in the same shell. */
  const doctor = async (place, lines, words) => {
    const script = [...lines, `up doctor --json ${words}`].join('\n');
    const ran = await run('sh', ['-c', script], { cwd: place.dir, env: place.env, seconds: 60 });
    const line = ran.stdout.trimEnd().split('\n').at(-1) ?? '';
    require(line.startsWith('{'), `no answer of doctor: ${ran.code}\n${ran.stderr}\n${ran.stdout}`);
    return { ...JSON.parse(line), code: ran.code, stderr: ran.stderr };
  };

  /** `found`: the check and what it says; `fix`: what its fix is; `plant` changes the place. */
  const problem = async (title, { plant, found: [name, text], fix, words = '--no-check' }, place) => {
    if (fix.source.includes('aws ') && !hasAws) return check.skip(title, 'aws');
    await check.case(title, async () => {
      await plant?.(place);
      const isIt = (one) => one.check === name && text.test(one.text) && (one.state === 'fail' || one.state === 'warn');
      const before = await doctor(place, [], words);
      const finding = before.checks.find(isIt);
      require(finding, `not found in\n${before.checks.map(toLine).join('\n')}`);
      require(fix.test(finding.fix ?? ''), `the fix is: ${finding.fix}`);
      if (finding.state === 'fail') expect(before.code, 1, 'the exit code');
      const after = await doctor(place, [finding.fix], words);
      const left = after.checks.find(isIt);
      require(!left, `after ${finding.fix}\n${after.checks.map(toLine).join('\n')}\n${after.stderr}`);
      return finding.fix.length > 90 ? `${finding.fix.slice(0, 90)}...` : finding.fix;
    });
  };

  let count = 0;
  /** A project of its own, committed, beside nothing that is deployed. */
  const place = async ({ files = {}, env: more = {} } = {}) => {
    const dir = join(base, `project-${++count}`);
    write(dir, { 'app.js': server, 'up.json': '{"name": "shop"}', '.gitignore': '.up\nnode_modules\n', ...files });
    for (const args of [
      ['init', '-q'],
      ['add', '-A'],
      ['commit', '-q', '-m', 'begin'],
    ])
      await succeed('git', args, { cwd: dir, env });
    const merged = Object.entries({ ...env, ...more }).filter(([, value]) => value !== undefined);
    return { dir, env: Object.fromEntries(merged) };
  };

  for (const [title, given, files] of projectProblems(base)) await problem(title, given, await place(files));
  for (const [title, given, files] of shellProblems(base)) await problem(title, given, await place(files));

  const live = await place({
    files: { 'up.json': '{"name": "shop", "stages": {"streams": {"url": "function_url"}, "old": {}}}' },
  });
  for (const stage of ['staging', 'streams', 'old']) await succeed('up', [stage, '--no-check'], { cwd: live.dir, env });
  for (const [title, given] of accessProblems(live, use)) await problem(title, given, live);
  use(everything);
  for (const [title, given] of await liveProblems(url)) await problem(title, given, live);

  await check.case('and in the end only what is planted nowhere is left', async () => {
    const { problems, checks } = await doctor(live, [], '');
    expect(problems, 0, checks.map(toLine).join('\n'));
  });
});

function toLine({ check, state, text, fix }) {
  return `${state.padEnd(8)}${check.padEnd(11)}${text}${fix ? `\n${' '.repeat(19)}${fix}` : ''}`;
}

function write(dir, files) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
}

function rewrite(name, content) {
  return ({ dir }) => write(dir, { [name]: content });
}

function projectProblems() {
  const config = (text, fix) => ({
    plant: rewrite('up.json', text),
    found: ['Config', /up\.json/],
    fix,
  });
  const needing = `require('dep');${server}`;
  return [
    [
      'a key that is misspelt',
      config('{"name": "shop", "enviroment": {}}', /^up config --rename enviroment=environment$/),
    ],
    ['a value of another type', config('{"lambda": {"memory": "512"}, "name": "shop"}', /--unset lambda\.memory$/)],
    ['a value out of range', config('{"name": "shop", "lambda": {"memory": 64}}', /--unset lambda\.memory$/)],
    ['a key that nobody knows', config('{"name": "shop", "qqqq": 1}', /--unset qqqq$/)],
    ['a region in up.json that nobody has', config('{"name": "shop", "regions": ["mars-1"]}', /--unset/)],
    ['a name that Lambda does not take', config('{"name": "The Shop!"}', /--unset name$/)],
    ['an up.json that does not parse', config('{"name": "shop",,,', /^git stash push -- up\.json$/)],
    [
      'a package.json that does not parse',
      { plant: rewrite('package.json', '{'), found: ['App', /package\.json/], fix: /^git stash push/, words: '' },
      { files: { 'package.json': '{"name": "shop"}' } },
    ],
    [
      'an app that does not parse',
      { plant: rewrite('app.js', 'require('), found: ['App', /./], fix: /^git stash push -- app\.js$/, words: '' },
    ],
    [
      'an app that was deleted',
      {
        plant: ({ dir }) => rmSync(join(dir, 'app.js')),
        found: ['App', /./],
        fix: /^git restore .*app\.js$/,
        words: '',
      },
    ],
    [
      'a dependency that is not installed',
      { found: ['App', /./], fix: /^npm install$/, words: '' },
      {
        files: {
          'app.js': needing,
          'package.json': '{"name": "shop", "dependencies": {"dep": "file:./dep"}}',
          'dep/package.json': '{"name": "dep", "version": "1.0.0"}',
          'dep/index.js': '',
        },
      },
    ],
    [
      'local state that git would keep',
      {
        plant: rewrite('.up/local/state.json', '{}'),
        found: ['Git', /not ignored/],
        fix: /^echo \.up\/ >> \.gitignore$/,
      },
      { files: { '.gitignore': '' } },
    ],
    [
      'local state that git has',
      { found: ['Git', /in git/], fix: /^echo \.up\/ >> \.gitignore && git rm/ },
      { files: { '.gitignore': '', '.up/local/state.json': '{}' } },
    ],
  ];
}

function shellProblems(base) {
  const shared = join(base, 'credentials');
  const keys = 'aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = example\n';
  writeFileSync(shared, `[dev]\n${keys}`);
  const usual = join(base, 'usual');
  writeFileSync(usual, `[default]\n${keys}`);
  const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  return [
    [
      'no credentials, and a profile that has some',
      { found: ['Identity', /No AWS credentials/], fix: /^export AWS_PROFILE=dev$/ },
      { env: { ...none, AWS_SHARED_CREDENTIALS_FILE: shared } },
    ],
    [
      'a profile in the shell that nobody has',
      { found: ['Identity', /./], fix: /^export AWS_PROFILE=dev$/ },
      { env: { ...none, AWS_SHARED_CREDENTIALS_FILE: shared, AWS_PROFILE: 'dve' } },
    ],
    [
      'a profile in up.json that nobody has',
      { found: ['Identity', /./], fix: /^up config --unset profile$/ },
      {
        files: { 'up.json': '{"name": "shop", "profile": "gone"}' },
        env: { ...none, AWS_SHARED_CREDENTIALS_FILE: usual },
      },
    ],
    [
      'a session that has ended',
      { found: ['Identity', /ended/], fix: /^unset AWS_ACCESS_KEY_ID .*AWS_CREDENTIAL_EXPIRATION$/ },
      { env: { AWS_CREDENTIAL_EXPIRATION: '2026-01-01T00:00:00Z', AWS_SHARED_CREDENTIALS_FILE: usual } },
    ],
    [
      'no region',
      { found: ['Region', /none/], fix: /^export AWS_REGION=us-east-1$/ },
      { env: { AWS_REGION: undefined } },
    ],
    [
      'a region that is misspelt',
      { found: ['Region', /there is no/], fix: /^export AWS_REGION=eu-west-1$/ },
      { env: { AWS_REGION: 'eu-wst-1' } },
    ],
    [
      'an endpoint where nobody answers',
      { found: ['Endpoint', /nobody answers/], fix: /^unset AWS_ENDPOINT_URL_LAMBDA$/ },
      { env: { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9' } },
    ],
    [
      'an endpoint that is no URL',
      { found: ['Endpoint', /not an http/], fix: /^unset AWS_ENDPOINT_URL_S3$/ },
      { env: { AWS_ENDPOINT_URL_S3: 'nonsense' } },
    ],
  ];
}

function accessProblems({ dir, env }, use) {
  const extra = {
    Sid: 'Self',
    Effect: 'Allow',
    Action: ['iam:SimulatePrincipalPolicy', 'iam:PutUserPolicy'],
    Resource: '*',
  };
  const quotas = { Effect: 'Allow', Action: ['lambda:GetAccountSettings'], Resource: '*' };
  const without = (keep) => async () => {
    const whole = JSON.parse(await succeed('up', ['doctor', '--policy'], { cwd: dir, env }));
    const Statement = whole.Statement.map(keep).filter(
      (statement) => statement !== null && statement.Action.length > 0,
    );
    use({ ...whole, Statement: [...Statement, extra, quotas] });
  };
  const action = (name) => (statement) => ({ ...statement, Action: statement.Action.filter((one) => one !== name) });
  return [
    [
      'an action that is not allowed',
      {
        plant: without(action('lambda:AddPermission')),
        found: ['Access', /1 action /],
        fix: /^aws iam put-user-policy/,
      },
    ],
    [
      'a role that may not be passed',
      { plant: without(action('iam:PassRole')), found: ['Access', /1 action /], fix: /^aws iam put-user-policy/ },
    ],
    [
      'a service that is not allowed',
      {
        plant: without(({ Sid, ...rest }) => (Sid === 'Parameters' ? null : { Sid, ...rest })),
        found: ['Access', /actions not allowed/],
        fix: /^aws iam put-user-policy/,
      },
    ],
  ].map(([title, given]) => [
    title,
    {
      ...given,
      plant() {
        // Whoever plants it asks up for the whole policy first.
        use(everything);
        return given.plant();
      },
    },
  ]);
}

async function liveProblems(endpoint) {
  const [lambdas, apis, logs, iams] = await Promise.all([
    import('@aws-sdk/client-lambda'),
    import('@aws-sdk/client-apigatewayv2'),
    import('@aws-sdk/client-cloudwatch-logs'),
    import('@aws-sdk/client-iam'),
  ]);
  const settings = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'check', secretAccessKey: 'check' } };
  const lambda = new lambdas.LambdaClient(settings);
  const api = new apis.ApiGatewayV2Client(settings);
  const log = new logs.CloudWatchLogsClient(settings);
  const iam = new iams.IAMClient(settings);
  const FunctionName = 'shop';
  const unpermit =
    (Qualifier, ...ids) =>
    async () => {
      for (const StatementId of ids)
        await lambda.send(new lambdas.RemovePermissionCommand({ FunctionName, Qualifier, StatementId }));
    };
  const apiOf = async (stage) => {
    const { Items } = await api.send(new apis.GetApisCommand({}));
    return Items.find(({ Name }) => Name === `shop-${stage}`).ApiId;
  };
  const bent = (stage, plant, what) => ({ plant, found: [stage, what], fix: new RegExp(`^up ${stage}$`) });
  return [
    ['an API that may not invoke the stage', bent('staging', unpermit('staging', 'up-staging-api'), /permission/)],
    [
      'a Function URL without both permissions',
      bent('streams', unpermit('streams', 'up-streams-url', 'up-streams-url-invoke'), /permission/),
    ],
    [
      'a Function URL without the second permission',
      bent('streams', unpermit('streams', 'up-streams-url-invoke'), /permission/),
    ],
    [
      'a Function URL that asks for signatures',
      bent(
        'streams',
        () =>
          lambda.send(
            new lambdas.UpdateFunctionUrlConfigCommand({ FunctionName, Qualifier: 'streams', AuthType: 'AWS_IAM' }),
          ),
        /function url/,
      ),
    ],
    [
      'an API that leads elsewhere',
      bent(
        'staging',
        async () => {
          const ApiId = await apiOf('staging');
          const {
            Items: [{ IntegrationId, IntegrationUri }],
          } = await api.send(new apis.GetIntegrationsCommand({ ApiId }));
          const elsewhere = IntegrationUri.replace(/staging$/, 'elsewhere');
          await api.send(new apis.UpdateIntegrationCommand({ ApiId, IntegrationId, IntegrationUri: elsewhere }));
        },
        /http api/,
      ),
    ],
    [
      'an API without its route',
      bent(
        'staging',
        async () => {
          const ApiId = await apiOf('staging');
          const {
            Items: [{ RouteId }],
          } = await api.send(new apis.GetRoutesCommand({ ApiId }));
          await api.send(new apis.DeleteRouteCommand({ ApiId, RouteId }));
        },
        /http api/,
      ),
    ],
    [
      'an API that is gone',
      bent('staging', async () => api.send(new apis.DeleteApiCommand({ ApiId: await apiOf('staging') })), /http api/),
    ],
    [
      'a log group that is gone',
      bent(
        'staging',
        () => log.send(new logs.DeleteLogGroupCommand({ logGroupName: '/aws/lambda/shop' })),
        /log group/,
      ),
    ],
    [
      'logs that are kept for ever',
      bent(
        'staging',
        () => log.send(new logs.DeleteRetentionPolicyCommand({ logGroupName: '/aws/lambda/shop' })),
        /log group/,
      ),
    ],
    [
      'a role that lost its policy',
      bent(
        'staging',
        () => iam.send(new iams.DeleteRolePolicyCommand({ RoleName: 'shop-function', PolicyName: 'up' })),
        /role/,
      ),
    ],
    [
      'a function that is switched off',
      {
        plant: () =>
          lambda.send(new lambdas.PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 })),
        found: ['staging', /switched off/],
        fix: /^aws lambda delete-function-concurrency/,
      },
    ],
    [
      'a live version that crashes',
      {
        plant: async () => {
          const { Environment } = await lambda.send(
            new lambdas.GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'staging' }),
          );
          const Variables = { ...Environment.Variables, CRASH: 'yes' };
          await lambda.send(
            new lambdas.UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
          );
          const { Version } = await lambda.send(new lambdas.PublishVersionCommand({ FunctionName }));
          await lambda.send(
            new lambdas.UpdateAliasCommand({ FunctionName, Name: 'staging', FunctionVersion: Version }),
          );
        },
        found: ['staging', /the app fails/],
        fix: /^up rollback v\d+ -s staging$/,
      },
    ],
    [
      'a stage that has left up.json',
      {
        plant: rewrite('up.json', '{"name": "shop", "stages": {"streams": {"url": "function_url"}}}'),
        found: ['old', /no longer a stage of up\.json/],
        fix: /^up delete old -y$/,
      },
    ],
    [
      'an API whose stage is gone',
      {
        plant: () =>
          api.send(
            new apis.CreateApiCommand({
              Name: 'shop-lost',
              ProtocolType: 'HTTP',
              Tags: { 'up:app': 'shop', 'up:stage': 'lost' },
            }),
          ),
        found: ['Leftovers', /nobody needs/],
        fix: /^up prune -y$/,
      },
    ],
  ];
}

async function startPolicedPlatform(check, base, policy) {
  const env = { ...cleanEnvironment(), UP_LOCAL_DIR: join(base, 'state') };
  const words = ['local', '--port', String(await freePort()), '-C', base, '--policy', policy];
  const platform = start(process.execPath, [program, ...words], { env });
  check.onEnd(async () => {
    platform.child.kill('SIGTERM');
    await platform.exited;
  });
  return eventually('the local platform', () => platform.stdout.trim(), 20);
}
