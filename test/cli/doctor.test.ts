/**
 * `up doctor`: what each check makes of what it sees, and the one line that it says mends it. One file, because it is
 * the list of checks, each a section, in the order in which they are told.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { quote } from '../../cli/argv/shell.ts';
import { fixOf } from '../../cli/doctor/checks/app.ts';
import { editOf } from '../../cli/doctor/checks/config.ts';
import { type Choice, chooseFix } from '../../cli/doctor/checks/credentials.ts';
import { judgeClock, sourceOf } from '../../cli/doctor/checks/identity.ts';
import { judgeNode } from '../../cli/doctor/checks/node.ts';
import { judgeQuotas } from '../../cli/doctor/checks/quotas.ts';
import { judgeRegion } from '../../cli/doctor/checks/region.ts';
import { judgeAnswer } from '../../cli/doctor/checks/url.ts';
import { type Finding, fromError, Unmet } from '../../cli/doctor/finding.ts';
import { policyFor } from '../../cli/doctor/policy.ts';
import { renderFindings } from '../../cli/doctor/render.ts';
import { UpError } from '../../cli/errors.ts';
import { createStyle } from '../../cli/output/style.ts';
import { ConfigError, parseConfig, parsePath, renameKey, unsetKey } from '../../config/index.ts';
import { awsEnv, createSandbox, parseJson } from '../support/sandbox.ts';

const up = (...words: string[]) => ['up', ...words].join(' ');

describe('Node', () => {
  test.each<[version: string, runtime: string | null, states: string[], fix: string | undefined]>([
    ['20.19.0', 'nodejs20.x', ['ok'], undefined],
    ['24.1.0', 'nodejs24.x', ['ok'], undefined],
    ['22.3.0', null, ['ok'], undefined],
    ['22.3.0', 'nodejs24.x', ['ok', 'warn'], 'nvm install 24'],
    ['20.18.3', 'nodejs24.x', ['fail', 'warn'], 'nvm install 24'],
    ['18.0.0', null, ['fail'], 'nvm install 20'],
  ])('%s with the runtime %s: %s', (version, runtime, states, fix) => {
    const found = judgeNode(version, runtime);
    expect(found.map(({ state }) => state)).toEqual(states);
    expect(found.find((finding) => finding.fix)?.fix).toBe(fix);
  });
});

describe('a problem of up.json is mended by one edit', () => {
  test.each<[title: string, text: string, fix: string | null, mended: string | null]>([
    [
      'a misspelt key',
      '{"enviroment": {"A": "1"}}',
      'up config --rename enviroment=environment',
      '{"environment": {"A": "1"}}',
    ],
    [
      'a misspelt key further in',
      '{"lambda": {"memroy": 256}}',
      'up config --rename lambda.memroy=memory',
      '{"lambda": {"memory": 256}}',
    ],
    ['a value of another type', '{"lambda": {"memory": "512"}}', 'up config --unset lambda.memory', '{"lambda": {}}'],
    [
      'a value that is none',
      '{"regions": ["eu-west-1", "mars"]}',
      "up config --unset 'regions[1]'",
      '{"regions": ["eu-west-1"]}',
    ],
    ['a text that does not parse', '{"name": ', null, null],
  ])('%s', (_title, text, fix, mended) => {
    const [problem] = problemsOf(text);
    const said = problem ? editOf(problem, up) : null;
    expect(said).toBe(fix);
    if (said !== null) expect(carryOut(text, said)).toBe(mended);
  });

  test('which keeps the comments and the form of the rest', () => {
    const text = '{\n  // of the app\n  "name": "shop",\n  "zzz": 1 /* why? */\n}\n';
    expect(unsetKey(text, ['zzz'])).toContain('// of the app\n  "name": "shop"');
    expect(unsetKey(text, ['nothing'])).toBeNull();
  });

  test('and never takes the place of another key', () => {
    expect(renameKey('{"enviroment": {}, "environment": {}}', ['enviroment'], 'environment')).toBeNull();
    expect(renameKey('{"a": 1}', ['b'], 'c')).toBeNull();
  });

  test('at the path that the message shows', () => {
    expect(parsePath('stages.production.headers["/*"].x[2]')).toEqual([
      'stages',
      'production',
      'headers',
      '/*',
      'x',
      2,
    ]);
  });

  function problemsOf(text: string) {
    try {
      parseConfig(text, { file: 'up.json', fallbackName: 'shop' });
      return [];
    } catch (error) {
      return error instanceof ConfigError ? error.problems : [];
    }
  }

  function carryOut(text: string, command: string): string | null {
    const [, flag, argument = ''] = /--(unset|rename) '?([^']+)'?$/.exec(command) ?? [];
    const [path = '', name = ''] = argument.split('=');
    return flag === 'unset' ? unsetKey(text, parsePath(argument)) : renameKey(text, parsePath(path), name);
  }
});

