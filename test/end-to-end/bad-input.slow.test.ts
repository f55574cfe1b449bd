/**
 * Whatever a user, an app or a network may do wrong: the exit code and the stable code of the contract, what happened,
 * why one can believe it, what to do; nothing on stdout; what was live before is live after.
 *
 * One file, because it is one table of mistakes over one deployed app.
 */
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trust } from '../fakes/functions.ts';
import { goodApp as app, type Case, expectError } from '../support/bad-input.ts';
import { type BadEndpoint, badEndpoint, denied, expired, html503, nonsense } from '../support/endpoints.ts';
import { send } from '../support/http.ts';
import { awsEnv, createSandbox, freePorts } from '../support/sandbox.ts';
import { signedHeaders } from '../support/signature.ts';

const sandbox = createSandbox();

const local = ['--local'];

const upJson: Case[] = [
  {
    title: 'an up.json that is no JSON',
    files: { ...app, 'up.json': '{\n  "name": "live"\n  "lambda": {}\n}\n' },
    words: local,
    exit: 2,
    code: 'UP_CONFIG',
    message: 'up.json has 1 problem',
    evidence: ['up.json:3:3', '3 |   "lambda": {}', '^'],
    fix: 'fix the lines shown',
  },
  {
    title: 'a key that does not exist',
    files: { ...app, 'up.json': '{"lamda": {"memory": 1024}}' },
    words: local,
    exit: 2,
    code: 'UP_CONFIG',
    message: 'up.json has 1 problem',
    evidence: ['up.json:1:2  unknown key "lamda", did you mean "lambda"?', '^^^^^^^'],
    fix: 'fix the lines shown',
  },
  {
    title: 'a region that does not exist, in up.json',
    files: { ...app, 'up.json': '{"regions": ["us-east1"]}' },
    words: local,
    exit: 2,
    code: 'UP_CONFIG',
    message: 'up.json has 1 problem',
    evidence: ['regions[0] must be a known AWS region, not "us-east1", did you mean "us-east-1"?'],
    fix: 'fix the lines shown',
  },
  {
    title: 'a region that does not exist, on the command line',
    files: app,
    words: ['--region', 'us-east1'],
    env: awsEnv('http://127.0.0.1:1'),
    exit: 2,
    code: 'UP_USAGE',
    message: '"us-east1" is not an AWS region, did you mean "us-east-1"?',
    fix: 'up --region us-east-1',
  },
  {
    title: 'a stage that up.json does not have',
    files: app,
    words: ['stagign', '--local'],
    exit: 2,
    code: 'UP_STAGE_UNKNOWN',
    message: 'unknown stage "stagign", did you mean "staging"?',
    evidence: ['  up stagign --local\n     ^^^^^^^\n'],
    fix: 'up staging --local',
  },
  {
    title: 'a stage that does not exist, of which there is nothing',
    files: app,
    words: ['stack', 'status', 'stagign', '--local'],
    exit: 2,
    code: 'UP_STAGE_UNKNOWN',
    message: 'unknown stage "stagign", did you mean "staging"?',
    evidence: ['  up stack status stagign --local\n                  ^^^^^^^\n'],
    fix: 'up stack status staging --local',
  },
  {
    title: 'the stage that is never deployed',
    files: app,
    words: ['development', '--local'],
    exit: 2,
    code: 'UP_STAGE_LOCAL',
    message: '"development" is not deployed',
    fix: 'up staging',
  },
  {
    title: 'a folder that is not there',
    files: app,
    words: ['-C', 'no/such/folder', '--local'],
    exit: 2,
    code: 'UP_CONFIG_UNREADABLE',
    message: /no\/such\/folder is not a folder/,
    fix: 'check the path given with -C',
  },
];

