/** An app that is started by a program of the shell's PATH, which Lambda does not have. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsEnv, createSandbox } from '../support/sandbox.ts';

const sandbox = createSandbox();
const teapot = `#!/usr/bin/env node
require('node:http').createServer((req, res) => res.end('tea')).listen(process.env.PORT);
`;
let PATH: string;
let platformUrl: string;
beforeAll(async () => {
  const bin = sandbox.project('bin', { teapot });
  chmodSync(join(bin, 'teapot'), 0o755);
  PATH = `${bin}:${process.env.PATH}`;
  platformUrl = (await sandbox.platform({ env: { PATH } })).url;
});
afterAll(() => sandbox.close());

const shop = (name: string, command: string) =>
  sandbox.project(name, { 'up.json': JSON.stringify({ proxy: { command } }), 'menu.txt': 'tea' });

test.each([
  ['by itself', 'teapot --serve'],
  ['by a shell', 'KIND=green && teapot --serve'],
])('it is found before the upload when it is started %s', async (name, command) => {
  const dir = shop(name.replaceAll(' ', '-'), command);
  const { code, stderr } = await sandbox.up([], { cwd: dir, env: { ...awsEnv(platformUrl), PATH } });
  expect(code).toBe(1);
  expect(stderr).toContain('UP_CHECK_FAILED');
  expect(stderr).toContain('teapot is not in the package, and Lambda does not have it');
});

test('it is found when the package brings it, and node with it', async () => {
  const dir = shop('brought', 'teapot --serve');
  await sandbox.shell(`mkdir -p node_modules/.bin && cp "$(command -v teapot)" node_modules/.bin`, {
    cwd: dir,
    env: { PATH },
  }).ended;
  const ran = await sandbox.up([], { cwd: dir, env: awsEnv(platformUrl) });
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('check: boots and answers in ') });
});

test('the local Lambda has what the shell has, in the check as well', async () => {
  const ran = await sandbox.up(['--local'], { cwd: shop('local', 'teapot --serve'), env: { PATH } });
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('check: boots and answers in ') });
});