describe('credentials', () => {
  const lack: Choice = {
    env: {},
    flag: undefined,
    fromFile: undefined,
    code: 'UP_AUTH_MISSING',
    said: '',
    profiles: [],
    wanted: undefined,
  };
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c' };

  test.each<[title: string, choice: Partial<Choice>, fix: string]>([
    ['nothing at all', {}, 'aws configure'],
    ['a profile that could be used', { profiles: ['dev', 'prod'] }, 'export AWS_PROFILE=dev'],
    ['a default profile that gives none', { profiles: ['default'] }, 'aws configure'],
    ['a default profile that gives none, beside another', { profiles: ['default', 'dev'] }, 'export AWS_PROFILE=dev'],
    [
      'a profile of the shell that is misspelt',
      { wanted: 'porduction', profiles: ['dev', 'production'] },
      'export AWS_PROFILE=production',
    ],
    ['a profile of the shell where there are none', { wanted: 'dev' }, 'unset AWS_PROFILE'],
    [
      'a profile of up.json that is not there',
      { wanted: 'gone', fromFile: 'gone', profiles: ['dev'] },
      'up config --unset profile',
    ],
    ['a flag that is misspelt', { wanted: 'dve', flag: 'dve', profiles: ['dev'] }, 'up doctor --profile dev'],
    ['a profile without keys', { wanted: 'dev', profiles: ['dev'] }, 'aws configure --profile dev'],
    [
      'an SSO session that ended',
      { wanted: 'dev', profiles: ['dev'], code: 'UP_AUTH_EXPIRED', said: 'The SSO session' },
      'aws sso login --profile dev',
    ],
    [
      'keys in the shell that ended',
      { env: keys, profiles: ['default'], code: 'UP_AUTH_EXPIRED' },
      `unset ${Object.keys(keys).join(' ')}`,
    ],
  ])('%s', (_title, choice, fix) => {
    expect(chooseFix({ ...lack, ...choice })).toBe(fix);
  });

  test.each([
    [{ $source: { CREDENTIALS_ENV_VARS: 'g' } }, 'AWS_ACCESS_KEY_ID'],
    [{ $source: { CREDENTIALS_PROFILE: 'n' } }, 'the shared AWS files'],
    [{ $source: { CREDENTIALS_PROFILE_SSO: 'r', CREDENTIALS_SSO: 's' } }, 'SSO'],
    [
      { $source: { CREDENTIALS_PROFILE_SOURCE_PROFILE: 'o', CREDENTIALS_STS_ASSUME_ROLE: 'i' } },
      'a role of the profile',
    ],
    [{}, "the SDK's chain"],
  ])('%j are told as from %s', (credentials, source) => {
    expect(sourceOf(credentials)).toBe(source);
  });
});

describe('the region', () => {
  test.each<[region: string | null, state: Finding['state'], fix: string | undefined]>([
    ['eu-west-1', 'ok', undefined],
    [null, 'fail', 'export AWS_REGION=us-east-1'],
    ['eu-wst-1', 'fail', 'export AWS_REGION=eu-west-1'],
    ['a-new-one-that-opened-1', 'warn', undefined],
  ])('%s: %s', (region, state, fix) => {
    expect(judgeRegion(region)).toMatchObject({ state, ...(fix !== undefined && { fix }) });
  });
});

