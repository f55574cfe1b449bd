/**
 * Whatever a user, an app or a network may do wrong: the exit code and the stable code of the contract, what happened,
 * why one can believe it, what to do; nothing on stdout; what was live before is live after.
 */
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BadEndpoint, badEndpoint, denied, expired, html503, nonsense } from '../support/endpoints.ts';
import { send } from '../support/http.ts';
import { awsEnv, createSandbox, freePorts, type Ran } from '../support/sandbox.ts';

const sandbox = createSandbox();

const good = `require('node:http').createServer((req, res) => res.end('v1')).listen(process.env.PORT);`;

interface Case {
  readonly title: string;
  /** The project; the name of the app is `live` unless up.json says otherwise. */
  readonly files: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly exit: number;
  readonly code: string;
  readonly message: string | RegExp;
  /** Each stands somewhere on stderr. */
  readonly evidence?: readonly (string | RegExp)[];
  readonly fix: string | RegExp;
}

const local = ['--local'];
const app = { 'app.js': good };

const upJson: Case[] = [
  {
    title: 'an up.json that is no JSON',
    files: { ...app, 'up.json': '{\n  "name": "live"\n  "lambda": {}\n}\n' },
    words: local,
    exit: 2,
    code: 'UP_CONFIG',
    message: 'up.json has 1 problem',
    evidence: ['up.json:3:3', '3 |   "lambda": {}', '^'],
    fix: 'mend the lines shown',
  },
  {
    title: 'a key that does not exist',
    files: { ...app, 'up.json': '{"lamda": {"memory": 1024}}' },
    words: local,
    exit: 2,
    code: 'UP_CONFIG',
    message: 'up.json has 1 problem',
    evidence: ['up.json:1:2  unknown key "lamda", did you mean "lambda"?', '^^^^^^^'],
    fix: 'mend the lines shown',
  },
  {
    title: 'a region that does not exist, in up.json',
    files: { ...app, 'up.json': '{"regions": ["us-east1"]}' },
    words: local,
    exit: 2,
    code: 'UP_CONFIG',
    message: 'up.json has 1 problem',
    evidence: ['regions[0] must be a known AWS region, not "us-east1", did you mean "us-east-1"?'],
    fix: 'mend the lines shown',
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
    fix: 'add it under "stages" in up.json',
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
    title: 'a flag that does not exist',
    files: app,
    words: ['--frobnicate', '--local'],
    exit: 2,
    code: 'UP_USAGE',
    message: 'Unknown argument: frobnicate',
    fix: 'up help',
  },
  {
    title: 'a misspelt command',
    files: app,
    words: ['lgos'],
    exit: 2,
    code: 'UP_USAGE',
    message: '"lgos" is neither a command nor a stage',
    fix: 'did you mean "up logs"?',
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

const apps: Case[] = [
  {
    title: 'a folder that holds no app',
    files: { 'README.md': 'nothing here' },
    words: local,
    exit: 2,
    code: 'UP_APP_NOT_FOUND',
    message: /No app found in/,
    evidence: ['a start script or main in package.json'],
    fix: /"proxy": \{"command": "node app\.js"\}/,
  },
  {
    title: 'a package.json that does not parse',
    files: { ...app, 'package.json': '{' },
    words: local,
    exit: 2,
    code: 'UP_APP_PACKAGE_JSON',
    message: /package\.json cannot be read/,
    fix: /package\.json/,
  },
  {
    title: 'an app with a syntax error',
    files: { 'app.js': 'const = 3;' },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: 'the app exited with code 1 before listening on PORT',
    evidence: ['app.js:1', 'const = 3;', 'SyntaxError', 'Found before upload. Whatever is live stays live.'],
    fix: /up start/,
  },
  {
    title: 'TypeScript that does not compile',
    files: { 'app.ts': 'const port: number = ;\nserver.listen(port);' },
    words: local,
    exit: 1,
    code: 'UP_BUILD_TYPESCRIPT',
    message: /./,
    evidence: ['app.ts:1'],
    fix: /./,
  },
  {
    title: 'an app that gives up at once',
    files: { 'app.js': `console.error('cannot find the database'); process.exit(3);` },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: 'the app exited with code 3 before listening on PORT',
    evidence: ['cannot find the database'],
    fix: /up start/,
  },
  {
    title: 'an app that never listens where it was told to',
    files: {
      'app.js': `console.log('busy with something else'); require('node:http').createServer().listen(0, '127.0.0.1');`,
      'up.json': '{"name": "live", "proxy": {"listen_timeout": 1}}',
    },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: 'the app did not listen on PORT within 1 s',
    evidence: ['busy with something else', /It listens on port \d+, not on the PORT it was given/],
    fix: /up start/,
  },
  {
    title: 'an app that fails only where it is deployed',
    files: {
      'app.js': `if (process.env.AWS_LAMBDA_FUNCTION_NAME === 'live') { console.error('no such bucket'); process.exit(9); }\n${good}`,
    },
    words: local,
    exit: 1,
    code: 'UP_VERIFY_FAILED',
    message: /Version \d+ does not work: the app exited with code 9 before listening on PORT/,
    evidence: ['no such bucket', 'It got no traffic: v1 is still live.'],
    fix: /deploy again/,
  },
  {
    title: 'a broken app that was not to be checked',
    files: { 'app.js': `throw new Error('not today');` },
    words: ['--no-check', '--local'],
    exit: 1,
    code: 'UP_VERIFY_FAILED',
    message: /Version \d+ does not work: the app exited with code 1 before listening on PORT/,
    evidence: ['Error: not today', 'It got no traffic: v1 is still live.'],
    fix: /deploy again/,
  },
  {
    title: 'a command that does not exist',
    files: { ...app, 'up.json': '{"name": "live", "proxy": {"command": "frobnicate --serve"}}' },
    words: local,
    exit: 1,
    code: 'UP_CHECK_FAILED',
    message: /frobnicate --serve/,
    fix: /up start/,
  },
  {
    title: 'a hook that fails before the build',
    files: { ...app, 'up.json': '{"name": "live", "hooks": {"prebuild": "echo 2 problems >&2; exit 7"}}' },
    words: local,
    exit: 1,
    code: 'UP_HOOK_FAILED',
    message: 'The prebuild hook failed: echo 2 problems >&2; exit 7 ended with exit code 7',
    evidence: ['  2 problems\n  Fix'],
    fix: /by hand/,
  },
  {
    title: 'a hook that fails before the deploy',
    files: { 'app.js': `${good} // changed`, 'up.json': '{"name": "live", "hooks": {"predeploy": "false"}}' },
    words: local,
    exit: 1,
    code: 'UP_HOOK_FAILED',
    message: 'The predeploy hook failed: false ended with exit code 1',
    fix: /by hand/,
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
    fix: /up --local/,
  },
  {
    title: 'a profile that is not there',
    files: app,
    words: ['--profile', 'nobody'],
    env: { AWS_REGION: 'us-east-1' },
    exit: 3,
    code: 'UP_AUTH_MISSING',
    message: 'No AWS credentials found',
    fix: /aws configure/,
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
  ['the app', apps],
  ['AWS', endpoints],
])('%s', (group, cases) => {
  test.each(cases)('$title is $exit', async (row) => {
    await expectError(row, `${group}-${cases.indexOf(row)}`);
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
    await expectError({ ...expected, env }, 'denied');
  });

  test('an expired session is 3', async () => {
    const env = awsEnv(lives.bad.expired?.url ?? '');
    const expected = row('UP_AUTH_EXPIRED', 3, 'AWS does not accept the credentials', /aws sso login/, [
      'ExpiredToken',
    ]);
    await expectError({ ...expected, env }, 'expired');
  });

  test('a page of HTML with 503 is 6, after some more tries', async () => {
    const endpoint = lives.bad.html503;
    const expected = row('UP_AWS_UNAVAILABLE', 6, /AWS answered 503/, /AWS_ENDPOINT_URL/);
    await expectError({ ...expected, env: awsEnv(endpoint?.url ?? '') }, 'html503');
    expect(endpoint?.calls()).toBeGreaterThan(2);
  });

  test('a page of HTML with 200 is 6', async () => {
    const expected = row('UP_AWS_UNAVAILABLE', 6, /AWS answered 200/, /AWS_ENDPOINT_URL/);
    await expectError({ ...expected, env: awsEnv(lives.bad.nonsense?.url ?? '') }, 'nonsense');
  });
});

test('a role of that name which somebody else has made is 5, and nothing is changed', async () => {
  const form = {
    Action: 'CreateRole',
    Version: '2010-05-08',
    RoleName: 'theirs-function',
    AssumeRolePolicyDocument: '{"Statement":[]}',
  };
  const made = await send(lives.platform, {
    method: 'POST',
    headers: [
      [
        'authorization',
        'AWS4-HMAC-SHA256 Credential=ANY/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0',
      ],
      ['content-type', 'application/x-www-form-urlencoded'],
    ],
    body: new URLSearchParams(form).toString(),
  });
  expect(made.status, made.text).toBe(200);
  await expectError(
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

async function expectError(row: Case, name: string): Promise<void> {
  const cwd = sandbox.project(join(name, 'live'), row.files);
  const options = { cwd, ...(row.env && { env: row.env }) };
  const plain = sandbox.up(row.words, options);
  // Two deploys of one app at a time would meet.
  if (row.code === 'UP_VERIFY_FAILED') await plain;
  const json = sandbox.up([...row.words, '--json'], options);
  expectText(await plain, row);
  expectJson(await json, row);
}

function expectText({ code, stdout, stderr }: Ran, row: Case): void {
  expect({ code, stdout }, stderr).toEqual({ code: row.exit, stdout: '' });
  const text = unwrapped(stderr);
  expect(text).toContain(row.code);
  for (const part of [row.message, ...(row.evidence ?? [])]) expectPart(text, part);
  expectPart(/^ {2}Fix {8}(.+)$/m.exec(stderr)?.[1] ?? '', row.fix);
  expectNoStack(stderr);
}

function expectJson({ code, stdout, stderr }: Ran, row: Case): void {
  expect({ code, stdout }, stderr).toEqual({ code: row.exit, stdout: '' });
  expect(stderr.trimEnd().split('\n'), stderr).toHaveLength(1);
  const { error } = JSON.parse(stderr);
  expect(error).toEqual({
    code: row.code,
    message: expect.any(String),
    hint: expect.any(String),
    next: expect.any(Array),
    ...(error.evidence !== undefined && { evidence: expect.any(String) }),
  });
  expectPart(error.message, row.message);
  expectPart(error.hint, row.fix);
  expectNoStack(`${error.message}\n${error.evidence}`);
}

/** A long message goes on in the next line, under the first. */
function unwrapped(stderr: string): string {
  return `${stderr}\n${stderr.replaceAll(/\s+/g, ' ')}`;
}

function expectPart(text: string, part: string | RegExp): void {
  if (typeof part === 'string') expect(text).toContain(part);
  else expect(text).toMatch(part);
}

/** The app's own stack is evidence; ours never is. */
function expectNoStack(text: string): void {
  expect(text).not.toMatch(/\bat .*(?:dist\/cli|dist\/proxy|node_modules|_up\/)/);
  expect(text).not.toContain('UP_INTERNAL');
}
