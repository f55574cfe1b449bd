/** The app that `_up/start.bash` starts while node is loaded, and that the runtime then takes for its own. */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isAlive, until } from '../apps.ts';
import { bootstrap, eventFor, invoke, stage, unpacked } from './packages.ts';
import { type RuntimeServer, runtimeServer } from './runtime-server.ts';

const nodeApp = (file: string, ...args: string[]) => ({
  command: ['node', file, ...args].join(' '),
  argv: ['node', file, ...args],
  node: true,
});

/** An app that tells of itself. */
function packageOf(source: string, app = nodeApp('own.mjs')): string {
  const dir = unpacked(app);
  writeFileSync(join(dir, 'own.mjs'), source);
  return dir;
}

async function ask(server: RuntimeServer, path = '/') {
  const { statusCode, body } = await invoke(server, eventFor('GET', path));
  return { statusCode, body: JSON.parse(body) };
}

const teller = `
  import { createServer } from 'node:http';
  import { readdirSync, readlinkSync, readFileSync } from 'node:fs';
  const before = performance.timeOrigin;
  createServer((req, res) => {
    if (req.url === '/exit') process.exit(7);
    if (req.url === '/kill') process.kill(process.pid, 'SIGKILL');
    const link = (fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch { return 'gone'; } };
    const fds = readdirSync('/proc/self/fd').map(Number).filter((fd) => fd < 4).map((fd) => [fd, link(fd).replace(/:.*/, '')]);
    const group = Number(readFileSync('/proc/self/stat', 'utf8').replace(/^.*\\) /s, '').split(' ')[2]);
    res.end(JSON.stringify({ pid: process.pid, ppid: process.ppid, group, before, fds, argv: process.argv, cwd: process.cwd(), env: process.env }));
  }).listen(process.env.PORT, '127.0.0.1');
  console.log('to stdout'); console.error('to stderr');
`;

