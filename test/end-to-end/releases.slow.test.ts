/** Releases of one app over the local platform: what is live, what was, and the way back. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { awsEnv, createSandbox, parseJson, type Ran, writeFiles } from '../support/sandbox.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const sandbox = createSandbox();
let dir: string;
let url: string;
let lambda: LambdaClient;
let cloudwatch: CloudWatchClient;
let env: Record<string, string>;

beforeAll(async () => {
  const platform = await sandbox.platform();
  env = awsEnv(platform.url);
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  const settings = { endpoint: platform.url, region: 'us-east-1', credentials };
  lambda = new LambdaClient(settings);
  cloudwatch = new CloudWatchClient(settings);
  dir = sandbox.project('shop', { '.gitignore': '.up\n' });
  git('init', '-q');
  commit('one', 'add pets');
  url = (await succeed('deploy', 'staging', '--local')).stdout.trim();
  commit('two', 'fix pets');
  git('tag', 'v1.0.0');
  await succeed('deploy', 'staging', '--local', '--no-check');
});
afterAll(() => sandbox.close());

/** The app answers with what it is made of: its code, its environment, its version. */
function commit(code: string, message: string): void {
  const config = { name: 'shop', environment: { GREETING: code }, stages: { production: { lambda: { memory: 256 } } } };
  writeFiles(dir, {
    'app.js': `require('node:http').createServer((req, res) => {
      if ('${code}' === 'five') console.log(JSON.stringify({ level: 'info', message: 'response', status: 500 }));
      res.statusCode = req.url === '/' || process.env.GREETING !== 'broken' ? 200 : 500;
      res.end(['${code}', process.env.GREETING, 'v' + process.env.AWS_LAMBDA_FUNCTION_VERSION].join(' '));
    }).listen(process.env.PORT);`,
    'up.json': JSON.stringify(config),
  });
  git('add', '-A');
  git('commit', '-q', '-m', message);
}

function git(...words: string[]): void {
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words], { cwd: dir });
}

const up = (...words: string[]): Promise<Ran> => sandbox.up(words, { cwd: dir, env });

async function succeed(...words: string[]): Promise<Ran> {
  const ran = await up(...words);
  if (ran.code !== 0) throw new Error(ran.stderr);
  return ran;
}

async function alias(Name = 'staging') {
  const { FunctionVersion, Description, RoutingConfig } = await lambda.send(
    new GetAliasCommand({ FunctionName: 'shop', Name }),
  );
  return { version: FunctionVersion, before: Description, weights: RoutingConfig?.AdditionalVersionWeights ?? {} };
}

const answer = async (at = url) => (await send(at)).text;

describe('up rollback', () => {
  let back: Ran;
  beforeAll(async () => {
    back = await succeed('rollback');
  });

  test('brings back what was live before, with its environment, and says so', async () => {
    expect(back.stdout).toBe('v1\n');
    expect(back.stderr.replaceAll(/[0-9a-f]{7} "/g, 'COMMIT "').replaceAll(/\d+ s |\d+\.\ds/g, 'N ')).toBe(
      [
        'target: staging, us-east-1, account 000000000000',
        'staging: v2  COMMIT "fix pets"   released N ago',
        'back to: v1  COMMIT "add pets"',
        "warning: env: also returns to v1's values: GREETING",
        'live: v1 (N )',
        'redo with: up rollback v2',
        '',
      ].join('\n'),
    );
    expect(await answer()).toBe('one one v1');
    expect(await alias()).toEqual({ version: '1', before: 'from v2', weights: {} });
  });

  test('is undone by another one', async () => {
    expect(parseJson((await succeed('rollback', '--json')).stdout)).toEqual({
      app: 'shop',
      stage: 'staging',
      version: '2',
      from: '1',
      changed: true,
      environment: ['GREETING'],
    });
    expect(await answer()).toBe('two two v2');
    expect(await alias()).toEqual({ version: '2', before: 'from v1', weights: {} });
  });

  test('takes a tag of git, and has nothing to do for what is live', async () => {
    const { stdout, stderr } = await succeed('rollback', 'v1.0.0');
    expect(stdout).toBe('v2\n');
    expect(stderr).toContain('Nothing to roll back: staging is v2 already');
    expect(await alias()).toEqual({ version: '2', before: 'from v1', weights: {} });
  });

  test('goes nowhere when the version was removed: 4, and what is there is named', async () => {
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'shop', Qualifier: '1' }));
    const { code, stderr } = await up('rollback');
    expect(code).toBe(4);
    expect(stderr).toContain('v1 is not there any more: it has been removed');
    expect(stderr).toContain('UP_RELEASE_NOT_FOUND');
    expect(stderr).toContain('There is   v2');
    expect(await answer()).toBe('two two v2');
  });
});

test('up releases --json lists what there is, and what is live', async () => {
  expect(parseJson((await succeed('releases', 'staging', '--json')).stdout)).toMatchObject({
    app: 'shop',
    releases: [{ version: '2', stage: 'staging', author: 'Ada', live: [{ stage: 'staging', share: 1 }] }],
  });
});