describe('the clock', () => {
  const at = Date.UTC(2026, 10, 26, 12);
  const date = new Date(at).toUTCString();

  test.each<[title: string, off: number, state: Finding['state'], text: string]>([
    ['right', 20_000, 'ok', "as AWS's"],
    ['two minutes fast', 120_000, 'warn', "2 min ahead of AWS's"],
    ['an hour slow', -3_600_000, 'fail', "1 h behind AWS's"],
  ])('%s', (_title, off, state, text) => {
    expect(judgeClock(date, at + off, 'linux')).toMatchObject([{ state, text }]);
  });

  test('is set by the system, each in its way', () => {
    const fixes = (['linux', 'darwin', 'win32'] as const).map((system) => judgeClock(date, 0, system)[0]?.fix);
    expect(fixes).toEqual(['sudo timedatectl set-ntp true', 'sudo sntp -sS time.apple.com', 'w32tm /resync']);
  });

  test('is not judged by an answer without a date', () => {
    expect(judgeClock(undefined, at, 'linux')).toEqual([]);
  });
});

describe('quotas', () => {
  const fixes = { more: 'more', prune: 'prune' };
  const limits = (unreserved: number, used: number) => ({
    AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: unreserved, TotalCodeSize: 1_000 },
    AccountUsage: { TotalCodeSize: used },
  });

  test.each<[title: string, unreserved: number, used: number, found: (string | undefined)[][]]>([
    ['room for all', 1000, 100, [['ok', undefined]]],
    ['few environments', 10, 100, [['warn', 'more']]],
    [
      'much code',
      900,
      800,
      [
        ['ok', undefined],
        ['warn', 'prune'],
      ],
    ],
    [
      'no room for the next version',
      900,
      960,
      [
        ['ok', undefined],
        ['fail', 'prune'],
      ],
    ],
  ])('%s', (_title, unreserved, used, found) => {
    const judged = judgeQuotas(limits(unreserved, used), fixes);
    expect(judged.map(({ state, fix }) => [state, fix])).toEqual(found);
  });
});

describe('the URL of a stage', () => {
  const fixes = { deploy: 'up staging', rollback: 'up rollback -s staging' };

  test.each<[title: string, status: number, body: string, state: Finding['state'], fix: string | undefined]>([
    ['answers', 200, 'ok', 'ok', undefined],
    ['asks for a password', 401, '', 'ok', undefined],
    ['has an app that says it is broken', 500, 'oops', 'ok', undefined],
    ['has an app that forbids it', 403, '{"error":"no"}', 'ok', undefined],
    ['has an app that crashes', 502, '{"error":"the app crashed","code":"UP_APP_CRASHED"}', 'fail', fixes.rollback],
    ['has a function that fails', 500, '{"message":"Internal Server Error"}', 'fail', fixes.rollback],
    ['lets nobody in', 403, '{"Message":"Forbidden. For troubleshooting ..."}', 'fail', fixes.deploy],
  ])('%s', (_title, status, body, state, fix) => {
    expect(judgeAnswer('staging', status, body, fixes)).toMatchObject({ state, ...(fix !== undefined && { fix }) });
  });
});

