/** Whoever reads what the program says, or has started it, may be gone before it: what is begun does not hang on that. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findProcesses } from '../support/processes.ts';
import { createSandbox, readText } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const app = `require('node:http').createServer((req, res) => res.end('ok')).listen(process.env.PORT);`;

test.each([
  'up --help',
  'up help logs',
  'up completion bash',
  'up frobnicate -x 2>&1',
])('%s ends without a word when its reader has', async (line) => {
  const { stderr } = await sandbox.shell(`{ ${line}; echo $? >code; } | true`).ended;
  expect([stderr, readText(sandbox.root, 'code')]).toEqual(['', line.includes('-x') ? '2\n' : '0\n']);
});

test('what is said on stderr may find nobody, and the work is done all the same', async () => {
  const dir = sandbox.project('unread', { 'app.js': app });
  await sandbox.shell('{ up build -o app.zip 2>&1 >out; echo $? >code; } | true', { cwd: dir }).ended;
  expect([readText(dir, 'code'), existsSync(join(dir, 'app.zip'))]).toEqual(['0\n', true]);
});

test('a package may find nobody who reads it to its end', async () => {
  const dir = sandbox.project('half-read', { 'app.js': app });
  const { stderr } = await sandbox.shell('{ up build -o /dev/stdout 2>err; echo $? >code; } | true', { cwd: dir })
    .ended;
  expect([stderr, readText(dir, 'code'), readText(dir, 'err')]).toEqual([
    '',
    '0\n',
    expect.not.stringContaining('AWS'),
  ]);
});

test('Ctrl-C ends a hook with all that it has started, and says where things stand', async () => {
  const dir = sandbox.project('hooked', {
    'app.js': app,
    'up.json': JSON.stringify({ hooks: { build: 'sleep 61 & sleep 62' } }),
  });
  const run = sandbox.spawn(['build'], { cwd: dir });
  const sleeping = () => findProcesses(sandbox.root).filter(({ command }) => /^sleep 6[12]$/.test(command));
  await until('the hook', () => sleeping().length === 2);
  const { code, stdout, stderr } = await run.end('SIGINT');
  expect({ code, stdout, stderr }).toEqual({
    code: 130,
    stdout: '',
    stderr: '\nInterrupted. What is live stays live. To go on: up build\n',
  });
  await until('the end of what it started', () => sleeping().length === 0);
});

test('the folder a shell stands in may be gone, and only what needs one fails', async () => {
  const lines = [
    'mkdir gone && cd gone && rmdir ../gone',
    'up --version && up help build',
    'up status --json || echo $?',
    'up build -C /tmp 2>&1 || echo $?',
  ];
  const { stdout, stderr } = await sandbox.shell(lines.join('\n')).ended;
  expect(stdout).toMatch(
    /^\d+\.\d+\.\d+\n {2}up build: [\s\S]*\n1\n✗ The folder this was started in is gone +UP_FILE_SYSTEM\n/,
  );
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'UP_FILE_SYSTEM', next: [expect.any(String)] } });
});
