/**
 * `up start`: the app behind the same stack as in Lambda, on this machine. One file, because it is what docs/start.md
 * promises, section by section, by one helper.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync } from 'node:fs';
import { get } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../support/decode.ts';
import { type Answer, type Fields, pairs, type Sent, send, valuesOf } from '../support/http.ts';
import { findProcesses, isAlive } from '../support/processes.ts';
import { createSandbox, parseLines, readApp } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const echo = { 'app.mjs': readApp('echo.mjs') };

describe('what the app sees', () => {
  let dir: string;
  let commit: string;
  beforeAll(() => {
    dir = sandbox.project('seen', {
      ...echo,
      'up.json':
        '{"environment": {"GREETING": "hello"}, "stages": {"production": {"environment": {"GREETING": "hi"}}}}',
    });
    const git = (...words: string[]) => execFileSync('git', words, { cwd: dir, encoding: 'utf8' }).trim();
    git('init', '--quiet');
    git('add', '.');
    git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', 'Begin');
    commit = git('rev-parse', '--short', 'HEAD');
  });

  test.each([
    ['development', [], 'hello'],
    ['production', ['-s', 'production'], 'hi'],
  ])('the variables of the contract in %s', async (stage, words, GREETING) => {
    const started = await sandbox.start(words, { cwd: dir, env: { FROM_SHELL: 'yes' } });
    const environment = JSON.parse((await send(started.url, { path: '/answers/environment' })).text);
    expect(environment).toMatchObject({
      PORT: expect.stringMatching(/^\d+$/),
      UP_STAGE: stage,
      NODE_ENV: stage,
      UP_COMMIT: commit,
      UP_AUTHOR: 'Ada',
      GREETING,
      FROM_SHELL: 'yes',
      cwd: dir,
    });
    expect(environment.PORT).not.toBe(new URL(started.url).port);
    await started.end('SIGTERM');
    const record = parseLines(started.stdout()).find(({ message }) => message === 'response');
    expect(record.fields).toMatchObject({ app: 'seen', stage, commit });
  });

  test('a .env file stands over up.json and under the shell', async () => {
    const files = { ...echo, 'up.json': '{"environment": {"GREETING": "hello"}}' };
    const folder = sandbox.project('seen-env', { ...files, '.env': 'GREETING="of the file" # ours\nFROM_SHELL=no\n' });
    const started = await sandbox.start([], { cwd: folder, env: { FROM_SHELL: 'yes', GREETING: undefined } });
    const environment = JSON.parse((await send(started.url, { path: '/answers/environment' })).text);
    expect(environment).toMatchObject({ GREETING: 'of the file', FROM_SHELL: 'yes' });
    await started.end('SIGTERM');
    expect(started.stderr()).toContain('variables: 2 variables of .env');
  });

  test('NODE_ENV of the shell stays; the name of the machine, which Docker exports, is not passed on', async () => {
    const started = await sandbox.start([], { cwd: dir, env: { NODE_ENV: 'test', HOSTNAME: hostname() } });
    const environment = JSON.parse((await send(started.url, { path: '/answers/environment' })).text);
    expect([environment.NODE_ENV, environment.HOSTNAME]).toEqual(['test', undefined]);
    await started.end('SIGTERM');
  });
});

describe('the terminal', () => {
  test('stderr says where it serves, what it runs and why', async () => {
    const started = await sandbox.start([], { cwd: sandbox.project('said', echo) });
    const port = new URL(started.url).port;
    await until('the line', () => started.stderr().includes('\n'));
    expect(started.stderr()).toContain(`said: http://localhost:${port}    node app.mjs    app.mjs calls listen()\n`);
    await started.end('SIGINT');
  });

  test('with --json a record says where', async () => {
    const started = await sandbox.start(['--json'], { cwd: sandbox.project('said-json', echo) });
    const { stdout } = await started.end('SIGTERM');
    const said = parseLines(stdout).find(({ message }) => message === 'start');
    expect(said).toMatchObject({ fields: { app: 'said-json', stage: 'development', command: 'node app.mjs' } });
    expect(new URL(String((said?.fields as { url: string }).url)).port).toBe(new URL(started.url).port);
  });

  test('an app that never listens is told of, though nobody asks', async () => {
    const files = { 'app.js': 'setInterval(() => {}, 1000)', 'up.json': '{"proxy": {"listen_timeout": 1}}' };
    const started = await sandbox.start([], { cwd: sandbox.project('silent', files) });
    await until('the record', () => started.stdout().includes('\n'));
    const { stdout } = await started.end('SIGTERM');
    expect(parseLines(stdout)[0]).toMatchObject({
      level: 'warn',
      message: 'the app did not listen on PORT within 1 s',
      fields: { code: 'UP_APP_NOT_LISTENING', command: 'node app.js' },
    });
  });

  test.each([[[]], [['--json']], [['-q']]])('stdout is one record for each line, with %j', async (words) => {
    const app = `console.log('plain'); console.log('{"level":"warn","message":"own","fields":{"a":1}}');\n${echo['app.mjs']}`;
    const started = await sandbox.start(words, { cwd: sandbox.project('logged', { 'app.mjs': app }) });
    await send(started.url, { path: '/pets?x=1' });
    const { stdout } = await started.end('SIGTERM');
    const records = parseLines(stdout);
    const base = { app: 'logged', stage: 'development', version: 'local', commit: '' };
    expect(records).toContainEqual({ timestamp: expect.any(String), level: 'info', message: 'plain', fields: base });
    expect(records).toContainEqual({
      timestamp: expect.any(String),
      level: 'warn',
      message: 'own',
      fields: { ...base, a: 1 },
    });
    expect(records.filter(({ message }) => message === 'response')).toEqual([
      {
        timestamp: expect.any(String),
        level: 'info',
        message: 'response',
        fields: {
          ...base,
          request_id: expect.any(String),
          method: 'GET',
          path: '/pets',
          query: 'x=1',
          ip: '127.0.0.1',
          status: 200,
          duration: expect.any(Number),
          size: expect.any(Number),
          cold: true,
        },
      },
    ]);
  });
});

test.each([
  ['', [], null],
  [' --lambda', ['--lambda'], [expect.objectContaining({ app: 'inspected', state: expect.any(String) })]],
])('the inspector of up start%s tells of a request and its lines', async (_title, words, lanes) => {
  const started = await sandbox.start(words, { cwd: sandbox.project('inspected', echo) });
  await send(started.url, { path: '/answers/plain?a=1' });
  const url = /inspector: (http:\S+)/.exec(started.stderr())?.[1] ?? '';
  const events = get(`${url}/_local/inspector/events`, { agent: false });
  let told = '';
  events.on('response', (res) => res.setEncoding('utf8').on('data', (text: string) => (told += text)));
  events.on('error', () => {});
  await until('the request', () => told.includes('"path":"/answers/plain?a=1"'));
  await until('the line', () => told.includes('"kind":"line"'));
  const view = JSON.parse((await send(url, { path: '/_local/inspector/view' })).text);
  expect(view).toEqual({ now: expect.any(Number), title: 'start', lanes, apps: null });
  events.destroy();
  await started.end('SIGTERM');
});

describe('the app', () => {
  test('that crashes answers the next request', async () => {
    const started = await sandbox.start([], { cwd: sandbox.project('crashing', echo) });
    const pid = async () => JSON.parse((await send(started.url, { path: '/answers/environment' })).text).pid;
    const before = await pid();
    const crashed = await send(started.url, { method: 'POST', path: '/answers/crash' });
    expect({ status: crashed.status, code: JSON.parse(crashed.text).code }).toEqual({
      status: 502,
      code: 'UP_APP_CRASHED',
    });
    const after = await pid();
    expect(after).not.toBe(before);
    expect(isAlive(before)).toBe(false);
    await started.end('SIGTERM');
  });

  test('never sees a request larger than Lambda would take', async () => {
    const started = await sandbox.start([], { cwd: sandbox.project('limited', echo) });
    const refused = await send(started.url, { method: 'POST', body: Buffer.alloc(6 * 1024 * 1024 + 1) });
    expect({ status: refused.status, ...JSON.parse(refused.text) }).toMatchObject({
      status: 413,
      code: 'UP_REQUEST_TOO_LARGE',
    });
    expect((await send(started.url)).status).toBe(200);
    await started.end('SIGTERM');
  });

  test('may be TypeScript', async () => {
    const dir = join(sandbox.root, 'projects', 'typescript');
    cpSync(fileURLToPath(new URL('../../examples/typescript', import.meta.url)), dir, {
      recursive: true,
      filter: (path) => !/\/(?:\.up|node_modules)$/.test(path),
    });
    const started = await sandbox.start([], { cwd: dir });
    expect(await send(started.url, { path: '/ada' })).toMatchObject({
      status: 200,
      text: expect.stringContaining('ada'),
    });
    expect((await send(started.url, { path: '/fail' })).status).toBe(500);
    const { stdout } = await started.end('SIGTERM');
    expect(stdout).toContain('src/app.ts');
  });

  test('of a workspace may be started by a command that is installed at the root', async () => {
    const command = 'node_modules/.bin/serve-shop';
    const root = sandbox.project('workspace', {
      'package.json': '{"workspaces": ["apps/*"]}',
      [command]: '#!/bin/sh\nexec node app.mjs\n',
      'apps/shop/package.json': '{"scripts": {"start": "serve-shop"}}',
      'apps/shop/app.mjs': readApp('echo.mjs'),
    });
    chmodSync(join(root, command), 0o755);
    const started = await sandbox.start([], { cwd: join(root, 'apps/shop') });
    expect((await send(started.url, { path: '/answers/environment' })).status).toBe(200);
    await started.end('SIGTERM');
  });

  test.each([
    ['node other.mjs', 'other'],
    ['GREETING=shell; export GREETING; node other.mjs', 'shell'],
  ])('may be started by a command of one\'s own: -c "%s"', async (command, expected) => {
    const other = `
      import { createServer } from 'node:http';
      createServer((req, res) => res.end(process.env.GREETING ?? 'other')).listen(process.env.PORT);`;
    const dir = sandbox.project('commanded', { ...echo, 'other.mjs': other });
    const started = await sandbox.start(['-c', command], { cwd: dir });
    expect((await send(started.url)).text).toBe(expected);
    await started.end('SIGTERM');
  });
});

describe('the end', () => {
  const polite = `
    import { createServer } from 'node:http';
    import { writeFileSync } from 'node:fs';
    for (const signal of ['SIGTERM', 'SIGINT']) {
      process.on(signal, () => {
        console.log('saying goodbye');
        writeFileSync('ended.txt', signal);
        process.exit(0);
      });
    }
    createServer((req, res) => res.end(String(process.pid))).listen(process.env.PORT);`;

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('on %s the app is told and the exit code is %d', async (signal, expected) => {
    const dir = sandbox.project(`polite-${expected}`, { 'app.mjs': polite });
    const started = await sandbox.start([], { cwd: dir });
    const pid = Number((await send(started.url)).text);
    const { code, stdout } = await started.end(signal);
    expect(code).toBe(expected);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(dir, 'ended.txt'))).toBe(true);
    expect(stdout).toContain('saying goodbye');
    await until('the port to be free', async () => !(await isServed(started.url)));
  });

  test('an app that ignores every signal, and what it has started, is gone too', async () => {
    const stubborn = `
      import { spawn } from 'node:child_process';
      import { createServer } from 'node:http';
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
      spawn('sleep', ['1000']);
      createServer((req, res) => res.end('still here')).listen(process.env.PORT);`;
    const dir = sandbox.project('stubborn', { 'app.mjs': stubborn });
    const started = await sandbox.start([], { cwd: dir });
    await send(started.url);
    const { code, milliseconds } = await started.end('SIGTERM');
    expect(code).toBe(143);
    expect(milliseconds).toBeLessThan(10_000);
    expect(findProcesses(dir)).toEqual([]);
  });

  test('a second Ctrl-C ends it at once', async () => {
    const stubborn = `${polite}\nprocess.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => {});`;
    const started = await sandbox.start([], { cwd: sandbox.project('impatient', { 'app.mjs': stubborn }) });
    await send(started.url);
    process.kill(started.pid, 'SIGINT');
    const asked = Date.now();
    await until('the first one to be seen', async () => !(await isServed(started.url)));
    expect((await started.end('SIGINT')).code).toBe(130);
    expect(Date.now() - asked).toBeLessThan(1_500);
  });
});

async function isServed(url: string): Promise<boolean> {
  return send(url).then(
    () => true,
    () => false,
  );
}

/**
 * What a request to `up start` and one to the deployed URL may differ in: each line is a promise to users, so each has
 * its reason. Everything else must be the same, byte for byte.
 */
