/** Releases of one app over the local platform: what is live, what was, and the way back. */
import { execFileSync } from 'node:child_process';
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
let env: Record<string, string>;

beforeAll(async () => {
  const platform = await sandbox.platform();
  env = awsEnv(platform.url);
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  lambda = new LambdaClient({ endpoint: platform.url, region: 'us-east-1', credentials });
  dir = sandbox.project('shop', { '.gitignore': '.up\n' });
  git('init', '-q');
  commit('one', 'add pets');
  git('tag', 'v1.0.0');
  url = (await succeed('deploy', 'staging', '--local')).stdout.trim();
  commit('two', 'fix pets');
  await succeed('deploy', 'staging', '--local', '--no-check');
});
afterAll(() => sandbox.close());

/** The app answers with what it is made of: its code, its environment, its version. */
function commit(code: string, message: string): void {
  const config = { name: 'shop', environment: { GREETING: code }, stages: { production: { lambda: { memory: 256 } } } };
  writeFiles(dir, {
    'app.js': `require('node:http').createServer((req, res) => {
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
    await succeed('rollback', 'v1.0.0');
    expect(await answer()).toBe('one one v1');
    const again = await succeed('rollback', 'v1');
    expect(again.stderr).toContain('Nothing to roll back: staging is v1 already');
    expect(await alias()).toEqual({ version: '1', before: 'from v2', weights: {} });
  });

  test('goes nowhere when the version was removed: 4, and what is there is named', async () => {
    await succeed('rollback', 'v2');
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'shop', Qualifier: '1' }));
    for (const words of [[], ['v1']]) {
      const { code, stderr } = await up('rollback', ...words);
      expect(code).toBe(4);
      expect(stderr).toContain('v1 is not there any more: it has been removed');
      expect(stderr).toContain('UP_RELEASE_NOT_FOUND');
      expect(stderr).toContain('There is   v2');
    }
    expect(await answer()).toBe('two two v2');
  });

  test('knows nothing of a stage that was never deployed: 4', async () => {
    expect(await up('rollback', '-s', 'production')).toMatchObject({ code: 4, stdout: '' });
  });
});

test('up releases lists what there is, and what is live', async () => {
  const list = (await succeed('releases')).stdout.replace(/ [0-9a-f]{7} /, ' COMMIT ').replace(/\d+ s /, 'N ');
  expect(list).toMatch(/^ {2}v2 {2}staging {2}live {2}COMMIT {2}N +\d+ kB {2}Ada {2}fix pets\n$/);
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

  test('has nothing to do a second time', async () => {
    expect((await succeed('promote', 'staging', 'production')).stderr).toContain('Nothing to deploy: v3');
  });

  test('needs a stage that is deployed: 4', async () => {
    expect(await up('promote', 'development', 'production')).toMatchObject({ code: 4, stdout: '' });
  });
});
