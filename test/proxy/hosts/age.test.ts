import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';

const printAge = 'exec "$0" scripts/run.mjs test/proxy/hosts/print-age.ts';

function agesAfter(shell: string): { readonly age: number; readonly node: number } {
  return JSON.parse(execFileSync('/bin/sh', ['-c', `${shell}${printAge}`, process.execPath], { encoding: 'utf8' }));
}

test.skipIf(!existsSync('/proc/self/stat'))('the shell that has become this process has used its time too', () => {
  const { age, node } = agesAfter('sleep 0.5; ');
  // starttime is told in hundredths of a second.
  expect(age - node).toBeGreaterThan(480);
});

test('a process that was Node from the start is as old as Node', () => {
  const { age, node } = agesAfter('');
  expect(age).toBeGreaterThanOrEqual(node - 1);
});