const differences = {
  request: {
    host: 'the port is the server’s own',
    'x-forwarded-port': 'the port is the server’s own',
    'x-amzn-trace-id': 'Lambda traces invocations; there is none without Lambda',
    'x-request-id': 'unique to each request',
    'x-context': 'it is the context of an HTTP API there, the few members that mean something here',
    'x-forwarded-host':
      'an HTTP API passes on what the client claims; here nothing of that family is taken from a client',
  },
  response: {
    date: 'the moment of the answer',
    'apigw-requestid': 'API Gateway adds it',
    connection: 'belongs to the connection with the client',
    'keep-alive': 'belongs to the connection with the client',
    'transfer-encoding': 'belongs to the connection with the client: an HTTP API has the whole body, here it may flow',
    'content-length': 'an HTTP API counts what it sends; what flows has no length',
  },
  /** Events and results are maps, in which a repeated field is one with commas (RFC 9110 5.3). */
  joined: 'every repeated field but set-cookie',
  /** An HTTP API would call a body without a type JSON, so one is guessed there; here the app’s silence is passed on. */
  untyped: 'content-type',
} as const;

const browser: Fields = [
  ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64)'],
  ['accept', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8'],
  ['accept-language', 'de-CH,de;q=0.9'],
  ['accept-encoding', 'gzip, br'],
  ['X-Requested-With', 'fetch'],
  ['authorization', 'Bearer abc'],
  ['if-none-match', '"v1"'],
];

