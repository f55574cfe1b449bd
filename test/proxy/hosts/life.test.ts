/** What becomes of an execution environment between its first process and its last. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isAlive, until } from '../apps.ts';
import { bootstrap, eventFor, invoke, unpacked } from './packages.ts';
import { type RuntimeServer, runtimeServer } from './runtime-server.ts';

const platform = { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand', AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[7]abc' };
const nodeApp = (file: string) => ({ command: `node ${file}`, argv: ['node', file], node: true });

async function pidOf(server: RuntimeServer): Promise<number> {
  return JSON.parse((await invoke(server, eventFor('GET', '/pid'))).body).pid;
}

describe('init', () => {
  test('that Lambda repeats ends the app of the first one', async () => {
    const server = await runtimeServer();
    const dir = unpacked();
    const first = bootstrap(dir, server.endpoint, platform);
    const before = await pidOf(server);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect(isAlive(before)).toBe(true);
    bootstrap(dir, server.endpoint, platform);
    expect(await pidOf(server)).not.toBe(before);
    await until('the end of the first app', () => !isAlive(before));
  });

  test('spares the apps of other environments', async () => {
    const servers = [await runtimeServer(), await runtimeServer()] as const;
    const dir = unpacked();
    bootstrap(dir, servers[0].endpoint, platform);
    const before = await pidOf(servers[0]);
    bootstrap(dir, servers[1].endpoint, { ...platform, AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[7]def' });
    await pidOf(servers[1]);
    expect(await pidOf(servers[0])).toBe(before);
  });
});

describe('the extension', () => {
  test('is registered for no events before the first next, so that SIGTERM comes', async () => {
    const server = await runtimeServer();
    bootstrap(unpacked(), server.endpoint, platform);
    await pidOf(server);
    expect(server.extensions).toEqual([[]]);
    await until('its next', () => server.extensionNexts === 1);
  });

  test('that is hung up on takes nothing with it', async () => {
    const server = await runtimeServer();
    const runtime = bootstrap(unpacked(), server.endpoint, platform);
    const app = await pidOf(server);
    await until('its next', () => server.extensionNexts === 1);
    server.dropExtension();
    expect(await pidOf(server)).toBe(app);
    expect(runtime.child.exitCode).toBe(null);
  });

  test('is none where nobody is said to be the platform', async () => {
    const server = await runtimeServer();
    bootstrap(unpacked(), server.endpoint);
    await pidOf(server);
    expect(server.extensions).toEqual([]);
  });
});

describe('SIGTERM', () => {
  test('lets an answer that is on its way out', async () => {
    const server = await runtimeServer();
    const runtime = bootstrap(unpacked(nodeApp('late-answer.mjs')), server.endpoint);
    const answer = server.invoke(eventFor('GET', '/'));
    await until('the request', () => runtime.output().includes('asked'));
    runtime.child.kill('SIGTERM');
    expect(JSON.parse((await answer).body)).toMatchObject({ statusCode: 200, body: 'after SIGTERM' });
    expect((await once(runtime.child, 'exit'))[0]).toBe(143);
  });

  test.each([
    'sh -c "node late-answer.mjs"; true',
    'true && node late-answer.mjs',
  ])('gives an app behind a shell the same time: %s', async (command) => {
    const server = await runtimeServer();
    const runtime = bootstrap(unpacked({ command, argv: null, node: false }), server.endpoint);
    const answer = server.invoke(eventFor('GET', '/'));
    await until('the request', () => runtime.output().includes('asked'));
    runtime.child.kill('SIGTERM');
    expect(JSON.parse((await answer).body)).toMatchObject({ statusCode: 200, body: 'after SIGTERM' });
  });

  test('ends what has left the process group as well', async () => {
    const server = await runtimeServer();
    const runtime = bootstrap(unpacked(nodeApp('daemon.mjs')), server.endpoint);
    const { daemon } = JSON.parse((await invoke(server, eventFor('GET', '/'))).body);
    expect(isAlive(daemon)).toBe(true);
    runtime.child.kill('SIGTERM');
    await once(runtime.child, 'exit');
    await until('the end of the daemon', () => !isAlive(daemon));
  });
});

describe('work after the answer', () => {
  test('keeps our own loop from asking for more', async () => {
    const server = await runtimeServer();
    const dir = unpacked(nodeApp('work.mjs'));
    bootstrap(dir, server.endpoint, { NOTES: join(dir, 'notes') });
    expect((await invoke(server, eventFor('GET', '/hand-over?ms=300'))).body).toBe('answered');
    const answered = performance.now();
    await invoke(server, eventFor('GET', '/nothing'));
    expect(performance.now() - answered).toBeGreaterThan(200);
    expect(readFileSync(join(dir, 'notes'), 'utf8')).toBe('handed over\n');
  });
});

test('a failure is in the log with its reason before more is asked for, though the app says it after its answer', async () => {
  const server = await runtimeServer();
  const runtime = bootstrap(unpacked(nodeApp('late-reason.mjs')), server.endpoint);
  expect((await invoke(server, eventFor('GET', '/one'))).statusCode).toBe(500);
  await invoke(server, eventFor('GET', '/two'));
  const told = () => runtime.records().flatMap(({ message }) => (message.includes(' /') ? [message] : []));
  await until('the second reason', () => told().includes('because of /two'));
  expect(told()).toEqual(
    ['/one', '/two'].flatMap((path) => [`asked ${path}`, `answered ${path}`, `because of ${path}`]),
  );
});

describe('several invocations at a time', () => {
  test('are served by one app, each with its own answer', async () => {
    const server = await runtimeServer();
    const dir = unpacked(nodeApp('late-answer.mjs'));
    bootstrap(dir, server.endpoint, { AWS_LAMBDA_MAX_CONCURRENCY: '8', ANSWER_MS: '300' });
    await invoke(server, eventFor('GET', '/warm'));
    const started = performance.now();
    const posts = await Promise.all(Array.from({ length: 8 }, (_, n) => server.invoke(eventFor('GET', `/${n}`))));
    expect(performance.now() - started).toBeLessThan(8 * 300);
    const answers = posts.map(({ body }) => JSON.parse(body));
    expect(answers.map(({ headers }) => headers['x-path'])).toEqual(Array.from({ length: 8 }, (_, n) => `/${n}`));
    expect(new Set(answers.map(({ headers }) => headers['x-pid'])).size).toBe(1);
  });

  test('have request records of their own', async () => {
    const server = await runtimeServer();
    const runtime = bootstrap(unpacked(), server.endpoint, { AWS_LAMBDA_MAX_CONCURRENCY: '8' });
    const paths = Array.from({ length: 16 }, (_, n) => `/echo-${n}`);
    const answers = await Promise.all(paths.map((path) => invoke(server, eventFor('GET', path))));
    const ids = answers.map(({ body }) => {
      const { rawHeaders } = JSON.parse(body);
      return rawHeaders[rawHeaders.indexOf('x-request-id') + 1];
    });
    await until('the records', () => runtime.records().length >= 16);
    const logged = new Map(runtime.records().map(({ fields }) => [fields.request_id, fields.path]));
    expect(ids.map((id) => logged.get(id))).toEqual(paths);
  });
});

describe('warm pings', () => {
  test('are answered by the environment, and the app and its log at info hear nothing', async () => {
    const server = await runtimeServer();
    const runtime = bootstrap(unpacked(), server.endpoint, platform);
    const ping = () => server.invoke({ up: { ping: {} } }).then(({ body }) => JSON.parse(body));
    expect(await ping()).toEqual({
      environment: platform.AWS_LAMBDA_LOG_STREAM_NAME,
      cold: true,
      age: expect.any(Number),
    });
    expect(await ping()).toMatchObject({ cold: false });
    const { body } = await invoke(server, eventFor('GET', '/pid'));
    expect(JSON.parse(body).served).toBe(1);
    expect(runtime.records().map(({ message }) => message)).toEqual(['response']);
  });

  test('reach others by calls of Invoke, signed, to the alias that was invoked', async () => {
    const calls: { url: string | undefined; authorization: string | undefined; body: unknown }[] = [];
    const lambda = createServer(async (req, res) => {
      const body = JSON.parse(await text(req));
      calls.push({ url: req.url, authorization: req.headers.authorization, body });
      res.end(JSON.stringify({ environment: `other-${calls.length}`, cold: calls.length === 1, age: 5 }));
    }).listen(0, '127.0.0.1');
    await once(lambda, 'listening');
    onTestFinished(() => void lambda.close());
    const server = await runtimeServer();
    const runtime = bootstrap(unpacked(), server.endpoint, {
      ...platform,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    const { body } = await server.invoke({ up: { ping: { count: 3 } } });
    expect(JSON.parse(body)).toMatchObject({ count: 3, answered: 3, cold: 2 });
    const arn = encodeURIComponent('arn:aws:lambda:us-east-1:000000000000:function:x');
    for (const call of calls) {
      expect(call.url).toBe(`/2015-03-31/functions/${arn}/invocations`);
      expect(call.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/lambda\/aws4_request/,
      );
      expect(call.body).toEqual({ up: { ping: { hold: expect.any(Number) } } });
    }
    await until('the record', () => runtime.records().some(({ message }) => message === 'warm'));
    expect(runtime.records().find(({ message }) => message === 'warm')).toMatchObject({
      level: 'info',
      fields: { count: 3, answered: 3, cold: 2 },
    });
  });
});

describe('worker threads of AWS’s client', () => {
  test('share one app', async () => {
    const dir = unpacked();
    const worker = join(dir, 'worker.mjs');
    writeFileSync(
      worker,
      `import { parentPort } from 'node:worker_threads';
       const { handler } = await import('./_up/handler.mjs');
       const { body } = await handler(${JSON.stringify(eventFor('GET', '/pid'))});
       const crashed = await handler(${JSON.stringify(eventFor('POST', '/nothing-wrong'))});
       parentPort.postMessage({ pid: JSON.parse(body).pid, status: crashed.statusCode });
       // As those of the client, it stays: the others end with the thread that keeps the app.
       parentPort.on('message', () => {});`,
    );
    const main = `
      const { Worker } = require('node:worker_threads');
      const workers = Array.from({ length: 4 }, () => new Worker(${JSON.stringify(worker)}, { env: process.env }));
      Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)))).then((said) => {
        console.log('\\n> ' + JSON.stringify(said));
        process.exit(0);
      });`;
    const child = spawn(process.execPath, ['-e', main], {
      env: { PATH: process.env.PATH, LAMBDA_TASK_ROOT: dir, AWS_LAMBDA_MAX_CONCURRENCY: '16' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = await text(child.stdout);
    const said: { pid: number; status: number }[] = JSON.parse(output.split('> ')[1]?.split('\n')[0] ?? '[]');
    expect(said).toHaveLength(4);
    expect(new Set(said.map(({ pid }) => pid)).size).toBe(1);
    expect(said.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    // Threads hear nothing of the end of their process; on Lambda the environment ends with it.
    process.kill(said[0]?.pid ?? 0, 'SIGKILL');
  });
});
