/** A function for another processor than this machine has: what can be checked here, and what is only said. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsEnv, createSandbox } from '../support/sandbox.ts';

const sandbox = createSandbox();
let platformUrl: string;
beforeAll(async () => {
  platformUrl = (await sandbox.platform()).url;
});
afterAll(() => sandbox.close());

const elf = (machine: number) => Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, ...Array(12).fill(0), machine, 0]);
const headers = { x86_64: elf(62), arm64: elf(183) };
const [here, other] = process.arch === 'arm64' ? (['arm64', 'x86_64'] as const) : (['x86_64', 'arm64'] as const);

function shop(name: string, addon: Uint8Array): string {
  return sandbox.project(name, {
    'app.js': `require('node:http').createServer((req, res) => res.end('ok')).listen(process.env.PORT);`,
    'up.json': `{"lambda": {"architecture": "${other}"}}`,
    'node_modules/addon/build/Release/addon.node': addon,
  });
}

test('the right native code is deployed without a boot on this machine, which could not load it', async () => {
  const dir = shop('right', headers[other]);
  const { code, stderr } = await sandbox.up([], { cwd: dir, env: awsEnv(platformUrl) });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toMatch(
    new RegExp(`check: left out: node_modules/addon/.*addon\\.node is for ${other}, and this machine is ${here}`),
  );
  expect(stderr).not.toContain('and the function is');
});

test('the wrong native code is named, which a boot on this machine would find well', async () => {
  const dir = shop('wrong', headers[here]);
  const { code, stderr } = await sandbox.up([], { cwd: dir, env: awsEnv(platformUrl) });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toMatch(new RegExp(`build: node_modules/addon/.*is for ${here}, and the function is ${other}`));
  expect(stderr).toMatch(/check: left out: /);
});

test('the local Lambda is this machine: what is deployed there is booted first', async () => {
  const { code, stderr } = await sandbox.up(['--local'], { cwd: shop('local', headers[here]) });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toMatch(/check: boots and answers in /);
});
