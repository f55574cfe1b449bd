/** The inspector: what it tells of a platform that runs, what its button does, and who may reach it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createFeed } from '../../local/inspector/feed.ts';
import { openPlatform, type Platform } from '../../local/platform.ts';
import { type Functions, functionsOn } from '../support/functions.ts';
import { type Fields, send, valuesOf } from '../support/http.ts';
import { until } from '../support/until.ts';

const page = fileURLToPath(new URL('../../local/inspector/page', import.meta.url));
const script = `await client.serve(async () => { console.log('said'); return { hello: true }; });`;

let dir: string;
let platform: Platform;
let functions: Functions;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'up-inspector-'));
  platform = await openPlatform({ dir, port: 0, nodeRuntime: 'unused', inspector: page });
  functions = await functionsOn(platform.endpoint.url);
  await functions.create('watched', script);
});
afterAll(async () => {
  await platform.close();
  await rm(dir, { recursive: true, force: true });
});

function ask(path: string, { headers = [], body, method }: { headers?: Fields; body?: string; method?: string } = {}) {
  return send(platform.endpoint.url, {
    path: `/_local/inspector/${path}`,
    headers,
    ...(body !== undefined && { body, method: 'POST' }),
    ...(method && { method }),
  });
}

test('a request that breaks off ends nothing but itself', async () => {
  const { hostname, port, host } = new URL(platform.endpoint.url);
  const socket = connect(Number(port), hostname);
  const head = `POST /_local/inspector/roll-back HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\n\r\n`;
  await new Promise<void>((resolve) => socket.write(`${head}{"app"`, () => resolve()));
  // The answer to another tells that this one has begun.
  expect(await ask('view')).toMatchObject({ status: 200 });
  socket.resetAndDestroy();
  expect(await ask('view')).toMatchObject({ status: 200 });
});

describe('the page', () => {
  test('is at /_local/inspector/, and a browser that asks for / is led there', async () => {
    expect(await ask('')).toMatchObject({ status: 200, text: expect.stringContaining('<title>up</title>') });
    const led = await send(platform.endpoint.url, { headers: [['accept', 'text/html']] });
    expect([led.status, valuesOf(led.headers, 'location')]).toEqual([302, ['/_local/inspector/']]);
  });

  test.each([
    ['style.css', 'text/css; charset=utf-8'],
    ['main.js', 'text/javascript; charset=utf-8'],
  ])('loads %s', async (file, type) => {
    const { status, headers } = await ask(file);
    expect([status, valuesOf(headers, 'content-type')]).toEqual([200, [type]]);
  });

  test.each(['nothing.js', '../inspector.ts', '%2e%2e/feed.ts', 'toString'])('has no %s', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404 });
  });

  test('loads nothing from elsewhere, and stands in no frame', async () => {
    const [policy] = valuesOf((await ask('')).headers, 'content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
  });
});

describe('events', () => {
  test('tell of each invocation with what took its time, of its lines, and of its environment', async () => {
    const told: { event: string; data: unknown }[] = [];
    const stream = get(`${platform.endpoint.url}/_local/inspector/events`, { agent: false }, (res) => {
      let event = '';
      const lines = createInterface({ input: res });
      // The test ends it in the middle; each of the two says so.
      for (const one of [res, lines]) one.on('error', () => {});
      lines.on('line', (line) => {
        if (line.startsWith('event: ')) event = line.slice(7);
        if (line.startsWith('data: ')) told.push({ event, data: JSON.parse(line.slice(6)) });
      });
    }).on('error', () => {});
    onTestFinished(() => void stream.destroy());
    await until('the past', () => told.some(({ event }) => event === 'past'));
    await functions.ask('watched');
    const happenings = () => told.filter(({ event }) => event === 'happening').map(({ data }) => data);
    await until('the invocation', () => happenings().some((one) => (one as { kind: string }).kind === 'invocation'));
    expect(happenings()).toContainEqual({
      kind: 'invocation',
      at: expect.any(Number),
      requestId: expect.any(String),
      app: 'watched',
      qualifier: 'live',
      version: '1',
      environment: expect.any(String),
      cold: true,
      failed: false,
      timing: { queued: expect.any(Number), init: expect.any(Number), run: expect.any(Number), frozen: 0 },
    });
    await until('the line', () => happenings().some((one) => (one as { message?: string }).message === 'said'));
    const lane = { app: 'watched', version: '1', state: 'idle', provisioned: false };
    await until('the frozen lane', () =>
      told.some(({ event, data }) => event === 'view' && JSON.stringify(data).includes('"state":"idle"')),
    );
    expect(JSON.parse((await ask('view')).text).lanes).toMatchObject([lane]);
  });

  test('begin with the last 500 of each kind', () => {
    const feed = createFeed(() => 7);
    for (let i = 0; i < 600; i++) feed.line({ app: 'a', message: String(i) });
    const history = feed.history();
    expect(history).toHaveLength(500);
    expect(history.at(-1)).toEqual({ kind: 'line', at: 7, app: 'a', message: '599' });
  });
});

describe('the button', () => {
  test('points a stage at a version, as up rollback would, so that either undoes the other', async () => {
    await functions.publish('watched');
    const body = JSON.stringify({ app: 'watched', stage: 'live', version: '2' });
    const answer = await ask('roll-back', { body, headers: [['origin', platform.endpoint.url]] });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text).apps[0].stages).toMatchObject([{ name: 'live', version: '2' }]);
    expect(await functions.alias('watched')).toMatchObject({ FunctionVersion: '2', Description: 'from v1' });
  });

  test.each([
    ['no JSON', '{', 'app, stage and version have to be named'],
    ['an app that is not there', '{"app":"x","stage":"live","version":"1"}', '"x" has no stage "live"'],
    ['a name of every object', '{"app":"toString","stage":"live","version":"1"}', '"toString" has no stage "live"'],
    ['a stage that is not there', '{"app":"watched","stage":"x","version":"1"}', '"watched" has no stage "x"'],
    ['a version that is not there', '{"app":"watched","stage":"live","version":"9"}', '"watched" has no version 9'],
  ])('refuses %s', async (_title, body, message) => {
    const answer = await ask('roll-back', { body });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([400, { message }]);
  });
});

describe('other origins', () => {
  test.each<[string, Fields]>([
    ['a script of another page', [['origin', 'http://evil.example']]],
    ['a page whose name leads here', [['host', 'evil.example']]],
    [
      'what another page loads',
      [
        ['sec-fetch-site', 'cross-site'],
        ['sec-fetch-mode', 'no-cors'],
      ],
    ],
    ['another program on this machine that serves a page', [['origin', 'http://127.0.0.1:1']]],
  ])('%s is refused', async (_title, headers) => {
    for (const path of ['', 'view', 'events']) expect((await ask(path, { headers })).status).toBe(403);
    expect((await ask('roll-back', { headers, body: '{}' })).status).toBe(403);
  });

  test('a link there is followed', async () => {
    const headers: Fields = [
      ['sec-fetch-site', 'cross-site'],
      ['sec-fetch-mode', 'navigate'],
    ];
    expect((await ask('', { headers })).status).toBe(200);
  });
});
