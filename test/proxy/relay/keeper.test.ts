/**
 * The keeper over real processes: starts, exits, apps that never listen, kills, the end. One file, because every ending
 * of an app is set against the others.
 */
import { mkdtempSync, readdirSync, readFile, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { HttpError } from '../../../http/error.ts';
import { getHeader } from '../../../http/headers.ts';
import type { HttpResponse } from '../../../http/message.ts';
import { isEnding } from '../../../proxy/relay/descendants.ts';
import { appsDir, isAlive, jsonOf, type Kept, keepApp, nodeApp, relayApp, request, shellApp, until } from '../apps.ts';
import { canBeHalfDead, halfDeadApp } from '../half-dead.ts';

async function refusalOf({ keeper }: Kept, patience = 10_000): Promise<HttpError> {
  const outcome = await Promise.resolve(keeper.ready(patience)).catch((error: unknown) => error);
  if (!(outcome instanceof HttpError)) throw new Error(`expected a refusal, got ${JSON.stringify(outcome)}`);
  return outcome;
}

/** Ends a process without this one getting to hear of it, as if both had been frozen meanwhile. */
function killNow(pid: number): void {
  process.kill(pid, 'SIGKILL');
  // Its sockets close with the last of its threads, which the first one does not wait for.
  while (isAlive(pid) || readdirSync(`/proc/${pid}/task`).length > 1);
}

describe('an app that starts', () => {
  test('is known by the hook the moment it listens', async () => {
    const kept = keepApp({ app: nodeApp('web.mjs') });
    const { host, port } = await kept.keeper.ready(10_000);
    expect({ host, port }).toEqual({ host: '127.0.0.1', port: kept.runs[0]?.port });
    expect(kept.messages()).toEqual(['app started', 'app listening']);
  });

  test('is found by polling where there is no hook: behind a shell', async () => {
    const { handler } = relayApp({ app: shellApp('exec node late.mjs && true'), env: { LATE_MS: '100' } });
    expect((await handler(request('/'))).status).toBe(200);
  });

  test('is found by polling when its server is a process further down', async () => {
    const { handler } = relayApp({ app: shellApp('node web.mjs; true') });
    expect((await handler(request('/pid'))).status).toBe(200);
  });

  test.each([
    ['by the hook', nodeApp('web.mjs')],
    ['by polling', shellApp('node web.mjs; true')],
  ])('may listen on ::1 only, known %s', async (_title, app) => {
    const { keeper, handler } = relayApp({ app, env: { HOST: '::1' } });
    expect((await keeper.ready(10_000)).host).toBe('::1');
    expect((await handler(request('/'))).status).toBe(200);
  });

  test('may listen on all addresses', async () => {
    const { keeper } = keepApp({ app: nodeApp('web.mjs'), env: { HOST: '0.0.0.0' } });
    expect((await keeper.ready(10_000)).host).toBe('127.0.0.1');
  });

  test('may listen late: requests wait for it, and it is started once', async () => {
    const { handler, runs } = relayApp({ app: nodeApp('late.mjs'), env: { LATE_MS: '200' } });
    const answers = await Promise.all([1, 2, 3].map(() => handler(request('/'))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(runs).toHaveLength(1);
  });

  test('has its output in the log, each line as what it is', async () => {
    const kept = keepApp({ app: nodeApp('chatty.mjs') });
    await kept.keeper.ready(10_000);
    await until('the flood', () => kept.records.some(({ fields }) => fields.truncated));
    expect(kept.records).toContainEqual({ level: 'info', message: 'plain text', fields: {} });
    expect(kept.records).toContainEqual({
      level: 'error',
      message: 'from pino',
      fields: { pid: 1, hostname: 'h', code: 7 },
    });
    expect(kept.records).toContainEqual({ level: 'error', message: 'on stderr', fields: {} });
    await kept.keeper.stop(100);
    await until('the last words', () => kept.messages().includes('unterminated'));
  });
});

describe('an app that exits at once', () => {
  test('is tried once more, and then the request learns why', async () => {
    const kept = keepApp({ app: nodeApp('exits.mjs') });
    const error = await refusalOf(kept);
    expect(error).toMatchObject({
      status: 502,
      code: 'UP_APP_EXITED',
      message: 'the app exited with code 3 before listening on PORT',
    });
    expect(error.evidence).toMatchObject({
      command: 'node exits.mjs',
      exit_code: 3,
      signal: null,
      restarts: 1,
      stderr: ['reading settings', 'cannot find the database'],
    });
    expect(kept.runs).toHaveLength(2);
  });

  test('is left alone for a while: further requests are told when to come again', async () => {
    const kept = keepApp({ app: nodeApp('exits.mjs') });
    await refusalOf(kept);
    // The pause of 100 ms may end at any time here; sooner or later a request falls into one.
    let error = await refusalOf(kept);
    while (error.status !== 503) error = await refusalOf(kept);
    expect(error.code).toBe('UP_APP_BACKING_OFF');
    expect(Number(getHeader(error.headers, 'retry-after'))).toBeGreaterThan(0);
    expect(error.evidence).toMatchObject({ exit_code: 3 });
  });

  test('is tried again with growing pauses', async () => {
    const kept = keepApp({ app: nodeApp('exits.mjs') });
    await until('a fourth run', () => kept.runs.length >= 4);
    const starts = kept.runs.map(({ started }) => started);
    const pauses = starts.slice(1).map((started, index) => started - (starts[index] ?? 0));
    expect(pauses[1]).toBeGreaterThanOrEqual(95);
    expect(pauses[2]).toBeGreaterThanOrEqual(195);
  });

  test('is tried again at once when its pause is over before there is a timer for it', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => timers.mockRestore());
    let now = 0;
    const kept = keepApp({ app: nodeApp('exits.mjs'), clock: () => (now += 1_000) });
    await until('a third run', () => kept.runs.length >= 3);
    // Node warns of one that is negative.
    expect(Math.min(...timers.mock.calls.map(([, delay = 0]) => delay))).toBeGreaterThanOrEqual(0);
  });

  test('with code 0 has failed too', async () => {
    const error = await refusalOf(keepApp({ app: nodeApp('exits.mjs'), env: { EXIT_CODE: '0' } }));
    expect(error.message).toBe('the app exited with code 0 before listening on PORT');
  });

  test('has its exits logged, each once', async () => {
    const kept = keepApp({ app: nodeApp('exits.mjs') });
    await refusalOf(kept);
    const exits = kept.records.filter(({ message }) => message.includes('exited'));
    expect(exits).toMatchObject([
      { level: 'error', fields: { restarts: 0 } },
      { level: 'error', fields: { restarts: 1 } },
    ]);
  });

  test('does not keep the first start from settling', async () => {
    const kept = keepApp({ app: nodeApp('exits.mjs') });
    await kept.keeper.settled();
    expect(kept.runs.length).toBeGreaterThanOrEqual(2);
  });

  test('and starts at the second try serves the request that waited', async () => {
    const app = shellApp('[ "$UP_RESTARTS" = 0 ] && exit 1; exec node web.mjs');
    const { handler } = relayApp({ app });
    expect((await handler(request('/'))).status).toBe(200);
  });
});

describe('an app that never listens', () => {
  test('is given listen_timeout, and the request learns what it prints', async () => {
    const error = await refusalOf(keepApp({ app: nodeApp('deaf.mjs'), listenTimeout: 1 }));
    expect(error).toMatchObject({
      status: 504,
      code: 'UP_APP_NOT_LISTENING',
      message: 'the app did not listen on PORT within 1 s',
    });
    expect(error.evidence).toMatchObject({ command: 'node deaf.mjs', stdout: ['busy with something else'] });
  });

  test('is named the port it listens on instead', async () => {
    const kept = keepApp({ app: nodeApp('other-port.mjs'), listenTimeout: 1 });
    const error = await refusalOf(kept);
    expect(error.code).toBe('UP_APP_NOT_LISTENING');
    expect(error.evidence).toMatchObject({ port: kept.runs[0]?.port, listens_on: [expect.any(Number)] });
    expect((error.evidence.listens_on as number[])[0]).not.toBe(kept.runs[0]?.port);
  });

  test('is told of soon, whether or not anybody asks', async () => {
    const { records } = keepApp({ app: nodeApp('other-port.mjs') });
    const news = /^the app listens on \d+, but not on PORT$/;
    await vi.waitFor(() => expect(records.some(({ message }) => news.test(message))).toBe(true), 5_000);
  });

  test('by the deadline of the request is still starting', async () => {
    const error = await refusalOf(keepApp({ app: nodeApp('deaf.mjs') }), 200);
    expect(error).toMatchObject({ status: 503, code: 'UP_APP_STARTING' });
    expect(getHeader(error.headers, 'retry-after')).toBe('1');
  });

  test('until after listen_timeout is served once it does', async () => {
    const kept = keepApp({ app: nodeApp('late.mjs'), env: { LATE_MS: '500' }, listenTimeout: 0.2 });
    expect((await refusalOf(kept)).status).toBe(504);
    const address = await vi.waitFor(() => kept.keeper.ready(5_000), { timeout: 5_000, interval: 20 });
    expect(address).toMatchObject({ port: kept.runs[0]?.port });
  });
});

describe('an app that cannot be started', () => {
  test.each([
    [
      'not found',
      { command: 'no-such-program --port', argv: ['no-such-program', '--port'], node: false },
      '"no-such-program --port": no such program in the package or on PATH',
    ],
    ['not executable', { command: './web.mjs', argv: ['./web.mjs'], node: false }, '"./web.mjs": not executable'],
  ])('is a spawn error: %s', async (_title, app, message) => {
    const error = await refusalOf(keepApp({ app }));
    expect(error).toMatchObject({
      status: 502,
      code: 'UP_APP_SPAWN',
      message: `the app could not be started: ${message}`,
    });
    expect(error.evidence).toMatchObject({ command: app.command });
  });

  test('because of its first line is told so', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'up-keeper-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    writeFileSync(join(dir, 'run.sh'), '#!/bin/no-such-shell\r\nnode web.mjs\r\n', { mode: 0o755 });
    const app = { command: './run.sh', argv: ['./run.sh'], node: false };
    expect((await refusalOf(keepApp({ app, dir }))).message).toBe(
      'the app could not be started: ./run.sh: the interpreter that its first line names does not exist',
    );
  });

  test('behind a shell is an exit with code 127, whose words are kept', async () => {
    const error = await refusalOf(keepApp({ app: shellApp('no-such-program | cat; exit 127') }));
    expect(error).toMatchObject({ code: 'UP_APP_EXITED' });
    expect(error.evidence).toMatchObject({ exit_code: 127, stderr: [expect.stringContaining('no-such-program')] });
  });
});

