/** One app through its life: first deploy, nothing to do, new code, new environment. Every AWS call is written down. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, send } from '../support/http.ts';
import { isRead, type Recorder, startRecorder } from '../support/recorder.ts';
import { awsEnv, createSandbox, parseJson, type Ran, writeFiles } from '../support/sandbox.ts';

const sandbox = createSandbox();
let recorder: Recorder;

interface Chapter {
  readonly ran: Ran;
  /** Looking again for what is not there yet is no call of its own. */
  readonly calls: readonly string[];
  readonly writes: readonly string[];
  /** What the app's URL answers afterwards. */
  readonly answer: Answer;
}

const story: Record<'first' | 'again' | 'code' | 'environment' | 'json', Chapter> = Object.create(null);

function app(version: string): string {
  return `
    const { createServer } = require('node:http');
    const server = createServer((req, res) => {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ version: ${JSON.stringify(version)}, greeting: process.env.GREETING }));
    });
    server.listen(process.env.PORT);`;
}

beforeAll(async () => {
  recorder = await startRecorder((await sandbox.platform()).url);
  const dir = sandbox.project('story', { 'app.js': app('one') });
  const deploy = async (...words: string[]): Promise<Chapter> => {
    const ran = await sandbox.up(words, { cwd: dir, env: awsEnv(recorder.url) });
    const calls = recorder.take().filter((call, index, all) => call !== all[index - 1]);
    if (ran.code !== 0) throw new Error(ran.stderr);
    const url = words.includes('--json') ? parseJson(ran.stdout).url : ran.stdout.trim();
    return { ran, calls, writes: calls.filter((call) => !isRead(call)), answer: await send(url) };
  };
  story.first = await deploy();
  story.again = await deploy();
  writeFiles(dir, { 'app.js': app('two') });
  story.code = await deploy();
  writeFiles(dir, { 'up.json': '{"environment": {"GREETING": "hello"}}' });
  story.environment = await deploy();
  story.json = await deploy('--json');
});
afterAll(async () => {
  recorder.close();
  await sandbox.close();
});

describe('the first deploy of a folder with nothing but an app.js', () => {
  test('prints the URL alone on stdout', () => {
    expect(story.first.ran.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
  });

  test('is live when it returns', () => {
    expect(story.first.answer).toMatchObject({ status: 200, text: '{"version":"one"}' });
  });

  test('tells each step on stderr, in plain lines off a terminal', () => {
    const lines = story.first.ran.stderr
      .replaceAll(/\d+(?:\.\d+)? (?:m?s|k?B|MB)|\d+\.\ds/g, 'N')
      .replaceAll(/\d+ files/g, 'N files');
    expect(lines).toMatchInlineSnapshot(`
      "target: staging, us-east-1, account 000000000000
      build: N files, N, N zipped (N)
      detected: app.js calls listen()
      check: boots and answers in N (N)
      resources: created role, log group, function (N)
      release: v1 (N)
      verify: GET / 200, cold start N (N)
      live: staging is v1, created http api, permission (N)
      "
    `);
  });

  test('takes 22 calls; 32 would be the most', () => {
    expect(story.first.calls.length).toBeLessThanOrEqual(22);
  });

  test('changes the world in this order: users can reach nothing before the version has answered', () => {
    expect(story.first.writes).toMatchInlineSnapshot(`
      [
        "CreateRole",
        "PutRolePolicy",
        "CreateLogGroup",
        "PutRetentionPolicy",
        "CreateFunction",
        "PublishVersion",
        "Invoke",
        "CreateAlias",
        "CreateApi",
        "AddPermission",
        "CreateIntegration",
        "CreateRoute",
        "CreateStage",
      ]
    `);
  });
});

describe('a deploy of what is live already', () => {
  test('says so and prints the URL', () => {
    expect(story.again.ran.stderr).toContain('Nothing to deploy');
    expect(story.again.ran.stdout).toBe(story.first.ran.stdout);
  });

  test('changes nothing', () => {
    expect(story.again.writes).toEqual([]);
  });

  test('takes these twelve calls, which is the most it may', () => {
    expect(story.again.calls.toSorted()).toMatchInlineSnapshot(`
      [
        "DescribeLogGroups",
        "GetAlias",
        "GetApis",
        "GetCallerIdentity",
        "GetFunction",
        "GetFunctionConfiguration",
        "GetIntegrations",
        "GetPolicy",
        "GetRole",
        "GetRolePolicy",
        "GetRoutes",
        "GetStages",
      ]
    `);
  });
});

describe('a deploy of new code', () => {
  test('is live under the same URL', () => {
    expect(story.code.ran.stdout).toBe(story.first.ran.stdout);
    expect(story.code.answer.text).toBe('{"version":"two"}');
  });

  test('changes the code, publishes, asks the new version and moves the alias, in that order', () => {
    expect(story.code.writes).toEqual(['UpdateFunctionCode', 'PublishVersion', 'Invoke', 'UpdateAlias']);
  });

  test('takes 18 calls, which is the most it may: six more than one of nothing new', () => {
    const [before, after] = [story.code.calls.slice(0, 12), story.code.calls.slice(12)];
    expect(before.toSorted()).toEqual(story.again.calls.toSorted());
    expect(after).toEqual([
      'UpdateFunctionCode',
      'GetFunctionConfiguration',
      'PublishVersion',
      'GetFunctionConfiguration',
      'Invoke',
      'UpdateAlias',
    ]);
  });
});

describe('a deploy of a new environment', () => {
  test('is live under the same URL', () => {
    expect(story.environment.ran.stdout).toBe(story.first.ran.stdout);
    expect(story.environment.answer.text).toBe('{"version":"two","greeting":"hello"}');
  });

  test('is a new version with the same code', () => {
    expect(story.environment.writes).toEqual([
      'UpdateFunctionConfiguration',
      'PublishVersion',
      'Invoke',
      'UpdateAlias',
    ]);
  });
});

test('with --json stdout is one object and stderr is silent', () => {
  const { stdout, stderr } = story.json.ran;
  expect(JSON.parse(stdout)).toEqual({
    app: 'story',
    stage: 'staging',
    version: '3',
    changed: false,
    url: story.first.ran.stdout.trim(),
  });
  expect(stderr).toBe('');
});
