/**
 * The first request after a deploy to the local Lambda, against the same app started bare and asked over HTTP: behind an
 * environment that the deploy has tried (`local.first`), and behind one that has yet to start (`local.cold`).
 */
import { spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { cleanEnvironment, eventually, freePort, start } from '../scripts/checks/processes.mjs';
import { requireBuild, root, upResult } from '../scripts/checks/project.mjs';
import { measureTurns, ratioOf } from './pairs.mjs';

const bare = 'the same app, bare, over HTTP, + 100 ms';

export const claims = [
  { name: 'local.first', goal: 1.5, to: bare, ratio: ({ first, bare }) => ratioOf(first, bare, { plus: 100 }) },
  { name: 'local.cold', goal: 1.5, to: bare, ratio: ({ cold, bare }) => ratioOf(cold, bare, { plus: 100 }) },
];

const program = join(root, 'dist', 'cli', 'main.js');
const apps = join(root, 'bench', 'apps');

/** Milliseconds by turn. */
export async function measure() {
  await requireBuild();
  const dir = mkdtempSync(join(tmpdir(), 'up-bench-'));
  const app = join(dir, 'app');
  mkdirSync(app);
  const env = { ...cleanEnvironment(), UP_LOCAL_DIR: join(dir, 'local') };
  const platform = start(process.execPath, [program, 'local', '--port', String(await freePort())], { cwd: dir, env });
  try {
    const endpoint = await eventually('the local platform', () => platform.stdout.trim(), 20);
    copyFileSync(join(apps, 'plain.cjs'), join(app, 'plain.cjs'));
    writeFileSync(join(app, 'up.json'), JSON.stringify({ name: 'bench', proxy: { command: 'node plain.cjs' } }));
    const deploy = () => upResult(['--local', '--no-check', '-C', app], { env });
    const url = new URL('/json', await deploy());
    const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
    const lambda = new LambdaClient({ endpoint, region: 'us-east-1', credentials });
    return await measureTurns(
      {
        bare: () => bareStart(app),
        first: async () => {
          appendFileSync(join(app, 'plain.cjs'), '\n// changed\n');
          await deploy();
          return timed(url);
        },
        cold: async () => {
          await release(lambda);
          return timed(url);
        },
      },
      { turns: 15, batch: 1, warm: 1, seconds: 60 },
    );
  } finally {
    platform.child.kill('SIGTERM');
    await platform.exited;
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What a deploy does at last, without the request by which it tries a version. */
async function release(lambda) {
  const FunctionName = 'bench';
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: `at ${performance.now()}` }));
  const { Version: FunctionVersion } = await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'staging', FunctionVersion }));
}

/** Asked again and again until it answers, as its owner would wait for it. */
async function bareStart(dir) {
  const port = await freePort();
  const started = performance.now();
  const env = { ...cleanEnvironment(), PORT: String(port) };
  const child = spawn(process.execPath, ['plain.cjs'], { cwd: dir, env, stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  while ((await ask(`http://127.0.0.1:${port}/json`)) !== 200);
  const milliseconds = performance.now() - started;
  child.kill('SIGKILL');
  await exited;
  return milliseconds;
}

async function timed(url) {
  const started = performance.now();
  const status = await ask(url);
  if (status !== 200) throw new Error(`the first request got ${status}`);
  return performance.now() - started;
}

/** The status; 0 when nobody answers. */
function ask(url) {
  return new Promise((resolve) => {
    const req = get(url, { agent: false }, (res) => res.resume().once('end', () => resolve(res.statusCode)));
    req.once('error', () => resolve(0));
  });
}