const usage: Case[] = [
  {
    title: 'a folder without an app, before anybody is asked for credentials',
    files: { 'README.md': 'soon' },
    words: [],
    exit: 2,
    code: 'UP_APP_NOT_FOUND',
    message: 'No app found in ',
    evidence: ['Looked for:'],
    fix: 'up init',
  },
  {
    title: 'a file with a key in it, in CI',
    // Put together here, so that no file of this project holds one.
    files: { ...app, 'key.js': `const id = 'AKIA${'Q7ZTMN2KLWXY4RVB'}';` },
    words: ['build', '-o', 'app.zip'],
    env: { CI: 'true' },
    exit: 2,
    code: 'UP_PACKAGE_SECRET',
    message: 'Files of the package hold a secret',
    evidence: ['key.js:1  AWS access key'],
    fix: /up env set NAME/,
  },
  {
    title: 'a Node without WebAssembly',
    files: app,
    words: ['build', '-o', 'app.zip'],
    env: { NODE_OPTIONS: '--import data:text/javascript,delete%20globalThis.WebAssembly' },
    exit: 1,
    code: 'UP_PACKAGE_DEFLATE',
    message: 'Node cannot start WebAssembly here',
    fix: /^ulimit -v unlimited/,
  },
  {
    title: 'a flag that does not exist',
    files: app,
    words: ['--frobnicate', '--local'],
    exit: 2,
    code: 'UP_USAGE',
    message: 'up deploy has no flag --frobnicate',
    evidence: ['  up --frobnicate --local\n     ^^^^^^^^^^^^\n'],
    fix: 'up help',
  },
  {
    title: 'a value of a flag that takes none: it was off, and the app deleted',
    files: { ...app, 'up.json': '{"name": "unborn"}' },
    words: ['delete', '--dry-run=1', '-y', '--local'],
    exit: 2,
    code: 'UP_USAGE',
    message: '--dry-run is a switch and takes no value',
    evidence: ['  up delete --dry-run=1 -y --local\n            ^^^^^^^^^^^\n'],
    fix: 'up help delete',
  },
  {
    title: 'two stages, of which one was passed over',
    files: app,
    words: ['url', 'production', '-s', 'staging', '--local'],
    exit: 2,
    code: 'UP_USAGE',
    message: 'the stage is given as "production" and as "staging"',
    evidence: ['  up url production -s staging --local\n         ^^^^^^^^^^\n'],
    fix: 'up help url',
  },
  {
    title: 'a key to rename, and nothing to call it',
    files: { ...app, 'up.json': '{"name": "unborn"}' },
    words: ['config', '--rename', 'name'],
    exit: 2,
    code: 'UP_USAGE',
    message: '--rename takes PATH=NAME, not "name"',
    fix: 'up config --rename enviroment=environment',
  },
  {
    title: 'two edits of up.json, of which one was passed over',
    files: { ...app, 'up.json': '{"name": "unborn"}' },
    words: ['config', '--unset', 'name', '--rename', 'a=b'],
    exit: 2,
    code: 'UP_USAGE',
    message: '--unset and --rename are two edits: one at a time',
    fix: 'up help config',
  },
  {
    title: 'a stage for up env apply that is no flag: it would apply to staging',
    files: app,
    words: ['env', 'apply', 'production', '--local'],
    exit: 2,
    code: 'UP_USAGE',
    message: 'up env apply takes no word: the stage is given with -s',
    fix: 'up env apply -s STAGE --local',
  },
  {
    title: 'a file of variables that is there: the one named is overwritten, and no other',
    files: { ...app, 'x.env': 'AA=1' },
    words: ['env', 'pull', 'x.env', '-s', 'production', '--local'],
    exit: 2,
    code: 'UP_ENV_FILE',
    message: 'x.env exists already',
    fix: 'up env pull x.env -s production -f --local, which overwrites it; or name another file',
  },
  ...[
    { named: 'the variables to push', file: 'vars', words: ['env', 'push', 'vars', '--local'] },
    { named: 'package.json', file: 'package.json', words: ['build'] },
    { named: 'a policy', file: 'policy', words: ['local', '--port', '0', '--policy', 'policy'] },
    { named: 'a certificate', file: 'tls', words: ['start', '--port', '0', '--cert', 'tls', '--key', 'tls'] },
  ].map(({ named, file, words }) => ({
    title: `a folder in the place of ${named}`,
    files: { ...app, [`${file}/x`]: '' },
    words,
    exit: 1,
    code: 'UP_FILE_SYSTEM',
    message: `/live/${file}: it is a folder`,
    fix: 'check that the path exists',
  })),
  {
    title: 'a password as an argument, which is not repeated',
    files: app,
    words: ['hash-password', 'hunter2'],
    exit: 2,
    code: 'UP_USAGE',
    message: /Unknown argument(?! *:)(?!.*hunter2)/s,
    fix: 'up help hash-password',
  },
  {
    title: 'a misspelt command',
    files: app,
    words: ['lgos'],
    exit: 2,
    code: 'UP_USAGE',
    message: '"lgos" is neither a command nor a stage',
    fix: 'up logs',
  },
  {
    title: 'a word too many',
    files: app,
    words: ['url', 'staging', 'twice', '--local'],
    exit: 2,
    code: 'UP_USAGE',
    message: /twice/,
    fix: 'up help',
  },
  {
    title: 'an action that does not exist',
    files: app,
    words: ['local', 'restart'],
    exit: 2,
    code: 'UP_USAGE',
    message: /restart/,
    fix: 'up help',
  },
  ...['70000', 'abc', '0x50', ''].map((port) => ({
    title: `a port that is no port: "${port}"`,
    files: app,
    words: ['start', '--port', port],
    exit: 2,
    code: 'UP_USAGE',
    message: `--port takes a number from 0 to 65535, not "${port}"`,
    fix: 'up help start',
  })),
  {
    title: 'url before the first deploy',
    files: { ...app, 'up.json': '{"name": "unborn"}' },
    words: ['url', '--local'],
    exit: 4,
    code: 'UP_NOT_DEPLOYED',
    message: '"unborn" has not been deployed to staging',
    fix: 'up staging --local',
  },
];