describe('an app that is killed', () => {
  test('while idle is replaced, and the next request gets 200', async () => {
    const { handler, runs, records } = relayApp({ app: nodeApp('web.mjs') });
    await handler(request('/'));
    const { pid } = jsonOf(await handler(request('/pid')));
    killNow(pid);
    const res = await handler(request('/pid', { method: 'POST' }));
    expect(res.status).toBe(200);
    expect(jsonOf(res).pid).not.toBe(pid);
    expect(runs).toHaveLength(2);
    await until('its end to be logged', () => records.some(({ level }) => level === 'error'));
    expect(records.find(({ level }) => level === 'error')).toMatchObject({
      message: 'the app was ended by SIGKILL',
      fields: { signal: 'SIGKILL', exit_code: null },
    });
  });

  test('again and again while it works is replaced without a pause', async () => {
    const { handler, runs } = relayApp({ app: nodeApp('web.mjs') });
    for (let i = 0; i < 4; i++) {
      const { pid } = jsonOf(await handler(request('/pid')));
      killNow(pid);
    }
    expect((await handler(request('/'))).status).toBe(200);
    expect(runs).toHaveLength(5);
  });

  test('takes what it had started with it', async () => {
    const { handler } = relayApp({ app: nodeApp('parent.mjs') });
    const { pid, child } = jsonOf(await handler(request('/')));
    process.kill(pid, 'SIGKILL');
    await until('the end of the grandchild', () => !isAlive(child));
  });

  test.each(['GET', 'POST'])('behind a shell that outlives its server for a moment costs no %s', async (method) => {
    const { handler } = relayApp({ app: shellApp('node web.mjs; sleep 0.3') });
    const { pid } = jsonOf(await handler(request('/pid')));
    process.kill(pid, 'SIGKILL');
    await until('the end of the server', () => !isAlive(pid));
    expect((await handler(request('/', { method }))).status).toBe(200);
  });

  test('behind a shell that was killed during a freeze costs no POST, though its server still answers', async () => {
    const { handler, runs } = relayApp({ app: shellApp('node web.mjs; true') });
    await handler(request('/'));
    const shell = runs[0]?.pid;
    if (shell === undefined) throw new Error('there is no shell');
    // The request and the news arrive in one turn of the loop, the request first.
    const res = await new Promise<HttpResponse>((resolve, reject) => {
      readFile(import.meta.filename, () => {
        killNow(shell);
        handler(request('/pid', { method: 'POST' })).then(resolve, reject);
      });
    });
    expect(res.status).toBe(200);
    expect(runs).toHaveLength(2);
  });

  test.runIf(canBeHalfDead)('and dies slowly costs no POST, though its socket still takes connections', async () => {
    const { handler, runs } = relayApp({ app: halfDeadApp() });
    expect((await handler(request('/'))).status).toBe(200);
    const [first] = runs;
    await until('its first thread to end', () => isEnding(first?.pid));
    const res = await handler(request('/', { method: 'POST' }));
    expect(res.status).toBe(200);
    expect(runs).toHaveLength(2);
  });

  test('behind a shell leaves no server behind', async () => {
    const { handler, runs } = relayApp({ app: shellApp('node web.mjs; true') });
    const { pid } = jsonOf(await handler(request('/pid')));
    runs[0]?.pid && process.kill(runs[0].pid, 'SIGKILL');
    await until('the end of the server', () => !isAlive(pid));
    expect((await handler(request('/'))).status).toBe(200);
  });
});

