/** `up start` starts the app anew when its configuration or its variables change, and loses no request meanwhile. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { createSandbox, freePorts, program } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

/** Answers with `word`, and what the variables say. */
const saying = (word: string) => `
  import { createServer } from 'node:http';
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  createServer(async (req, res) => {
    if (req.url === '/slow') await pause(300);
    res.end(['${word}', process.env.GREETING, process.env.FROM_FILE].filter(Boolean).join(' '));
  }).listen(process.env.PORT);`;

test('whatever is asked before, in and after a restart is answered', async () => {
  const dir = sandbox.project('configured', { 'app.mjs': saying('one') });
  const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
  const started = await sandbox.start([], { cwd: dir });
  const ask = async (path = '/') => send(started.url, { path });
  const answer = async (text: string) => until(text, async () => (await ask()).text === text);
  await until('the watcher', () => /^watch: \d+ files?$/m.test(started.stderr()));
  const statuses: number[] = [];
  const asking = { go: true };
  const asked = (async () => {
    while (asking.go) statuses.push((await ask(statuses.length % 5 === 0 ? '/slow' : '/')).status);
  })();
  write('app.mjs', saying('two'));
  await answer('two');
  write('up.json', '{"environment": {"GREETING": "hello"}}');
  await answer('two hello');
  write('.env.local', 'FROM_FILE=local\n');
  write('.env', 'FROM_FILE=shared\n');
  await answer('two hello local');
  rmSync(join(dir, '.env.local'));
  await answer('two hello shared');
  asking.go = false;
  await asked;
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect((await started.end('SIGTERM')).code).toBe(143);
});

test('a mistake in up.json is told, answered and mended', async () => {
  const dir = sandbox.project('mistaken', { 'app.mjs': saying('one') });
  const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
  const started = await sandbox.start([], { cwd: dir });
  const text = async () => (await send(started.url)).text;
  await until('the watcher', () => /^watch: \d+ files?$/m.test(started.stderr()));
  write('up.json', '{"enviroment": {}}');
  await until('the failure', async () => (await text()).includes('UP_CONFIG'));
  expect(started.stderr()).toContain('unknown key "enviroment", did you mean "environment"?');
  write('up.json', '{}');
  write('app.mjs', saying('two'));
  await until('the answer', async () => (await text()) === 'two');
  await started.end('SIGTERM');
});

test('--no-watch leaves it running', async () => {
  const dir = sandbox.project('left', { 'app.mjs': saying('one') });
  const started = await sandbox.start(['--no-watch'], { cwd: dir });
  await until('the app', async () => (await send(started.url)).text === 'one');
  writeFileSync(join(dir, 'app.mjs'), saying('two'));
  writeFileSync(join(dir, '.env'), 'FROM_FILE=yes');
  expect((await send(started.url, { path: '/slow' })).text).toBe('one');
  const { stderr } = await started.end('SIGTERM');
  expect(stderr).not.toMatch(/^(?:watch|app):/m);
});

test('the last of many quick saves is what answers', async () => {
  const dir = sandbox.project('saved', { 'app.mjs': saying('0') });
  const started = await sandbox.start([], { cwd: dir });
  await until('the watcher', () => /^watch: 1 file$/m.test(started.stderr()));
  for (let save = 1; save <= 12; save++) {
    writeFileSync(join(dir, 'app.mjs'), saying(String(save)));
    await until(`save ${save}`, async () => (await send(started.url)).text === String(save));
  }
  await started.end('SIGTERM');
});

test('its own log in a file of the project is no reason to start anew', async () => {
  const dir = sandbox.project('logged', { 'app.mjs': saying('one'), 'out.txt': '' });
  const port = await freePorts(1);
  const up = `'${process.execPath}' '${program}'`;
  const started = sandbox.shell(`exec ${up} start --port ${port} > out.txt 2>&1`, { cwd: dir });
  const output = () => readFileSync(join(dir, 'out.txt'), 'utf8');
  await until('the watcher', () => /^watch: \d+ files?$/m.test(output()));
  const text = async () => (await send(`http://127.0.0.1:${port}`)).text;
  for (let request = 0; request < 3; request++) expect(await text()).toBe('one');
  writeFileSync(join(dir, 'app.mjs'), saying('two'));
  await until('the edit', async () => (await text()) === 'two');
  await until('the news', () => /^app: reloaded/m.test(output()));
  expect(output().match(/^app: reloaded .*?(?= in)/gm)).toEqual(['app: reloaded app.mjs']);
  await started.end('SIGTERM');
});