const ours: Fields = [
  ['x-request-id', 'forged'],
  ['X-Stage', 'production'],
  ['x-context', '{"forged":true}'],
  ['x_context', '{"forged":true}'],
];

describe('compared with the deployed URL', () => {
  let here: string;
  let there: string;
  beforeAll(async () => {
    await sandbox.platform();
    const dir = sandbox.project('twin', echo);
    const deployed = await sandbox.up(['--local'], { cwd: dir });
    if (deployed.code !== 0) throw new Error(deployed.stderr);
    there = deployed.stdout.trim();
    here = (await sandbox.start(['-s', 'staging'], { cwd: dir })).url;
  });

  const requests: [title: string, sent: Sent][] = [
    ['a plain GET', {}],
    ['a query, encodings, empty segments', { path: "/a/b%20c/%C3%BC//d/?q=a+b%2B&q=2&empty=&=&bare&'()*!~" }],
    ['fields of a browser', { headers: browser }],
    [
      'repeated fields',
      {
        headers: [
          ['accept', 'text/html'],
          ['accept', 'image/png'],
          ['x-a', '1, 2'],
        ],
      },
    ],
    ['cookies', { headers: [['cookie', 'a=1; b="two"; c=3=4']] }],
    ['a UTF-8 value', { headers: [['x-city', Buffer.from('Srīperumbūdūr').toString('latin1')]] }],
    ['fields that are ours to set', { headers: [...ours, ['x_stage', 'production']] }],
    [
      'a forwarded request',
      {
        headers: [
          ['x-forwarded-for', '203.0.113.9'],
          ['x-forwarded-proto', 'https'],
          ['x-forwarded-host', 'evil'],
        ],
      },
    ],
    [
      'hop-by-hop fields',
      {
        headers: [
          ['connection', 'x-private, close'],
          ['x-private', '1'],
          ['te', 'trailers'],
        ],
      },
    ],
    ['a POST of JSON', { method: 'POST', body: '{"a":"é"}', headers: [['content-type', 'application/json']] }],
    ['a POST of bytes', { method: 'POST', body: Buffer.from([0, 255, 128]), headers: [['content-type', 'image/png']] }],
    ['an empty POST', { method: 'POST', body: '' }],
    ['a DELETE with a body', { method: 'DELETE', body: 'x' }],
    ['an unusual method', { method: 'PROPFIND', path: '/dav' }],
    ['OPTIONS', { method: 'OPTIONS', headers: [['origin', 'https://example.com']] }],
  ];

  test.each(requests)('the app sees the same of %s', async (_title, sent) => {
    const [left, right] = await Promise.all([send(here, sent), send(there, sent)]);
    expect(seenBy(left)).toEqual(seenBy(right));
  });

  test.each([
    'empty',
    'no-content',
    'not-modified',
    'redirect',
    'missing',
    'broken',
    'cookies',
    'repeats',
    'binary',
    'utf8',
    'gzip',
    'chunked',
  ])('the client sees the same of the answer "%s"', async (name) => {
    const sent = { path: `/answers/${name}` };
    const [left, right] = await Promise.all([send(here, sent), send(there, sent)]);
    expect(shown(left)).toEqual(shown(right));
  });

  test('a body without a type is the one whose type differs', async () => {
    const sent = { path: '/answers/untyped' };
    const [left, right] = await Promise.all([send(here, sent), send(there, sent)]);
    expect(left.body).toEqual(right.body);
    expect(valuesOf(left.headers, differences.untyped)).toEqual([]);
    expect(valuesOf(right.headers, differences.untyped)).toEqual(['text/plain; charset=utf-8']);
  });
});