describe('an app that does not start', () => {
  const root = mkdtempSync(join(tmpdir(), 'up-doctor-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const project = (name: string, files: Readonly<Record<string, string>>) => {
    const dir = join(root, name);
    mkdirSync(dir);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
    return { dir };
  };
  const needs = { 'package.json': '{"dependencies": {"@acme/tool": "1", "express": "5"}}' };

  test.each<[title: string, files: Readonly<Record<string, string>>, said: string, fix: string | null]>([
    ['for want of its dependencies', needs, "Error: Cannot find module 'express'", 'npm install'],
    [
      'with a lock of pnpm',
      { ...needs, 'pnpm-lock.yaml': '' },
      "Cannot find package '@acme/tool' imported",
      'pnpm install',
    ],
    ['for want of one that it does not name', needs, "Cannot find module 'lodash/get'", 'npm install lodash'],
    [
      'for a file that was left out of the package',
      { ...needs, '.upignore': 'lib.js', 'lib.js': '' },
      "Cannot find module './lib.js'",
      "printf '\\n%s\\n' '!/lib.js' >> .upignore",
    ],
    ['for a file of its own', needs, "Cannot find module './routes.js'", null],
    ['for a reason only its author knows', {}, 'Error: STRIPE_KEY is not set', null],
  ])('%s', async (title, files, said, fix) => {
    expect(await fixOf(project(title, files), said)).toBe(fix);
  });
});

describe('what is told', () => {
  const style = createStyle({ color: false, unicode: true });

  test('fits 80 columns, but for a fix, which is to be copied', () => {
    const findings: Finding[] = [
      { check: 'Node', state: 'ok', text: '24.1.0' },
      {
        check: 'Config',
        state: 'fail',
        text: 'up.json has 1 problem',
        evidence: ['up.json:1:2  '.padEnd(90, 'what ')],
        fix: 'up config --unset zzz',
      },
      {
        check: 'Access',
        state: 'warn',
        text: 'a sentence that goes on and on until it does not fit into the line any more',
        hint: 'ask',
      },
      { check: 'Stages', state: 'skipped', text: 'not looked at' },
    ];
    const text = renderFindings(findings, style);
    expect(text).toMatchInlineSnapshot(`
      "✓ Node       24.1.0
      ✗ Config     up.json has 1 problem
                   up.json:1:2  what what what what what what what what what what what
                   what what what what wh
                   Fix: up config --unset zzz
      ! Access     a sentence that goes on and on until it does not fit into the line
                   any more
                   Fix: ask
      - Stages     not looked at

        1 problem, 1 warning"
    `);
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  test('of a check that threw is its error, with what it says mends it', () => {
    expect(fromError('Stages', new UpError('UP_USAGE', 'no', { evidence: 'a\nb', hint: 'do' }))).toEqual({
      check: 'Stages',
      state: 'fail',
      text: 'no',
      evidence: ['a', 'b'],
      hint: 'do',
    });
  });

  test('of what could not be looked at is that, and no failure', () => {
    expect(fromError('Access', new Unmet('not looked at'))).toMatchObject({ state: 'skipped' });
  });

  test.each([
    ['plain-word_1.js', 'plain-word_1.js'],
    ['two words', "'two words'"],
    ["it's", "'it'\\''s'"],
  ])('%s is one word of a shell', (word, shell) => {
    expect(quote(word)).toBe(shell);
  });

  test('of the policy is docs/permissions.json with the names in it', () => {
    const text = JSON.stringify(policyFor({ app: 'shop', region: 'eu-west-1', account: '123456789012' }));
    expect(text).toContain('arn:aws:lambda:eu-west-1:123456789012:function:shop"');
    expect(text).not.toMatch(/APP|REGION|ACCOUNT/);
  });
});

describe('with a broken up.json, no credentials and no network', () => {
  const sandbox = createSandbox();
  afterAll(() => sandbox.close());

  test('each check tells what it can, the fixes are there, and the exit code is 1', async () => {
    const dir = sandbox.project('broken', { 'app.js': '', 'up.json': '{"zzz": 1}' });
    const { code, stdout, stderr } = await sandbox.up(['doctor', '--json'], { cwd: dir });
    expect(code).toBe(1);
    const { problems, checks } = parseJson(stdout);
    expect(problems).toBe(3);
    expect(checks).toMatchObject([
      { check: 'Node' },
      { check: 'Config', state: 'fail', fix: 'up config --unset zzz' },
      { check: 'Git', state: 'skipped' },
      { check: 'App', state: 'skipped' },
      { check: 'Region', state: 'fail', fix: 'export AWS_REGION=us-east-1' },
      { check: 'Identity', state: 'fail', fix: 'aws configure' },
      { check: 'Access', state: 'skipped' },
      { check: 'Quota', state: 'skipped' },
      { check: 'Stages', state: 'skipped' },
      { check: 'Leftovers', state: 'skipped' },
    ]);
    expect(parseJson(stderr).error).toMatchObject({ code: 'UP_DOCTOR_PROBLEMS', next: expect.any(Array) });
  });

  test('an app that boots is told what a deploy would warn of', async () => {
    const dir = sandbox.project('live', {
      'app.js':
        "require('socket.io');\nrequire('node:http').createServer((_, res) => res.end()).listen(process.env.PORT);",
      'package.json': '{"dependencies": {"socket.io": "4"}}',
      'node_modules/socket.io/index.js': '',
    });
    const { checks } = parseJson((await sandbox.up(['doctor', '--json'], { cwd: dir })).stdout);
    expect(checks.filter(({ check }: Finding) => check === 'App')).toMatchObject([
      { state: 'ok' },
      { state: 'warn', text: expect.stringContaining('app.js:1 serves WebSockets with socket.io') },
    ]);
  });

  test.each([
    'localhost:4580',
    '127.0.0.1:4580',
  ])('an endpoint without its scheme is one problem, and what needs AWS waits: %s', async (address) => {
    const dir = sandbox.project('endpoint', { 'app.js': 'require("node:http")' });
    const env = { ...awsEnv(address), AWS_CONFIG_FILE: join(dir, 'none') };
    const { stdout } = await sandbox.up(['doctor', '--json', '--no-check'], { cwd: dir, env });
    const { checks } = parseJson(stdout);
    const about = (name: string) => checks.find(({ check }: Finding) => check === name);
    expect(about('Endpoint')).toMatchObject({ state: 'fail', fix: 'unset AWS_ENDPOINT_URL' });
    expect(about('Identity')).toMatchObject({ state: 'skipped', text: 'not checked: see Endpoint' });
  });

  test('an SSO session that is over is begun anew, in the words of the SDK', async () => {
    const profile = '[profile dev]\nsso_session = us\nsso_account_id = 1\nsso_role_name = r\nregion = eu-west-1\n';
    const session = '[sso-session us]\nsso_start_url = https://us.example.com/start\nsso_region = eu-west-1\n';
    const dir = sandbox.project('sso', { 'app.js': '', 'aws-config': profile + session });
    const env = { AWS_CONFIG_FILE: join(dir, 'aws-config'), AWS_PROFILE: 'dev' };
    const { stdout } = await sandbox.up(['doctor', '--json', '--no-check'], { cwd: dir, env });
    const { checks } = parseJson(stdout);
    expect(checks.find(({ check }: Finding) => check === 'Identity')).toMatchObject({
      state: 'fail',
      fix: 'aws sso login --profile dev',
    });
  });
});

describe('under the policy of docs/permissions.json, and no more', () => {
  const sandbox = createSandbox();
  afterAll(() => sandbox.close());

  test('nothing is a problem: what only doctor would ask for is said not to be checked', async () => {
    const names = { app: 'shop', region: 'us-east-1', account: '000000000000' };
    const dir = sandbox.project('shop', { 'app.js': 'require("node:http")', 'policy.json': '' });
    const file = join(dir, 'policy.json');
    writeFileSync(file, JSON.stringify(policyFor(names)));
    const { url } = await sandbox.platform({}, ['--policy', file]);
    const ran = await sandbox.up(['doctor', '--json', '--no-check'], { cwd: dir, env: awsEnv(url) });
    const { problems, checks } = parseJson(ran.stdout);
    expect(checks.filter(({ check }: Finding) => ['Access', 'Quota'].includes(check))).toEqual([
      {
        check: 'Access',
        state: 'warn',
        text: expect.stringMatching(/^not checked: iam:Sim/),
        hint: 'see docs/doctor.md',
      },
      {
        check: 'Quota',
        state: 'warn',
        text: expect.stringMatching(/^not checked: lambda:Get/),
        hint: 'see docs/doctor.md',
      },
    ]);
    expect(problems).toBe(0);
    expect(ran.code).toBe(0);
  });
});
