import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { hookRunner } from '../../cli/build/build.ts';
import { UpBuildError } from '../../cli/build/error.ts';
import { runHook, shellOf } from '../../cli/build/hooks.ts';
import { parseConfig, resolveStage } from '../../config/index.ts';
import { type Files, project } from './project.ts';

it('runs each command in a shell of its own, in the folder of the app', async () => {
  const dir = project({ 'sub/x': '' });
  await runHook('build', ['cd sub && export A=1', 'echo "$A|$UP_STAGE" > out.txt'], {
    dir,
    env: { UP_STAGE: 'production' },
  });
  expect(readFileSync(join(dir, 'out.txt'), 'utf8')).toBe('|production\n');
});

it('finds the commands of node_modules first', async () => {
  const dir = project({ 'node_modules/.bin/ls': '#!/bin/sh\necho mine > found.txt\n' });
  await runHook('build', 'ls', { dir });
  expect(existsSync(join(dir, 'found.txt'))).toBe(true);
});

it('shows the output only on failure, with the command and the exit code', async () => {
  const dir = project({});
  const run = runHook('prebuild', ['echo fine', 'echo out; echo wrong >&2; exit 3', 'touch never'], { dir });
  const error = await run.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UpBuildError);
  expect(error).toMatchObject({
    code: 'UP_HOOK_FAILED',
    evidence: expect.stringMatching(/^(out\nwrong\n|wrong\nout\n)$/),
    details: { hook: 'prebuild', command: 'echo out; echo wrong >&2; exit 3', exitCode: 3, signal: null },
  });
  expect(existsSync(join(dir, 'never'))).toBe(false);
});

it('proposes to install what was never installed', async () => {
  const hint = (files: Files) =>
    runHook('build', 'vite-of-nowhere build', { dir: project(files) }).catch((error: UpBuildError) => error.hint);
  expect(await hint({ 'package.json': '{}' })).toBe('install its packages first: npm install');
  expect(await hint({ 'package.json': '{}', 'node_modules/x': '' })).toContain('Correct the command');
});

it.each([
  ['a module of Go is not there', 'main.go:6:2: no required module provides package x.org/y', 'go mod tidy'],
  ['a build takes another Node', 'Node.js v20.20.2 is not supported by Astro!', 'nvm install 24'],
  [
    'and says so as Vite does',
    'You are using Node.js 18. Vite requires Node.js version 20.19+ or 22.12+.',
    'nvm install 24',
  ],
])('proposes what helps where %s', async (_title, said, help) => {
  const run = runHook('build', `echo '${said}'; exit 1`, { dir: project({}) });
  await expect(run).rejects.toMatchObject({ hint: expect.stringContaining(help) });
});

it('tells the signal that ended a command', async () => {
  await expect(runHook('build', 'kill -TERM $$', { dir: project({}) })).rejects.toMatchObject({
    message: expect.stringContaining('signal SIGTERM'),
    details: { exitCode: null, signal: 'SIGTERM' },
  });
});

it('keeps the end of a long output', async () => {
  const command = `"${process.execPath}" -e 'process.stdout.write("x".repeat(200000) + "the end", () => process.exit(1))'`;
  const error = await runHook('build', command, { dir: project({}) }).catch((caught: unknown) => caught);
  const { evidence } = error as UpBuildError;
  expect(evidence?.length).toBe(64 * 1024);
  expect(evidence?.endsWith('the end')).toBe(true);
});

it('hands the output on as it comes', async () => {
  let seen = '';
  await runHook('build', 'echo a; echo b >&2', { dir: project({}), onOutput: (chunk) => (seen += chunk) });
  expect(seen).toMatch(/a/);
  expect(seen).toMatch(/b/);
});

it('does not wait for what a command leaves running', async () => {
  const dir = project({});
  const start = performance.now();
  await runHook('build', 'sleep 5 & echo started', { dir });
  expect(performance.now() - start).toBeLessThan(4000);
});