describe.skipIf(!existsSync('/bin/bash') || process.platform !== 'linux')('the first run', () => {
  test('is in a group of its own, with three pipes', async () => {
    const server = await runtimeServer();
    const runtime = bootstrap(packageOf(teller), server.endpoint);
    const { body } = await ask(server);
    expect(body).toMatchObject({ group: body.pid });
    expect(body.fds.slice(1)).toEqual([
      [1, 'pipe'],
      [2, 'pipe'],
      [3, 'pipe'],
    ]);
    const said = () => runtime.records().filter(({ message }) => message.startsWith('to '));
    await until('its output', () => said().length >= 2);
    expect(
      said()
        .map(({ level, message }) => `${level} ${message}`)
        .sort(),
    ).toEqual(['error to stderr', 'info to stdout']);
  });

  test('has the environment of any other run', async () => {
    const server = await runtimeServer();
    const odd = { NODE_OPTIONS: '--no-warnings', tries: '1', port: '2', ODD: `a'b "c" $d\n*`, up_port: 'x' };
    const runtime = bootstrap(packageOf(teller), server.endpoint, odd);
    const first = (await ask(server)).body;
    await invoke(server, eventFor('POST', '/exit'));
    const second = (await ask(server)).body;
    expect(second.pid).not.toBe(first.pid);
    const { PORT, UP_RUN, UP_RESTARTS, ...env } = first.env;
    expect(second.env).toEqual({
      ...env,
      PORT: expect.stringMatching(/^\d+$/),
      UP_RUN: UP_RUN.replace(/\.0$/, '.1'),
      UP_RESTARTS: '1',
    });
    expect([UP_RESTARTS, env.UP_STAGE, env.NODE_ENV]).toEqual(['0', 'staging', 'staging']);
    expect(env).toMatchObject({ NODE_OPTIONS: '--no-warnings', tries: '1', port: '2', ODD: odd.ODD });
    expect(
      Object.keys(env).filter((name) => /^UP_(?:STARTED|HOOK|OWN)|^MALLOC|^AWS_LAMBDA_RUNTIME/.test(name)),
    ).toEqual([]);
    expect(runtime.child.exitCode).toBe(null);
  });

  test.each([
    ['/exit', { exit_code: 7, signal: null }],
    ['/kill', { exit_code: null, signal: 'SIGKILL' }],
  ])('is replaced when it ends, and it is known how: %s', async (path, how) => {
    const server = await runtimeServer();
    const runtime = bootstrap(packageOf(teller), server.endpoint);
    const { pid } = (await ask(server)).body;
    const crashed = JSON.parse((await invoke(server, eventFor('POST', path))).body);
    expect(crashed.code).toBe('UP_APP_CRASHED');
    expect((await ask(server)).body.pid).not.toBe(pid);
    const record = runtime.records().find(({ message }) => /was ended|exited with/.test(message));
    expect(record?.fields).toMatchObject(how);
  });

  test.each([
    ['before anybody has its first answer', true],
    ['though no request comes', false],
  ])('ends that of an earlier runtime of the environment, %s', async (_title, isInvoked) => {
    const server = await runtimeServer();
    const environment = `stream ${process.pid} ${performance.now()}`;
    const earlier = spawn('sleep', ['60'], { env: { ...process.env, UP_RUN: `${environment}#1.0` } });
    const ended = new Promise((resolve) => earlier.once('exit', resolve));
    bootstrap(packageOf(teller), server.endpoint, { AWS_LAMBDA_LOG_STREAM_NAME: environment });
    if (isInvoked) {
      await ask(server);
      expect(isAlive(earlier.pid as number)).toBe(false);
    }
    await ended;
    expect(earlier.signalCode).toBe('SIGKILL');
    // Before it serves, the end of this runtime would leave its app behind.
    await ask(server);
  });

  test('that cannot be started is tried by the runtime, which says why', async () => {
    const server = await runtimeServer();
    bootstrap(unpacked({ command: 'no-such-program', argv: ['no-such-program'], node: false }), server.endpoint);
    expect(JSON.parse((await invoke(server, eventFor('GET', '/'))).body).code).toBe('UP_APP_SPAWN');
  });

  test('behind a shell is ended with what it has started', async () => {
    const server = await runtimeServer();
    const dir = packageOf(teller, { command: 'true && node own.mjs; true', argv: null as never, node: false });
    const runtime = bootstrap(dir, server.endpoint);
    const { pid } = (await ask(server)).body;
    runtime.child.kill('SIGTERM');
    await until('the end of the app', () => !isAlive(pid));
    await until('the end of the runtime', () => runtime.child.exitCode !== null);
  });

  test('gets words of any kind as they are', async () => {
    const server = await runtimeServer();
    const words = [`it's`, '"$HOME" `id` \\', '*', '', 'two\nlines'];
    const dir = packageOf(teller, nodeApp('own.mjs', ...words));
    bootstrap(dir, server.endpoint);
    const { body } = await ask(server);
    expect(body.argv.slice(2)).toEqual(words);
    expect(body.cwd).toBe(dir);
  });
});

test('the first run can write to its output and not read it, as any other', async () => {
  const server = await runtimeServer();
  const source = `
    import { createServer } from 'node:http';
    import { readFileSync } from 'node:fs';
    const flags = (fd) => Number.parseInt(/flags:\\s*(\\d+)/.exec(readFileSync('/proc/self/fdinfo/' + fd, 'utf8'))[1], 8) & 3;
    createServer((req, res) => res.end(JSON.stringify([1, 2, 3].map(flags)))).listen(process.env.PORT);
  `;
  bootstrap(packageOf(source), server.endpoint);
  // fcntl(2): O_WRONLY.
  expect((await ask(server)).body).toEqual([1, 1, 1]);
});

test('a stage that files are all of starts nothing', async () => {
  const server = await runtimeServer();
  const dir = unpacked(null as never, stage.proxy);
  const runtime = bootstrap(dir, server.endpoint);
  await invoke(server, eventFor('GET', '/'));
  expect(runtime.output()).not.toContain('bash');
});
