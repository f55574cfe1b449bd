/** The young generation of V8 is held small: by flags where they cost nothing, and once an answer is out elsewhere. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { unpacked } from './packages.ts';

const flags = ['--max-semi-space-size=1', '--single-threaded-gc'];

/** What `_up/bootstrap` starts Node with. */
function flagsUnder(executionEnv: string | undefined): string[] {
  const dir = mkdtempSync(join(tmpdir(), 'up-young-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const node = join(dir, 'node');
  writeFileSync(node, '#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n');
  chmodSync(node, 0o755);
  const env = { PATH: process.env.PATH, UP_PARAMETERS: '', ...(executionEnv && { AWS_EXECUTION_ENV: executionEnv }) };
  const words = execFileSync(join(unpacked(), '_up/bootstrap'), [node], { env, encoding: 'utf8' });
  return words.split('\n').filter((word) => word.startsWith('--'));
}

test.each([
  ['AWS_Lambda_nodejs20.x', false],
  ['AWS_Lambda_nodejs22.x', false],
  ['AWS_Lambda_nodejs24.x', true],
  ['AWS_Lambda_nodejs26.x', true],
  [undefined, true],
])('%s: the flags are there, %s', (executionEnv, areThere) => {
  expect(flagsUnder(executionEnv)).toEqual([...(areThere ? flags : []), '--no-concurrent-recompilation']);
});

/** Bytes of the young generation after much short-lived garbage and some that lives longer, in a process of its own. */
function youngBytes(before: string): number {
  const source = readFileSync(new URL('../../../proxy/hosts/young-generation.ts', import.meta.url), 'utf8');
  const { code } = transformSync(source, { loader: 'ts', format: 'esm' });
  const allocate = `
    let kept = [];
    for (let count = 0; count < 2e6; count++) kept = [count, kept.length > 1000 ? [] : kept];
    const spaces = process.getBuiltinModule('node:v8').getHeapSpaceStatistics();
    console.log(spaces.find(({ space_name }) => space_name === 'new_space').space_size);`;
  const args = ['--input-type=module', '--eval', `${code}\n${before}\n${allocate}`];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

test.skipIf(Number.parseInt(process.versions.node, 10) >= 24)('before Node 24 it does not grow once it is held', () => {
  expect(youngBytes('holdYoungGeneration()')).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(youngBytes('')).toBeGreaterThan(4 * 1024 * 1024);
});
