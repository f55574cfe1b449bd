/** The step of the action that deploys, run as a runner of GitHub runs it, against a local platform. */
import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { action } from '../structure/workflows.ts';
import { send } from '../support/http.ts';
import { awsEnv, createSandbox, program, writeFiles } from '../support/sandbox.ts';

const sandbox = createSandbox();
let env: Record<string, string>;
let dir: string;

beforeAll(async () => {
  env = awsEnv((await sandbox.platform()).url);
  dir = sandbox.project('shop', {
    'app.js': `require('node:http').createServer((req, res) => res.end('tea')).listen(process.env.PORT);`,
    '.upignore': 'node_modules\n',
    'node_modules/.bin/.keep': '',
  });
  symlinkSync(program, join(dir, 'node_modules/.bin/up'));
});
afterAll(() => sandbox.close());

/** `shell: bash` of a step is bash with these flags and a file: docs.github.com, workflow syntax, `shell`. */
async function runStep(stage: string): Promise<string> {
  const { run = '' } = action.runs.steps.find(({ id }) => id === 'deploy') ?? {};
  const [script, output] = [join(sandbox.root, 'step.sh'), join(sandbox.root, 'output')];
  writeFiles(sandbox.root, { 'step.sh': run, output: '' });
  const variables = { ...env, STAGE: stage, REGION: 'us-east-1', GITHUB_OUTPUT: output, CI: 'true' };
  const own = { PATH: process.env.PATH, HOME: join(sandbox.root, 'home'), TMPDIR: join(sandbox.root, 'tmp') };
  await promisify(execFile)('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd: dir,
    env: { ...own, NODE_DISABLE_COMPILE_CACHE: '1', UP_LOCAL_DIR: sandbox.stateDir, ...variables },
  });
  return readFileSync(output, 'utf8');
}

test('it deploys, and gives the URL and the version', async () => {
  const output = await runStep('staging');
  const [, url = ''] = /^url=(http:\/\/127\.0\.0\.1:\d+\/)\nversion=1\n$/.exec(output) ?? [];
  expect((await send(url)).body.toString()).toBe('tea');
});

test('it fails with a deploy that fails, and gives nothing', async () => {
  await expect(runStep('nowhere; echo x')).rejects.toMatchObject({
    stderr: expect.stringContaining('"code":"UP_STAGE_UNKNOWN"'),
  });
  expect(readFileSync(join(sandbox.root, 'output'), 'utf8')).toBe('');
});
