/** The built `_up/` as a package holds it, driven from outside as Lambda does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isAlive, until } from '../apps.ts';
import { bootstrap, eventFor, invoke, stage, unpacked } from './packages.ts';
import { runtimeServer, withLength } from './runtime-server.ts';

describe('_up/bootstrap', () => {
  test('serves invocations end to end', async () => {
    const server = await runtimeServer();
    bootstrap(unpacked(), server.endpoint);
    const result = await invoke(server, eventFor('POST', '/a b', 'héllo'));
    expect(result).toMatchObject({
      statusCode: 200,
      isBase64Encoded: false,
      headers: { 'content-type': 'application/json' },
    });
    const seen = JSON.parse(result.body);
    expect(seen).toMatchObject({ method: 'POST', url: '/a%20b', body: Buffer.from('héllo').toString('base64') });
    expect(seen.rawHeaders).toEqual(expect.arrayContaining(['x-request-id', 'invocation-1', 'x-stage', 'staging']));
    expect(seen.rawHeaders).toEqual(expect.arrayContaining(['x-amzn-trace-id', 'Root=1-abc']));
  });

  test('serves an app that has a PATH of its own', async () => {
    const server = await runtimeServer();
    bootstrap(unpacked(), server.endpoint, { PATH: '/nowhere' });
    expect(await invoke(server, eventFor('GET', '/'))).toMatchObject({ statusCode: 200 });
  });

  test('logs one record per request, and knows the first one', async () => {
    const server = await runtimeServer();
    const runtime = bootstrap(unpacked(), server.endpoint, { UP_STAGE: 'production' });
    await invoke(server, eventFor('GET', '/'));
    await invoke(server, eventFor('GET', '/no-content'));
    const identity = { app: 'shop', stage: 'production', version: '7', commit: 'abc' };
    await until('the records', () => runtime.records().length >= 2);
    expect(runtime.records()).toMatchObject([
      {
        level: 'info',
        message: 'response',
        fields: { ...identity, request_id: 'invocation-1', path: '/', status: 200, cold: true, ip: '192.0.2.7' },
      },
      {
        level: 'info',
        message: 'response',
        fields: { ...identity, request_id: 'invocation-2', status: 204, cold: false, size: 0 },
      },
    ]);
  });

  test('gives the app its environment and keeps the platform’s to itself', async () => {
    const server = await runtimeServer();
    bootstrap(unpacked(), server.endpoint, {
      DB_URL: 'x',
      AWS_LAMBDA_EXEC_WRAPPER: '/var/task/_up/bootstrap',
      _HANDLER: 'y',
    });
    const env = JSON.parse((await invoke(server, eventFor('GET', '/env'))).body);
    expect(env).toMatchObject({ UP_STAGE: 'staging', NODE_ENV: 'staging', UP_COMMIT: 'abc', DB_URL: 'x' });
    for (const name of [
      'AWS_LAMBDA_RUNTIME_API',
      'AWS_LAMBDA_EXEC_WRAPPER',
      '_HANDLER',
      'NODE_OPTIONS',
      'UP_HOOK_FD',
    ]) {
      expect(env).not.toHaveProperty(name);
    }
  });

  test('answers what cannot be read, logs it, and goes on', async () => {
    const server = await runtimeServer();
    const runtime = bootstrap(unpacked(), server.endpoint);
    expect(await invoke(server, eventFor('GET', '/a\u0000'))).toMatchObject({ statusCode: 400 });
    expect(await invoke(server, eventFor('GET', '/'))).toMatchObject({ statusCode: 200 });
    await until('the records', () => runtime.records().length >= 3);
    const asked = { method: 'GET', path: '/a\u0000', query: '', ip: '192.0.2.7' };
    expect(runtime.records()).toMatchObject([
      { level: 'warn', fields: { code: 'UP_EVENT_PATH', request_id: 'invocation-1' } },
      { level: 'warn', message: 'response', fields: { request_id: 'invocation-1', ...asked, status: 400, cold: true } },
      { level: 'info', message: 'response', fields: { request_id: 'invocation-2', status: 200 } },
    ]);
  });

  test('posts what is no HTTP request to the app, whose answer is the result', async () => {
    const server = await runtimeServer();
    bootstrap(unpacked(), server.endpoint);
    for (const event of [{ Records: [] }, 'nonsense', null]) {
      const echo = JSON.parse((await server.invoke(event)).body);
      expect(echo).toMatchObject({ method: 'POST', url: '/events' });
      expect(JSON.parse(Buffer.from(echo.body, 'base64').toString())).toEqual(event);
    }
  });

  test('answers 413 for what Lambda would refuse, and its record says so', async () => {
    const server = await runtimeServer();
    const runtime = bootstrap(unpacked(), server.endpoint);
    const { statusCode, body } = await invoke(server, eventFor('GET', '/big'));
    expect(statusCode).toBe(413);
    expect(JSON.parse(body).error).toContain('6291556');
    await until('the records', () => runtime.records().length >= 2);
    expect(runtime.records()).toMatchObject([
      { level: 'warn', fields: { code: 'UP_RESPONSE_TOO_LARGE', request_id: 'invocation-1' } },
      { level: 'warn', message: 'response', fields: { path: '/big', status: 413, size: body.length } },
    ]);
  });

  test.each([-1, 1])('serves as ever while its clock is wrong by %d hours', async (hours) => {
    const server = await runtimeServer();
    const runtime = bootstrap(unpacked(), server.endpoint);
    const elsewhere = Date.now() + hours * 3_600_000;
    const answer = (event: unknown, requestId: string) =>
      Buffer.from(`${withLength(event, requestId)}`.replace(/(Deadline-Ms:) \d+/, `$1 ${elsewhere}`));
    for (const path of ['/', '/again']) {
      const { body } = await server.invoke(eventFor('POST', path, 'x'), answer);
      expect(JSON.parse(body)).toMatchObject({ statusCode: 200 });
    }
    expect(runtime.output()).not.toContain('stuck');
  });

  test('survives the crash of the app', async () => {
    const server = await runtimeServer();
    bootstrap(unpacked(), server.endpoint);
    await invoke(server, eventFor('GET', '/'));
    const crashed = await invoke(server, eventFor('POST', '/crash'));
    expect(crashed).toMatchObject({ statusCode: 502, headers: { 'cache-control': 'no-store' } });
    expect(JSON.parse(crashed.body)).toEqual({
      error: 'the app crashed while it handled the request',
      code: 'UP_APP_CRASHED',
      requestId: 'invocation-2',
    });
    expect(await invoke(server, eventFor('POST', '/'))).toMatchObject({ statusCode: 200 });
  });

  test('tells why an app does not start, to the log and not to the client', async () => {
    const server = await runtimeServer();
    const runtime = bootstrap(
      unpacked({ command: 'node exits.mjs', argv: ['node', 'exits.mjs'], node: true }),
      server.endpoint,
    );
    const result = await invoke(server, eventFor('GET', '/'));
    expect([502, 503]).toContain(result.statusCode);
    expect(result.body).not.toContain('database');
    expect(runtime.output()).toContain('cannot find the database');
  });

  test('outlives connections that the Runtime API closes', async () => {
    const server = await runtimeServer();
    server.afterPost = (socket) => socket.end();
    bootstrap(unpacked(), server.endpoint);
    for (let i = 0; i < 3; i++) expect((await invoke(server, eventFor('GET', '/'))).statusCode).toBe(200);
  });

  test('does not count a freeze as time the app had to start', async () => {
    const server = await runtimeServer();
    const app = { command: 'LATE_MS=2000 node late.mjs', argv: null, node: false };
    const dir = unpacked(app, { ...stage.proxy, timeout: 9, listen_timeout: 1.4 });
    const runtime = bootstrap(dir, server.endpoint, { LOG_LEVEL: 'debug' });
    await until('the start of the app', () => runtime.output().includes('app started'));
    runtime.child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    runtime.child.kill('SIGCONT');
    expect((await invoke(server, eventFor('GET', '/'))).statusCode).toBe(200);
  });

  test('runs on the node of PATH when started without arguments', async () => {
    const server = await runtimeServer();
    const dir = unpacked();
    const child = spawn(join(dir, '_up/bootstrap'), [], {
      env: { PATH: process.env.PATH, LAMBDA_TASK_ROOT: dir, AWS_LAMBDA_RUNTIME_API: server.endpoint },
      stdio: 'ignore',
    });
    onTestFinished(() => void child.kill('SIGTERM'));
    expect((await invoke(server, eventFor('GET', '/'))).statusCode).toBe(200);
  });

  test('refuses a stage the package was not built for, by name', async () => {
    const runtime = bootstrap(unpacked(), '127.0.0.1:1', { UP_STAGE: 'constructor' });
    expect((await once(runtime.child, 'exit'))[0]).toBe(1);
    expect(runtime.output()).toMatch(/UP_STAGE is \\"constructor\\", .* knows staging, production/);
  });

  describe('leaves no process of the app behind', () => {
    const stubborn = { command: 'node stubborn.mjs', argv: ['node', 'stubborn.mjs'], node: true };

    async function serving(app = stage.app, path = '/pid') {
      const server = await runtimeServer();
      const runtime = bootstrap(unpacked(app), server.endpoint);
      const { body } = await invoke(server, eventFor('GET', path));
      const parsed = JSON.parse(body);
      return { server, runtime, pid: parsed.pid ?? parsed, child: parsed.child };
    }

    test.each([
      ['an app that listens to SIGTERM', stage.app],
      ['an app that does not', stubborn],
    ])('when it gets SIGTERM: %s', async (_title, app) => {
      const { runtime, pid } = await serving(app);
      runtime.child.kill('SIGTERM');
      expect((await once(runtime.child, 'exit'))[0]).toBe(143);
      expect(isAlive(pid)).toBe(false);
    });

    test('when the Runtime API is gone', async () => {
      const { server, runtime, pid } = await serving(stubborn);
      for (const socket of server.connections) socket.resetAndDestroy();
      // It tries once more on a new connection, which ends as well.
      const ending = setInterval(() => server.connections.at(-1)?.resetAndDestroy(), 5);
      await once(runtime.child, 'exit');
      clearInterval(ending);
      await until('the end of the app', () => !isAlive(pid));
    });

    test('when SIGTERM and the end of the Runtime API come together', async () => {
      const { server, runtime, pid } = await serving(stubborn);
      runtime.child.kill('SIGTERM');
      const ending = setInterval(() => server.connections.at(-1)?.resetAndDestroy(), 5);
      await once(runtime.child, 'exit');
      clearInterval(ending);
      await until('the end of the app', () => !isAlive(pid));
    });

    test('nor what the app had started', async () => {
      const { runtime, pid, child } = await serving(
        { command: 'node parent.mjs', argv: ['node', 'parent.mjs'], node: true },
        '/',
      );
      runtime.child.kill('SIGTERM');
      await once(runtime.child, 'exit');
      await until('the end of the grandchild', () => !isAlive(child) && !isAlive(pid));
    });
  });
});

describe('_up/handler.mjs', () => {
  /** Imported in a process of its own, because importing it is the init phase. */
  async function run(program: string, env: NodeJS.ProcessEnv = {}): Promise<string[]> {
    const dir = unpacked();
    const source = `const { handler } = await import(${JSON.stringify(join(dir, '_up/handler.mjs'))}); const event = ${JSON.stringify(eventFor('POST', '/x', 'hi'))}; ${program}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      env: { PATH: process.env.PATH, LAMBDA_TASK_ROOT: dir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(output);
    return output
      .split('\n')
      .filter((line) => line.startsWith('> '))
      .map((line) => line.slice(2));
  }

  const print = (expression: string) => `console.log('\\n> ' + JSON.stringify(${expression}));`;

  test('exports a handler of two parameters, which Node 24 runtimes take for a promise’s', async () => {
    expect(await run(`${print('handler.length')} process.exit(0)`)).toEqual(['2']);
  });

  test('returns the result of an event', async () => {
    const context = `{ awsRequestId: 'aws-1', getRemainingTimeInMillis: () => 5000 }`;
    const [result = ''] = await run(`${print(`await handler(event, ${context})`)} process.exit(0)`);
    const { statusCode, body } = JSON.parse(result);
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      method: 'POST',
      url: '/x',
      rawHeaders: expect.arrayContaining(['x-request-id', 'aws-1']),
    });
  });

  test('does without a context, and gives each request an id', async () => {
    const id = (call: string) =>
      print(`JSON.parse((await ${call}).body).rawHeaders.join().match(/x-request-id,([\\w-]+)/)`);
    const ids = await run(`${id('handler(event)')} ${id('handler(event, {})')} process.exit(0)`);
    expect(new Set(ids.map((found) => JSON.parse(found)?.[1])).size).toBe(2);
    expect(ids).not.toContain('null');
  });

  test('answers in time for the invocation, not at its very end', async () => {
    const context = `{ awsRequestId: 'aws-1', getRemainingTimeInMillis: () => 1000 }`;
    const program = `await handler(event); const started = performance.now(); const result = await handler({ ...event, rawPath: '/hang' }, ${context});
      ${print('[result.statusCode, performance.now() - started]')} process.exit(0)`;
    const [status, duration] = JSON.parse((await run(program))[0] ?? '');
    expect(status).toBe(504);
    expect(duration).toBeLessThan(900);
  });

  test('takes the app with it when its process ends', async () => {
    const [pid = ''] = await run(
      `${print(`JSON.parse((await handler({ ...event, rawPath: '/pid' })).body).pid`)} process.exit(0)`,
    );
    await until('the end of the app', () => !isAlive(Number(pid)));
  });
});
