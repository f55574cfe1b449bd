/** A stage, a preview beside it, and the end of both: told first, asked for, done once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { createSandbox, parseJson, type Ran, writeFiles } from '../support/sandbox.ts';

const sandbox = createSandbox();
const app = `require('node:http')
  .createServer((req, res) => res.end(process.env.UP_STAGE))
  .listen(process.env.PORT);`;
let dir: string;
let lambda: LambdaClient;

const up = (...words: string[]): Promise<Ran> => sandbox.up([...words, '--local'], { cwd: dir });

function state() {
  return JSON.parse(readFileSync(join(sandbox.stateDir, 'state.json'), 'utf8'));
}

beforeAll(async () => {
  const { url: endpoint } = await sandbox.platform();
  lambda = new LambdaClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  dir = sandbox.project('shop', { 'app.js': app });
});
afterAll(() => sandbox.close());

test('a dry run of a first deploy tells what it would make, and makes nothing', async () => {
  const { code, stdout } = await up('--dry-run');
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "  + role         shop-function
      + log group    /aws/lambda/shop
      + function     shop
      + alias        staging
      + http api     shop-staging
      + permission   staging
      Creates role, log group, function, alias, http api, permission. A new version
      for staging. Nothing was changed.
    "
  `);
  expect(state().functions).toEqual({});
});

test('a preview has a URL of its own, made as staging is, which url and logs know', async () => {
  const staging = await up('stack', 'apply');
  expect((await send(staging.stdout.trim())).text).toBe('staging');
  const preview = await up('deploy', '--preview', 'feature/Login', '--no-check');
  expect(preview.stdout).not.toBe(staging.stdout);
  expect((await send(preview.stdout.trim())).text).toBe('preview-feature-login');
  expect(await up('url', '-s', 'preview-feature-login')).toMatchObject({ code: 0, stdout: preview.stdout });
  const logs = await up('logs', '-s', 'preview-feature-login');
  expect(logs.stdout).toContain('"stage":"preview-feature-login"');
});

test('stack plan shows each field and what memory costs, variables by name only', async () => {
  writeFiles(dir, { 'up.json': '{"lambda": {"memory": 1024}, "environment": {"STRIPE_KEY": "sk_live_42"}}' });
  const { stdout, stderr } = await up('stack', 'plan');
  expect(stdout).toContain('  ~ memory       512 → 1024 MB, per million 50 ms requests: $0.62 → $1.03\n');
  expect(stdout).toContain('  + env          STRIPE_KEY\n');
  expect(stdout).toContain('No resources created or deleted.');
  expect(stdout + stderr).not.toContain('sk_live_42');
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('stack status lists every resource of every stage, and how a stage differs from up.json', async () => {
  const { resources, drift } = parseJson((await up('stack', 'status', '--json')).stdout);
  const names = resources.map(({ type, name }: Record<string, string>) => `${type} ${name}`);
  expect(names).toEqual(expect.arrayContaining(['role shop-function', 'alias staging', 'version v2']));
  expect(drift.staging).toContainEqual({ mark: '+', what: 'env', text: 'STRIPE_KEY' });
  writeFiles(dir, { 'up.json': '{}' });
  const { stdout } = await up('stack', 'status');
  expect(stdout).toContain('staging is as up.json says');
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
  [['prune', 'feature/Login'], 'up prune feature/Login -y --local'],
  [['delete', 'staging', '--retain', 'version'], 'up delete staging --retain version -y --local'],
])('without a terminal, up %s asks for the command that means it', async (words, command) => {
  const before = state();
  const { code, stderr } = await up(...words);
  expect(code).toBe(2);
  expect(stderr).toContain(command);
  expect(state()).toEqual(before);
});

test('prune removes the preview and nothing of staging', async () => {
  const pruned = await up('prune', 'feature/Login', '-y', '--json');
  const removed = parseJson(pruned.stdout).removed.map(({ type }: { type: string }) => type);
  expect(removed).toEqual(['http api', 'permission', 'alias', 'version']);
  expect(await up('prune', 'feature/Login', '-y')).toMatchObject({ code: 0, stdout: 'Nothing to prune\n' });
  expect((await up('--no-check')).stderr).toContain('Nothing to deploy');
});

test('neither a rollback nor a canary is a difference from up.json; an edit by hand is', async () => {
  const status = async () => (await up('stack', 'status')).stdout;
  writeFiles(dir, { 'app.js': app.replace('UP_STAGE', 'UP_STAGE + "2"') });
  await up('--no-check');
  await up('rollback');
  expect(await status()).toContain('staging is as up.json says');
  await up('--no-check', '--canary', '10%');
  expect(await status()).toContain('staging is as up.json says');
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'shop', Timeout: 7 }));
  expect(await status()).toContain('~ function     Timeout 7 → 30 s');
});

test('a function that was switched off by hand is deployed, and nothing is asked of it', async () => {
  const off = { FunctionName: 'shop', ReservedConcurrentExecutions: 0 };
  await lambda.send(new PutFunctionConcurrencyCommand(off));
  writeFiles(dir, { 'app.js': app.replace('UP_STAGE', 'UP_STAGE + "3"') });
  const { code, stderr } = await up('--no-check');
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('reserved concurrency is 0') });
});

test('delete keeps what is retained, and the next one finishes', async () => {
  expect((await up('delete', '--dry-run')).stdout).toContain('Nothing was changed.');
  expect((await up('delete', '-y', '--retain', 'log-group')).code).toBe(0);
  expect(Object.keys(state().logGroups)).toEqual(['/aws/lambda/shop']);
  expect((await up('delete', '-y')).stdout).toBe('Deleted 1 resource of "shop"\n');
  const { roles, functions, apis, logGroups } = state();
  expect([roles, functions, apis, logGroups]).toEqual([{}, {}, {}, {}]);
  expect(await up('delete', '-y')).toMatchObject({ code: 0, stdout: 'Nothing to delete of "shop"\n' });
});