describe('up promote staging production', () => {
  let promoted: Ran;
  beforeAll(async () => {
    promoted = await succeed('promote', 'staging', 'production', '--json');
  });

  const config = (Qualifier: string) =>
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'shop', Qualifier }));

  test('is live under the URL of production, with what is live on staging', async () => {
    const result = parseJson(promoted.stdout);
    expect(result).toMatchObject({
      app: 'shop',
      stage: 'production',
      version: '3',
      changed: true,
      from: { stage: 'staging', version: '2' },
    });
    expect(result.url).not.toBe(url);
    expect(await answer(result.url)).toBe('two two v3');
    expect(await alias('production')).toEqual({ version: '3', before: '', weights: {} });
  });

  test('ships the very same bytes, in the configuration and environment of production', async () => {
    const [source, target] = await Promise.all([config('staging'), config('production')]);
    expect(target.CodeSha256).toBe(source.CodeSha256);
    expect([source.MemorySize, target.MemorySize]).toEqual([512, 256]);
    const { UP_STAGE, UP_COMMIT, UP_AUTHOR } = target.Environment?.Variables ?? {};
    expect(UP_STAGE).toBe('production');
    expect([UP_COMMIT, UP_AUTHOR]).toEqual([source.Environment?.Variables?.UP_COMMIT, 'Ada']);
    expect(target.Description).toBe(source.Description);
  });
});

test('up promote to a stage that up.json did not have then is refused: 2, and nothing is changed', async () => {
  const settings = JSON.parse(readFileSync(join(dir, 'up.json'), 'utf8'));
  writeFiles(dir, { 'up.json': JSON.stringify({ ...settings, stages: { ...settings.stages, qa: {} } }) });
  const { code, stderr } = await up('promote', 'staging', 'qa');
  writeFiles(dir, { 'up.json': JSON.stringify(settings) });
  expect(code).toBe(2);
  expect(stderr).toContain('was built before up.json had the stage "qa"');
  expect((await succeed('releases')).stdout).not.toContain('v4');
});

/** Asks for a page, `count` times, and counts the answers by version. */
async function sample(count: number): Promise<Record<string, number>> {
  const versions: Record<string, number> = {};
  for (let n = 0; n < count; n++) {
    const [, version = ''] = /(v\d+)$/.exec(await answer()) ?? [];
    versions[version] = (versions[version] ?? 0) + 1;
  }
  return versions;
}

/** What CloudWatch has counted by the stage's alias and the version it led to. */
async function invocations(version: string): Promise<number> {
  const dimensions = { FunctionName: 'shop', Resource: 'shop:staging', ExecutedVersion: version };
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions };
  const { MetricDataResults } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
      MetricDataQueries: [{ Id: 'a', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }],
    }),
  );
  return (MetricDataResults?.[0]?.Values ?? []).reduce((sum, value) => sum + value, 0);
}

describe('up deploy --canary', () => {
  test('gives a new version a share of the traffic, and no more', async () => {
    commit('three', 'more pets');
    const before = await alias();
    const ran = await succeed('deploy', '--no-check', '--canary', '30%');
    expect(ran.stdout.trim()).toBe(url);
    expect(ran.stderr).toContain('live: staging is v2, and v4 for 30 %');
    expect(ran.stderr).toContain('finish by: up promote\nend by: up rollback\n');
    expect(await alias()).toEqual({ ...before, weights: { 4: 0.3 } });
    const count = 120;
    const [old, fresh] = [await invocations('2'), await invocations('4')];
    const { v2 = 0, v4 = 0 } = await sample(count);
    expect(v2 + v4).toBe(count);
    // Five standard deviations around the 36 of 120 that are to be expected.
    expect(v4).toBeGreaterThan(10);
    expect(v4).toBeLessThan(62);
    expect([(await invocations('2')) - old, (await invocations('4')) - fresh]).toEqual([v2, v4]);
    expect((await succeed('releases', 'staging')).stdout).toMatch(/v4 .* live 30 % .*\n.*v2 .* live 70 %/);
  });

  test('is finished by up promote', async () => {
    const { stdout, stderr } = await succeed('promote');
    expect(stdout).toBe('v4\n');
    expect(stderr).toContain('live: staging is v4, which had 30 % of it beside v2');
    expect(await alias()).toEqual({ version: '4', before: 'from v2', weights: {} });
    expect(await sample(20)).toEqual({ v4: 20 });
  });
});

describe('up deploy --watch', () => {
  /** Asks for a page that may be broken, over and over, while something runs. */
  async function underRequests<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const asking = (async () => {
      while (!done) await send(url, { path: '/pets' });
    })();
    return await work.finally(async () => {
      done = true;
      await asking;
    });
  }

  test('takes a release back whose answers are errors: 1, with the evidence', async () => {
    commit('broken', 'break pets');
    const deploy = up('deploy', '--no-check', '--watch', '60s');
    const { code, stdout, stderr } = await underRequests(deploy);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/✗ v5 fails: \d+ of \d+ requests, [\d.]+ % +UP_WATCH_FAILED/);
    expect(stderr).toMatch(/Answers {4}\d+ of 500 and more, the last of them:\n +500 {2}GET \/pets/);
    expect(stderr).toContain('Rolled back: staging is v4 again.');
    // As it was: to go back once more is not to get the broken one.
    expect(await alias()).toEqual({ version: '4', before: 'from v2', weights: {} });
    expect((await send(url, { path: '/pets' })).text).toBe('three three v4');
  });

  test('leaves one that works where it is, whatever it logs itself by the name of our records', async () => {
    commit('five', 'mend pets');
    const deploy = up('deploy', '--no-check', '--watch', '1s', '--json');
    const { code, stdout } = await underRequests(deploy);
    expect(code).toBe(0);
    expect(parseJson(stdout)).toMatchObject({ version: '6', changed: true, watched: { failures: 0 } });
    expect(parseJson(stdout).watched.requests).toBeGreaterThan(20);
    expect(await alias()).toEqual({ version: '6', before: 'from v4', weights: {} });
  });
});
