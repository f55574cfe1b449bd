/** A machine that is not as one wishes: pids used again, folders nobody can write, terminals that close, rivals. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEnvironment } from '../../local/lambda/environment.ts';
import { send } from '../support/http.ts';
import { isAlive } from '../support/processes.ts';
import { createSandbox, freePorts, parseJson, type Sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const app = `require('node:http').createServer((req, res) => res.end('here')).listen(process.env.PORT);`;

describe('a state directory that names a process of somebody else', () => {
  let sandbox: Sandbox;
  let stranger: ReturnType<typeof spawn>;
  beforeEach(() => {
    sandbox = createSandbox();
    stranger = spawn('sleep', ['600']);
    mkdirSync(sandbox.stateDir);
    const endpoint = { url: 'http://127.0.0.1:1', pid: stranger.pid, started: '' };
    writeFileSync(join(sandbox.stateDir, 'endpoint.json'), JSON.stringify(endpoint));
    writeFileSync(join(sandbox.stateDir, 'lock'), String(stranger.pid));
  });
  afterEach(async () => {
    stranger.kill();
    await sandbox.close();
  });

  test('is not served: `up local stop` leaves that process alone', async () => {
    expect(parseJson((await sandbox.up(['local', 'status', '--json'])).stdout)).toMatchObject({ running: false });
    expect(await sandbox.up(['local', 'stop'])).toMatchObject({ code: 0, stdout: 'No local platform runs here\n' });
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
  });

  test('is taken over by the next platform', async () => {
    const { pid, url } = await sandbox.platform();
    expect(JSON.parse((await send(url, { path: '/_local/health' })).text)).toEqual({ pid });
    expect(parseJson((await sandbox.up(['local', 'status', '--json'])).stdout)).toMatchObject({ running: true, pid });
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
  });

  test('is taken over by one platform, when two want it at once', async () => {
    const runs = await Promise.all(
      [1, 2].map(async () => sandbox.spawn(['local', '--port', String(await freePorts(4))])),
    );
    await until('one to give up', () => runs.some((run) => run.hasEnded()));
    await until('the other to serve', () => runs.some((run) => !run.hasEnded() && run.stdout() !== ''));
    const loser = runs.find((run) => run.hasEnded());
    expect((await loser?.ended)?.code).toBe(5);
  });

  test('is not believed because something else answers there', async () => {
    const other = createServer((_req, res) => res.end('{"pid": 1}')).listen(0, '127.0.0.1');
    await until('the other to listen', () => other.listening);
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    writeFileSync(join(sandbox.stateDir, 'endpoint.json'), JSON.stringify({ url, pid: stranger.pid, started: '' }));
    expect(await sandbox.up(['local', 'stop'])).toMatchObject({ code: 0, stdout: 'No local platform runs here\n' });
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
    other.close();
  });
});

describe('a machine', () => {
  const sandbox = createSandbox();
  afterAll(() => sandbox.close());

  test('whose terminal is closed ends the platform with 129', async () => {
    const platform = sandbox.spawn(['local', '--port', String(await freePorts(2))]);
    await until('the endpoint', () => platform.stdout().endsWith('\n'));
    expect((await platform.end('SIGHUP')).code).toBe(129);
    expect((await sandbox.up(['local', 'status'])).stdout).toBe('No local platform runs here\n');
  });

  test.each([
    ['a folder that is missing', ['missing', 'out.zip']],
    ['a file where the folder should be', ['file', 'out.zip']],
    ['a folder where the file should be', ['.']],
  ])('with %s refuses `-o` before it builds', async (_title, path) => {
    const dir = sandbox.project('packed', {
      'app.js': app,
      'up.json': '{"hooks": {"build": "touch built-already"}}',
      file: '',
    });
    const ran = await sandbox.up(['build', '-o', join(dir, ...path)], { cwd: dir });
    expect(ran).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('UP_FILE_SYSTEM') });
    expect(ran.stderr).not.toMatch(/^ +at /m);
    expect(ran.stderr).not.toContain('Build');
  });

  test.each([
    ['UP_LOCAL_DIR', process.platform === 'linux' ? '/proc/x' : '/dev/null/x'],
    ['UP_LOCAL_DIR', '/dev/null/x'],
    ['TMPDIR', '/dev/null/x'],
  ])('with %s=%s says so in seconds', async (name, value) => {
    const dir = sandbox.project('placed', { 'app.js': app });
    const ran = await sandbox.up(['--local'], { cwd: dir, env: { [name]: value } });
    expect(ran).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('UP_FILE_SYSTEM') });
    expect(ran.stderr).toContain(value);
    expect(ran.milliseconds).toBeLessThan(10_000);
  });

  test.each(['99999', '-1', '1.5', 'abc'])('has no port %s', async (port) => {
    const ran = await sandbox.up(['local', `--port=${port}`]);
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('UP_USAGE') });
  });

  test('with damaged state says which file it is, in the foreground and the background', async () => {
    const dir = sandbox.project('damaged', { 'app.js': app });
    const state = join(sandbox.root, 'damaged');
    mkdirSync(state);
    writeFileSync(join(state, 'state.json'), '{');
    const env = { UP_LOCAL_DIR: state };
    for (const words of [['local'], ['--local']]) {
      const ran = await sandbox.up([...words, '--json'], { cwd: dir, env });
      expect(ran).toMatchObject({ code: 1, stdout: '' });
      expect(parseJson(ran.stderr).error).toMatchObject({
        code: 'UP_LOCAL_START',
        message: `${join(state, 'state.json')} is damaged. Move it away to begin with an empty local platform.`,
      });
    }
  });

  test('that cannot start the app ends all the same', async () => {
    const dir = sandbox.project('nul', { 'app.js': app, 'up.json': '{"environment": {"A": "b\\u0000c"}}' });
    const ran = await sandbox.up(['--local'], { cwd: dir });
    expect(ran.code).not.toBe(0);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).not.toContain('UP_INTERNAL');
  });
});

test('an environment that cannot be started leaves no server behind', async () => {
  let server = '';
  const spec = {
    functionName: 'f',
    functionArn: 'arn',
    version: '1',
    handler: 'h',
    timeout: 1,
    memorySize: 128,
    logGroup: 'g',
    codeDir: '/',
    command: (endpoint: string) => {
      server = endpoint;
      return { file: '/bin/true', args: [], env: { NUL: 'a\0b' } };
    },
  };
  await expect(startEnvironment(spec, () => {}, { onSettled() {} })).rejects.toThrow('null bytes');
  await expect(send(`http://${server}`)).rejects.toThrow('ECONNREFUSED');
});

describe('two first deploys at once', () => {
  const sandbox = createSandbox();
  afterAll(() => sandbox.close());

  test.each([1, 2, 3])('end well or as the loser (%i)', async (round) => {
    if (round === 1) await sandbox.platform();
    const dirs = ['mine', 'rival'].map((name) =>
      sandbox.project(`${name}/fresh-${round}`, { 'app.js': app.replace('here', name) }),
    );
    const runs = await Promise.all(dirs.map((cwd) => sandbox.up(['--local', '--no-check'], { cwd })));
    for (const { code, stderr } of runs) {
      expect([0, 5], stderr).toContain(code);
      if (code === 5) expect(stderr).toContain('run the same command again');
    }
    expect(runs.map(({ code }) => code)).toContain(0);
    expect(await sandbox.up(['--local'], { cwd: dirs[0] ?? '' })).toMatchObject({ code: 0 });
  }, 60_000);
});