const endpoints: Case[] = [
  {
    title: 'no credentials anywhere',
    files: app,
    words: [],
    exit: 3,
    code: 'UP_AUTH_MISSING',
    message: 'No AWS credentials found',
    evidence: ['AWS_ACCESS_KEY_ID, the shared AWS files'],
    fix: /^aws configure, aws sso login, or try it without an account: up .*--local$/,
  },
  {
    title: 'a profile that is not there',
    files: app,
    words: ['--profile', 'nobody'],
    env: { AWS_REGION: 'us-east-1' },
    exit: 3,
    code: 'UP_AUTH_MISSING',
    message: 'No AWS credentials found',
    evidence: ['nobody'],
    fix: /aws configure --profile nobody/,
  },
  {
    title: 'a profile that is not there, beside keys',
    files: app,
    words: ['--profile', 'nobody'],
    env: awsEnv('http://127.0.0.1:1'),
    exit: 3,
    code: 'UP_AUTH_MISSING',
    message: 'No AWS credentials found',
    evidence: ['nobody'],
    fix: /aws configure --profile nobody/,
  },
  {
    title: 'an endpoint without its scheme',
    files: app,
    words: [],
    env: awsEnv('127.0.0.1:4580'),
    exit: 2,
    code: 'UP_USAGE',
    message: 'AWS_ENDPOINT_URL is "127.0.0.1:4580", which is not an http:// or https:// URL',
    fix: 'AWS_ENDPOINT_URL=http://127.0.0.1:4580',
  },
  {
    title: 'the endpoint of one service that is none',
    files: app,
    words: [],
    env: { ...awsEnv('http://127.0.0.1:1'), AWS_ENDPOINT_URL_LAMBDA: 'localhost:4580' },
    exit: 2,
    code: 'UP_USAGE',
    message: 'AWS_ENDPOINT_URL_LAMBDA is "localhost:4580", which is not an http:// or https:// URL',
    fix: 'AWS_ENDPOINT_URL_LAMBDA=http://localhost:4580',
  },
  {
    title: 'credentials and no region',
    files: app,
    words: [],
    env: { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' },
    exit: 2,
    code: 'UP_REGION_MISSING',
    message: 'No AWS region is configured',
    fix: /--region/,
  },
  {
    title: 'an endpoint where nobody listens',
    files: app,
    words: [],
    env: awsEnv('http://127.0.0.1:1'),
    exit: 6,
    code: 'UP_AWS_UNAVAILABLE',
    message: 'AWS cannot be reached: ECONNREFUSED',
    evidence: ['127.0.0.1:1'],
    fix: /AWS_ENDPOINT_URL/,
  },
];

const lives: { url: string; platform: string; bad: Record<string, BadEndpoint>; occupant?: Server } = {
  url: '',
  platform: '',
  bad: {},
};

beforeAll(async () => {
  lives.platform = (await sandbox.platform()).url;
  const dir = sandbox.project('live', app);
  const { stdout, stderr, code } = await sandbox.up(['--local'], { cwd: dir });
  if (code !== 0) throw new Error(stderr);
  lives.url = stdout.trim();
  lives.bad = {
    denied: await badEndpoint(denied),
    expired: await badEndpoint(expired),
    html503: await badEndpoint(html503),
    nonsense: await badEndpoint(nonsense),
  };
});
afterAll(async () => {
  for (const endpoint of Object.values(lives.bad)) endpoint.close();
  lives.occupant?.close();
  await sandbox.close();
});

describe.each([
  ['up.json', upJson],
  ['the command line', usage],
  ['AWS', endpoints],
])('%s', (group, cases) => {
  test.each(cases)('$title is $exit', async (row) => {
    await expectError(sandbox, row, `${group}-${cases.indexOf(row)}`);
    expect((await send(lives.url)).text).toBe('v1');
  });
});

describe('AWS, where something answers', () => {
  const row = (
    code: string,
    exit: number,
    message: string | RegExp,
    fix: string | RegExp,
    evidence: (string | RegExp)[] = [],
  ) => ({
    title: code,
    files: app,
    words: [],
    exit,
    code,
    message,
    evidence,
    fix,
  });

  test('a call that is not allowed is 4 and names the permission', async () => {
    const env = awsEnv(lives.bad.denied?.url ?? '');
    const expected = row('UP_AWS_DENIED', 4, /does not allow \w+:Something/, /docs\/permissions\.md/, [
      /Action +(?:iam|lambda|logs|apigateway):Something/,
      /User +arn:aws:iam::123456789012:user\/ada/,
    ]);
    await expectError(sandbox, { ...expected, env }, 'denied');
  });

  test('an expired session is 3', async () => {
    const env = awsEnv(lives.bad.expired?.url ?? '');
    const expected = row('UP_AUTH_EXPIRED', 3, 'AWS does not accept the credentials', /aws sso login/, [
      'ExpiredToken',
    ]);
    await expectError(sandbox, { ...expected, env }, 'expired');
  });

  test('a page of HTML with 503 is 6, after some more tries', async () => {
    const endpoint = lives.bad.html503;
    const expected = row('UP_AWS_UNAVAILABLE', 6, /AWS answered 503/, /AWS_ENDPOINT_URL/);
    await expectError(sandbox, { ...expected, env: awsEnv(endpoint?.url ?? '') }, 'html503');
    expect(endpoint?.calls()).toBeGreaterThan(2);
  });

  test('a page of HTML with 200 is 6', async () => {
    const expected = row('UP_AWS_UNAVAILABLE', 6, /AWS answered 200/, /AWS_ENDPOINT_URL/);
    await expectError(sandbox, { ...expected, env: awsEnv(lives.bad.nonsense?.url ?? '') }, 'nonsense');
  });
});

test('a role of that name which somebody else has made is 5, and nothing is changed', async () => {
  const form = {
    Action: 'CreateRole',
    Version: '2010-05-08',
    RoleName: 'theirs-function',
    AssumeRolePolicyDocument: trust,
  };
  const made = await send(lives.platform, {
    method: 'POST',
    headers: [...Object.entries(signedHeaders('iam')), ['content-type', 'application/x-www-form-urlencoded']],
    body: new URLSearchParams(form).toString(),
  });
  expect(made.status, made.text).toBe(200);
  await expectError(
    sandbox,
    {
      title: 'role',
      files: { ...app, 'up.json': '{"name": "theirs"}' },
      words: local,
      exit: 5,
      code: 'UP_NOT_OURS',
      message: 'The role "theirs-function" exists, but it was not made by up for the app "theirs"',
      fix: /another "name" in up\.json/,
    },
    'role',
  );
});

test('a port in use by another program is 5', async () => {
  const port = await freePorts(1);
  const occupant = createServer();
  lives.occupant = occupant;
  await new Promise<void>((resolve) => occupant.listen(port, '127.0.0.1', resolve));
  await expectError(
    sandbox,
    {
      title: 'port',
      files: app,
      words: ['start', '--port', String(port)],
      exit: 5,
      code: 'UP_PORT_TAKEN',
      message: `Port ${port} on 127.0.0.1 is in use by another program`,
      fix: 'up start --port 0',
    },
    'port',
  );
});

test('-v adds where an error came from, and nothing else does', async () => {
  const dir = sandbox.project('verbose/live', { ...app, 'up.json': '{' });
  expect((await sandbox.up(['--local', '-v'], { cwd: dir })).stderr).toMatch(/\n {4}at /);
});
