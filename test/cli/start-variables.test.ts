/** The files of variables of `up start`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startVariables } from '../../cli/env/start.ts';

const dir = mkdtempSync(join(tmpdir(), 'up-variables-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('this machine’s stand over the stage’s, those over what all share, all over up.json, and the shell over files', async () => {
  writeFileSync(join(dir, '.env'), 'A=shared\nB=shared\nC=shared\nD=shared\n');
  writeFileSync(join(dir, '.env.staging'), 'A=stage\nB=stage\nC=stage\n');
  writeFileSync(join(dir, '.env.local'), 'A=machine\nB=machine\n');
  writeFileSync(join(dir, '.env.production'), 'A=other\n');
  const own = { A: 'up.json', D: 'up.json', E: 'up.json' };
  expect(await startVariables({ A: 'shell', E: 'shell' }, dir, 'staging', own)).toEqual({
    variables: { A: 'shell', B: 'machine', C: 'stage', D: 'shared', E: 'up.json' },
    files: [
      { name: '.env', count: 4 },
      { name: '.env.staging', count: 3 },
      { name: '.env.local', count: 2 },
    ],
  });
});

test('a line that does not parse is named with its file', async () => {
  writeFileSync(join(dir, '.env.broken'), 'A=1\nnonsense\n');
  await expect(startVariables({}, dir, 'broken', {})).rejects.toThrow('Line 2 of .env.broken is not NAME=value');
});

test('a folder of that name, as Python’s environments have it, is none of them', async () => {
  mkdirSync(join(dir, '.env.venv'));
  const { files } = await startVariables({}, dir, 'venv', {});
  expect(files.map(({ name }) => name)).not.toContain('.env.venv');
});