function seenBy(answer: Answer) {
  const { method, url, rawHeaders, body } = JSON.parse(contentOf(answer).toString());
  return { method, url, body, headers: sorted(pairs(rawHeaders), differences.request) };
}

function contentOf({ headers, body }: Answer): Buffer {
  return decode(body, valuesOf(headers, 'content-encoding')[0]);
}

function shown({ status, headers, body }: Answer) {
  return { status, body: body.toString('base64'), headers: sorted(headers, differences.response) };
}

/** Events are maps: the order of different names is lost on the way, that of repeats is not. */
function sorted(headers: Fields, except: Readonly<Record<string, string>>): Fields {
  const kept = headers.filter(([name]) => !(name in except));
  const names = [...new Set(kept.map(([name]) => name))].sort();
  return names.flatMap((name) => {
    const values = valuesOf(kept, name);
    if (name === 'set-cookie') return values.map((value) => [name, value] as const);
    return [[name, values.join(',').replaceAll(/ *, */g, ',')] as const];
  });
}

test('of a WebSocket it is said, once, that deployed there are none', async () => {
  const started = await sandbox.start([], { cwd: sandbox.project('sockets', echo) });
  const headers = [
    ['connection', 'Upgrade'],
    ['upgrade', 'websocket'],
  ] as const;
  for (let i = 0; i < 2; i++) await send(started.url, { headers }).catch(() => {});
  const { stderr } = await started.end('SIGTERM');
  expect(stderr.match(/websocket: passed on here; deployed there are none/gi)).toHaveLength(1);
});
