import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { appVariables } from '../../../proxy/boot.ts';
import { type AppCommand, type AppProcess, type StartOptions, startApp } from '../../../proxy/relay/process.ts';
import type { Settings } from '../../../proxy/settings.ts';
import { appsDir, isAlive, nodeApp, preload, shellApp, until } from '../apps.ts';

async function start(options: Partial<StartOptions> & { readonly app: AppCommand }): Promise<AppProcess> {
  const app = await startApp({
    dir: appsDir,
    env: { PATH: process.env.PATH },
    preload,
    background: false,
    mark: 'process test#0',
    ...options,
  });
  onTestFinished(() => app.kill('SIGKILL'));
  return app;
}

/** What a Node program prints, run as the app. */
async function printed(program: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const command = { command: 'node -e …', argv: ['node', '-e', program], node: true };
  const app = await start({ app: command, env: { PATH: process.env.PATH, ...env } });
  return text(app.stdout);
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'up-process-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

describe('the environment of the app', () => {
  const settings = { stage: 'production' } as Settings;

  test('has what the contract names, and what the function has', async () => {
    const env = appVariables({ PATH: process.env.PATH, UP_COMMIT: 'abc', UP_AUTHOR: 'tj', DB: 'x' }, settings, 2);
    const seen = JSON.parse(await printed('console.log(JSON.stringify(process.env))', env));
    expect(seen).toMatchObject({
      UP_STAGE: 'production',
      NODE_ENV: 'production',
      UP_COMMIT: 'abc',
      UP_AUTHOR: 'tj',
      DB: 'x',
      UP_RESTARTS: '2',
      PYTHONUNBUFFERED: '1',
    });
    expect(Number(seen.PORT)).toBeGreaterThan(0);
  });

  test('keeps what the user set', () => {
    const set = { NODE_ENV: 'test', PYTHONUNBUFFERED: '' };
    expect(appVariables(set, settings, 0)).toMatchObject(set);
  });

  test('lacks what would let the app speak to the platform in our name', async () => {
    const env = {
      AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
      AWS_LAMBDA_EXEC_WRAPPER: '/var/task/_up/bootstrap',
      _HANDLER: 'x',
      _LAMBDA_TELEMETRY_LOG_FD: '62',
      AWS_REGION: 'eu-west-1',
    };
    const seen = JSON.parse(await printed('console.log(JSON.stringify(process.env))', env));
    expect(Object.keys(seen).filter((name) => name in env)).toEqual(['AWS_REGION']);
  });

  test('shows nothing of the hook: NODE_OPTIONS is what the user set, for the app and for its children', async () => {
    const program = `
      const { execFileSync } = require('node:child_process');
      const show = 'console.log(process.env.NODE_OPTIONS, Object.keys(process.env).filter((k) => /UP_(HOOK|NODE)/.test(k)))';
      eval(show);
      process.stdout.write(execFileSync(process.execPath, ['-e', show]));`;
    const set = '--max-old-space-size=99 --no-warnings';
    expect(await printed(program, { NODE_OPTIONS: set })).toBe(`${set} []\n${set} []\n`);
    expect(await printed(program)).toBe('undefined []\nundefined []\n');
  });

  test('leaves NODE_OPTIONS to the worker threads of the app, which are no app', async () => {
    const program = `
      const { Worker } = require('node:worker_threads');
      const show = 'console.log(process.env.NODE_OPTIONS, Object.keys(process.env).filter((k) => /UP_(HOOK|NODE)/.test(k)))';
      new Worker(show, { eval: true });`;
    expect(await printed(program, { NODE_OPTIONS: '--no-warnings' })).toBe('--no-warnings []\n');
  });

  test('hears nothing of worker threads that are older than the hook', async () => {
    const dir = folder();
    writeFileSync(
      join(dir, 'early.cjs'),
      `const { Worker, isMainThread } = require('node:worker_threads');
       if (isMainThread) new Worker("require('node:http').createServer().listen(0).unref()", { eval: true });`,
    );
    const app = await start({
      dir,
      env: { NODE_OPTIONS: `--require ${JSON.stringify(join(dir, 'early.cjs'))}` },
      app: { command: 'node -e 0', argv: ['node', '-e', 'setTimeout(() => {}, 300)'], node: true },
    });
    expect(await text(app.reports as Readable)).toBe('');
  });

  test('keeps the user’s NODE_OPTIONS in force', async () => {
    const program = 'console.log(require("v8").getHeapStatistics().heap_size_limit < 200e6)';
    expect(await printed(program, { NODE_OPTIONS: '--max-old-space-size=99' })).toBe('true\n');
  });

  test('finds the programs of the package first', async () => {
    const dir = folder();
    mkdirSync(join(dir, 'node_modules/.bin'), { recursive: true });
    writeFileSync(join(dir, 'node_modules/.bin/serve-it'), '#!/bin/sh\necho "from the package: $1"\n');
    chmodSync(join(dir, 'node_modules/.bin/serve-it'), 0o755);
    const direct = await start({ dir, app: { command: 'serve-it a', argv: ['serve-it', 'a'], node: false } });
    const shell = await start({ dir, app: shellApp('serve-it b && true') });
    expect(await text(direct.stdout)).toBe('from the package: a\n');
    expect(await text(shell.stdout)).toBe('from the package: b\n');
  });

  test('has a PATH where the function has none', async () => {
    const app = await start({ app: shellApp('echo $PATH'), env: {} });
    expect(await text(app.stdout)).toMatch(/node_modules\/\.bin:\/usr\/local\/bin:\/usr\/bin:\/bin:\S+\/bin\n$/);
  });

  test('finds an interpreter that the package ships where there is no other, and shadows none', async () => {
    const dir = folder();
    mkdirSync(join(dir, 'bin'));
    for (const name of ['python9', 'cat']) {
      writeFileSync(join(dir, 'bin', name), '#!/bin/sh\necho "shipped: $1"\n');
      chmodSync(join(dir, 'bin', name), 0o755);
    }
    const shipped = await start({ dir, app: { command: 'python9 a', argv: ['python9', 'a'], node: false } });
    const system = await start({ dir, app: shellApp('echo b | cat') });
    expect(await text(shipped.stdout)).toBe('shipped: a\n');
    expect(await text(system.stdout)).toBe('b\n');
  });
});

describe('the run of an app', () => {
  test('needs no shell for a plain command: its pid is the program’s', async () => {
    const app = await start({
      app: { command: 'node -e …', argv: ['node', '-e', 'console.log(process.pid)'], node: false },
    });
    expect(await text(app.stdout)).toBe(`${app.pid}\n`);
  });

  test('goes through the shell for a command that needs one', async () => {
    const app = await start({ app: shellApp('A=1; echo "$A" $(echo two) | tr a-z A-Z; exit 4') });
    expect(await text(app.stdout)).toBe('1 TWO\n');
    expect(await app.exited).toEqual({ code: 4, signal: null });
  });

  test('is in a process group of its own, which dies whole', async () => {
    const app = await start({ app: shellApp('sleep 100 & echo $!; wait') });
    const sleeper = await new Promise<number>((resolve) => app.stdout.once('data', (chunk) => resolve(Number(chunk))));
    // The fifth field of stat is the process group (proc(5)).
    expect(readFileSync(`/proc/${sleeper}/stat`, 'utf8').split(' ')[4]).toBe(String(app.pid));
    app.kill('SIGKILL');
    await app.exited;
    await until('the end of the sleeper', () => !isAlive(sleeper));
  });

  test('shows its exit at once, by code and by signal', async () => {
    const exits = await start({ app: nodeApp('exits.mjs') });
    expect(await exits.exited).toEqual({ code: 3, signal: null });
    expect(exits.exit).toEqual({ code: 3, signal: null });
    const killed = await start({ app: nodeApp('deaf.mjs') });
    killed.kill('SIGSEGV');
    expect(await killed.exited).toEqual({ code: null, signal: 'SIGSEGV' });
  });

  test('cannot be signalled once it is gone, and that is no error', async () => {
    const app = await start({ app: shellApp('exit 0') });
    await app.exited;
    expect(() => app.kill('SIGKILL')).not.toThrow();
  });

  test.each<[string, Partial<StartOptions> & { readonly app: AppCommand }, string]>([
    ['a program nobody has', { app: { command: 'no-such-program', argv: ['no-such-program'], node: false } }, 'ENOENT'],
    ['a file that is not executable', { app: { command: './web.mjs', argv: ['./web.mjs'], node: false } }, 'EACCES'],
    ['a file taken for a folder', { app: { command: './web.mjs/x', argv: ['./web.mjs/x'], node: false } }, 'ENOTDIR'],
    ['a folder that does not exist', { dir: '/no/such/folder', app: nodeApp('web.mjs') }, 'ENOENT'],
    [
      'an environment larger than the kernel takes',
      { app: nodeApp('web.mjs'), env: { BIG: 'x'.repeat(4_000_000) } },
      'E2BIG',
    ],
  ])('that cannot start is an exit with an error, never a throw: %s', async (_title, options, code) => {
    const app = await start(options);
    expect(await app.exited).toMatchObject({ code: null, signal: null, error: { code } });
    expect(app.pid).toBeUndefined();
    expect(() => app.kill('SIGKILL')).not.toThrow();
    expect(await text(app.stderr)).toBe('');
  });
});

describe('the preload hook', () => {
  async function reportsOf(program: string): Promise<unknown[]> {
    const app = await start({ app: { command: 'node -e …', argv: ['node', '-e', program], node: true } });
    const lines = (await text(app.reports ?? app.stdout)).split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line));
  }

  test('tells every listen() with its address', async () => {
    const program = `
      const { createServer } = require('node:http');
      const one = createServer().listen(process.env.PORT, '127.0.0.1', () => {
        const two = require('node:net').createServer().listen(0, '::1', () => { one.close(); two.close(); });
      });`;
    expect(await reportsOf(program)).toMatchObject([
      { address: '127.0.0.1', port: expect.any(Number) },
      { address: '::1', port: expect.any(Number) },
    ]);
  });

  test('tells nothing of a listen() that failed', async () => {
    const program = `require('node:net').createServer().on('error', () => {}).listen(process.env.PORT, '203.0.113.1')`;
    expect(await reportsOf(program)).toEqual([]);
  });

  test('does not keep a program alive, nor its children', async () => {
    const app = await start({ app: { command: 'node', argv: ['node', '-e', 'console.log("done")'], node: true } });
    expect(await app.exited).toEqual({ code: 0, signal: null });
  });
});

test('an app is not given a port that the kernel may give to somebody else before it listens', async () => {
  const range = '/proc/sys/net/ipv4/ip_local_port_range';
  const lowest = existsSync(range) ? Number(readFileSync(range, 'utf8').split(/\s+/)[0]) : 32_768;
  for (let times = 0; times < 5; times++) {
    const { port } = await start({ app: shellApp('true') });
    expect(port).toBeGreaterThan(1_024);
    expect(port).toBeLessThan(lowest);
  }
});

test.runIf(process.platform === 'linux')('no two apps are given one port, also while neither listens', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  onTestFinished(() => void vi.restoreAllMocks());
  const first = await start({ app: shellApp('sleep 60') });
  const second = await start({ app: shellApp('true') });
  expect(second.port).not.toBe(first.port);
  first.kill('SIGKILL');
  await first.exited;
  await until('its port to be free again', async () => {
    const third = await start({ app: shellApp('true') });
    return third.port === first.port;
  });
});
