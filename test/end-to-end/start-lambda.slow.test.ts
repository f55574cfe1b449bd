/** `up start --lambda`: all of Lambda between a request and the app, without a deploy. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findConfinement } from '../../cli/commands/start/confine.ts';
import { send } from '../support/http.ts';
import { findProcesses } from '../support/processes.ts';
import { createSandbox, parseLines, type Running } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const app = `
  import { createServer } from 'node:http';
  import { rmSync, writeFileSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  const kept = [];
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const write = (file) => {
    try { writeFileSync(file, ''); rmSync(file); return 'written'; } catch ({ code }) { return code; }
  };
  const answers = {
    '/slow': () => pause(300),
    '/timer': () => void setInterval(() => {}, 1_000),
    '/hang': () => new Promise(() => {}),
    '/large': () => 'a'.repeat(7_000_000),
    '/memory': () => (kept.push(Buffer.alloc(300_000_000, 1)), pause(1_000)),
    '/files': () => write('here.txt') + ' ' + write(tmpdir() + '/there.txt'),
    '/variables': () => JSON.stringify([process.env.FROM_SHELL, process.env.FROM_FILE, process.env.AWS_PROFILE]),
  };
  createServer(async (req, res) => res.end(await answers[req.url]?.() ?? String(process.pid))).listen(process.env.PORT);`;

let dir: string;
let started: Running & { readonly url: string };

beforeAll(async () => {
  dir = sandbox.project('emulated', {
    'app.mjs': app,
    'up.json': '{"lambda": {"timeout": 2, "memory": 256}}',
    '.env': 'FROM_FILE=file\n',
  });
  started = await sandbox.start(['--lambda'], { cwd: dir, env: { FROM_SHELL: 'shell', AWS_PROFILE: 'mine' } });
  await until('the watcher', () => /^watch: /m.test(started.stderr()));
});

const ask = async (path = '/') => send(started.url, { path });
const records = (message: string) => parseLines(started.stdout()).filter((record) => record.message === message);
const places = (message: string) => records(message).map(({ fields }) => fields.place);

test('the first request waits for an init, the next one finds it done', async () => {
  const first = await ask();
  expect((await ask()).text).toBe(first.text);
  await until('the reports', () => records('report').length === 2);
  expect(records('response').map(({ fields }) => fields.cold)).toEqual([true, false]);
  expect(records('report').map(({ fields }) => fields.init_duration !== undefined)).toEqual([true, false]);
});

test('a timer that a freeze stops is told of, and how long it stood', async () => {
  await ask('/timer');
  // The app may be frozen before it gets to say so, and then says it at the next thaw.
  await until('the report', async () => {
    if (places('timer pending at freeze').includes('app.mjs:12')) return true;
    await ask();
    return false;
  });
  await ask();
  await until('the thaw', () => /was frozen for \S+ \w+ with a timer pending \(app.mjs:12\)/.test(started.stdout()));
});

test('requests at once are served by environments of their own', async () => {
  await Promise.all(['/slow', '/slow', '/slow'].map(ask));
  const cold = () => records('response').filter(({ fields }) => fields.path === '/slow' && fields.cold).length;
  await until('two cold starts', () => cold() === 2);
});

test('the app has the variables of its files, AWS’s of the shell, and no others', async () => {
  expect(JSON.parse((await ask('/variables')).text)).toEqual([null, 'file', 'mine']);
});

test('an answer that Lambda would not take, and one that comes too late, are errors', async () => {
  expect((await ask('/large')).status).toBe(413);
  const large = () => records('response').filter(({ fields }) => fields.path === '/large');
  await until('the record', () => large().length === 1);
  expect(large()[0]?.fields.status).toBe(413);
  expect((await ask('/hang')).status).toBe(504);
});

test('an app that takes more memory than it has is ended, and it is said why', async () => {
  // Too late on a machine that needs longer for the memory than the request has.
  expect([502, 504]).toContain((await send(started.url, { path: '/memory', method: 'POST' })).status);
  const why = 'out of memory (lambda.memory: 256 MB): the largest process is ended';
  await until('the news', () => records(why).length === 1);
});

test('a WebSocket is refused, and it is said', async () => {
  const headers = [
    ['connection', 'Upgrade'],
    ['upgrade', 'websocket'],
  ] as const;
  expect((await send(started.url, { headers })).status).toBe(400);
  await until('the news', () => records('a WebSocket is refused, as by the front doors of Lambda').length === 1);
});

test.skipIf(findConfinement(process.cwd()).missing !== null)('only temporary files can be written', async () => {
  expect((await ask('/files')).text).toBe('EROFS written');
});

test('an edit is answered by a new environment', async () => {
  writeFileSync(join(dir, 'app.mjs'), app.replace('String(process.pid)', '"edited"'));
  await until('the edit', async () => (await ask()).text === 'edited');
});

test('nothing is left of it', async () => {
  expect((await started.end('SIGTERM')).code).toBe(143);
  expect(findProcesses(dir)).toEqual([]);
  const folder = join(dir, '.up', 'lambda');
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  expect(existsSync(join(dir, 'here.txt'))).toBe(false);
});