it('prints no value of a variable that is a secret by its name', async () => {
  const env = {
    DB_PASSWORD: 'correct horse',
    API_KEY: 'correct horse battery',
    USE_TOKEN: 'true',
    PLAIN: 'in the open',
  };
  const command = 'echo "$API_KEY|$DB_PASSWORD|$USE_TOKEN|$PLAIN"; exit 1';
  const error = await runHook('build', command, { dir: project({}), env }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    evidence: '[redacted]|[redacted]|true|in the open\n',
    details: { output: '[redacted]|[redacted]|true|in the open\n' },
  });
});

it.each<[title: string, given: { shell?: string; upJson?: object }, found: string]>([
  ['the stage for a hook of up.json', { upJson: { hooks: { build: 'node_env' } } }, 'staging'],
  ['production for a build script, whatever the stage', {}, 'production'],
  ['what the shell says, for a hook', { shell: 'test', upJson: { hooks: { build: 'node_env' } } }, 'test'],
  ['what the shell says, for a build script', { shell: 'test' }, 'test'],
  [
    'what the environment of up.json says, as it is for the app',
    { shell: 'test', upJson: { environment: { NODE_ENV: 'development' } } },
    'development',
  ],
])('NODE_ENV is %s', async (_title, { shell, upJson }, found) => {
  vi.stubEnv('NODE_ENV', shell);
  onTestFinished(() => void vi.unstubAllEnvs());
  const dir = project({ 'node_modules/.bin/node_env': '#!/bin/sh\necho $NODE_ENV > found.txt\n' });
  const { config } = parseConfig(JSON.stringify({ name: 'app', ...upJson }), { file: 'up.json' });
  const hook = hookRunner(dir, resolveStage(config, 'staging'), { commit: '', author: '', message: '' }, () => {});
  await hook('build', ['node_env']);
  expect(readFileSync(join(dir, 'found.txt'), 'utf8')).toBe(`${found}\n`);
});

it('a build script knows its package by the variables of npm', async () => {
  const described = JSON.stringify({ name: '@acme/shop', version: '3.2.1' });
  const dir = project({ 'package.json': described });
  const { config } = parseConfig('{"name": "app"}', { file: 'up.json' });
  const hook = hookRunner(dir, resolveStage(config, 'staging'), { commit: '', author: '', message: '' }, () => {});
  await hook('build', ['echo "$npm_package_name $npm_package_version" > found.txt']);
  expect(readFileSync(join(dir, 'found.txt'), 'utf8')).toBe('@acme/shop 3.2.1\n');
});

it.each([
  ['npm', undefined, {}, 'npm'],
  ['what wrote its lock file', undefined, { 'pnpm-lock.yaml': '' }, 'pnpm'],
  ['what runs up', 'yarn/4.9.1 npm/? node/v24.1.0 linux x64', { 'pnpm-lock.yaml': '' }, 'yarn'],
])('a build script is told that it is run by %s', async (_title, given, files, manager) => {
  vi.stubEnv('npm_config_user_agent', given);
  onTestFinished(() => void vi.unstubAllEnvs());
  const dir = project({ 'package.json': '{}', ...files });
  const { config } = parseConfig('{"name": "app"}', { file: 'up.json' });
  const hook = hookRunner(dir, resolveStage(config, 'staging'), { commit: '', author: '', message: '' }, () => {});
  await hook('build', ['echo "$npm_config_user_agent" > found.txt']);
  expect(readFileSync(join(dir, 'found.txt'), 'utf8')).toMatch(new RegExp(`^${manager}/`));
});

it.each([
  ['linux', {}, { file: 'sh', args: ['-c', 'npm run "a b"'], detached: true }],
  [
    'win32',
    { ComSpec: 'C:\\Windows\\System32\\cmd.exe' },
    {
      file: 'C:\\Windows\\System32\\cmd.exe',
      args: ['/d', '/s', '/c', '"npm run "a b""'],
      detached: false,
      windowsVerbatimArguments: true,
    },
  ],
] as const)('is run by the shell of %s, which finds npm', (platform, env, shell) => {
  expect(shellOf('npm run "a b"', platform, env)).toEqual(shell);
});