describe('stopping', () => {
  test('kills an app that ignores SIGTERM, after the grace', async () => {
    const { keeper, handler, messages } = relayApp({ app: nodeApp('stubborn.mjs') });
    const pid = jsonOf(await handler(request('/')));
    const started = performance.now();
    await keeper.stop(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(190);
    expect(isAlive(pid)).toBe(false);
    expect(messages()).toContain('ignoring SIGTERM');
  });

  test('waits no longer than a polite app needs', async () => {
    const { keeper, runs } = keepApp({ app: nodeApp('web.mjs') });
    await keeper.ready(10_000);
    const started = performance.now();
    await keeper.stop(10_000);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(runs[0]?.exit).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test('ends an app that is still starting', async () => {
    const { keeper, runs } = keepApp({ app: nodeApp('deaf.mjs') });
    await until('the start', () => runs.length === 1);
    await keeper.stop(1_000);
    expect(runs[0]?.exit).not.toBeNull();
  });

  test('refuses the requests that wait and those that come', async () => {
    const kept = keepApp({ app: nodeApp('deaf.mjs') });
    const waiting = refusalOf(kept);
    await kept.keeper.stop(0);
    expect((await waiting).code).toBe('UP_APP_STOPPED');
    expect(await refusalOf(kept)).toMatchObject({ status: 503, code: 'UP_APP_STOPPED' });
  });

  test('starts nothing again', async () => {
    const kept = keepApp({ app: nodeApp('exits.mjs') });
    await refusalOf(kept);
    await kept.keeper.stop(0);
    const { length } = kept.runs;
    // Longer than the pause it was in.
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(kept.runs).toHaveLength(length);
  });

  test('without waiting kills at once, also one that is being stopped politely', async () => {
    const { keeper, handler } = relayApp({ app: nodeApp('stubborn.mjs') });
    const pid = jsonOf(await handler(request('/')));
    void keeper.stop(60_000);
    keeper.kill();
    await until('the end of the app', () => !isAlive(pid));
  });
});

test('a port that another process takes first does not stop the app for ever', async () => {
  // The first run is told a port that is taken, as when another process was faster.
  const taken = createServer().listen(0, '127.0.0.1');
  await until('the port', () => taken.listening);
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { handler, runs } = relayApp({
    dir: appsDir,
    app: shellApp(
      `if [ "$UP_RESTARTS" = 0 ]; then PORT=${port} HOST=127.0.0.1 exec node web.mjs; fi; exec node web.mjs`,
    ),
  });
  const res = await handler(request('/'));
  taken.close();
  expect(res.status).toBe(200);
  expect(runs).toHaveLength(2);
});
