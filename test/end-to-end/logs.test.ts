/** `up logs` of an app with a commit, in two stages. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { createSandbox, parseLines, type Running } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
let dir: string;
let commit: string;
const urls = { staging: '', production: '' };
/** One `up logs -f` for all: lines become visible a moment after the answer, and asking again and again costs. */
let following: Running;

const app = `
  const { createServer } = require('node:http');
  createServer((req, res) => {
    if (req.url.startsWith('/plain')) console.log('a plain line');
    if (req.url.startsWith('/json')) console.log(JSON.stringify({ level: 'warn', message: 'low stock', fields: { sku: 7 } }));
    if (req.url.startsWith('/stderr')) console.error('on stderr');
    if (req.url.startsWith('/escape')) console.log('\\u001b]0;red\\u0007');
    res.statusCode = req.url.startsWith('/missing') ? 404 : 200;
    res.end('four');
  }).listen(process.env.PORT);`;

beforeAll(async () => {
  await sandbox.platform();
  dir = sandbox.project('shop', { 'app.js': app });
  const git = (...words: string[]) => execFileSync('git', words, { cwd: dir, encoding: 'utf8' }).trim();
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', 'Open the shop');
  commit = git('rev-parse', '--short', 'HEAD');
  for (const stage of ['staging', 'production'] as const) {
    const { stdout, stderr, code } = await sandbox.up([stage, '--local'], { cwd: dir });
    if (code !== 0) throw new Error(stderr);
    urls[stage] = stdout.trim();
  }
  following = sandbox.spawn(['logs', '-f', '--local'], { cwd: dir });
});
afterAll(() => sandbox.close());

interface Record {
  readonly timestamp: string;
  readonly level: string;
  readonly message: string;
  readonly fields: { readonly [name: string]: unknown };
}

async function logs(...words: string[]): Promise<Record[]> {
  const { stdout, stderr, code } = await sandbox.up(['logs', '--local', ...words], { cwd: dir });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return parseLines(stdout);
}

function untilLogged(what: string, matches: (record: Record) => boolean): Promise<Record> {
  const whole = () => following.stdout().slice(0, following.stdout().lastIndexOf('\n') + 1);
  return until(what, () => parseLines(whole()).find(matches));
}

/** Asks for a path nobody else asks for and gives the response record of it. */
async function ask(path: string, base = urls.staging): Promise<Record> {
  await send(base, { path });
  const [target = '', query = ''] = path.split('?');
  return untilLogged(`the record of ${path}`, ({ fields }) => fields.path === target && fields.query === query);
}

describe('off a terminal', () => {
  test('each line is a record', async () => {
    await ask('/each-line');
    for (const record of await logs()) {
      expect(record).toEqual({
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: expect.stringMatching(/^(?:debug|info|warn|error|fatal)$/),
        message: expect.any(String),
        fields: expect.any(Object),
      });
    }
  });

  test.each([
    ['1h', 'nothing: of request abcdef in this time: -S 1d looks further back\n'],
    ['2d', 'nothing: of request abcdef in this time\n'],
  ])('a request that is not found since %s is looked for further back only where that is further', async (since, said) => {
    const { stderr } = await sandbox.up(['logs', '--local', '--request', 'abcdef', '-S', since], { cwd: dir });
    expect(stderr).toBe(said);
  });

  test('a request is one record with every field of the contract and no other', async () => {
    const { level, message, fields } = await ask('/pets/7?q=a%20b&x');
    expect({ level, message }).toEqual({ level: 'info', message: 'response' });
    expect(fields).toEqual({
      trace_id: expect.stringMatching(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      app: 'shop',
      stage: 'staging',
      version: '1',
      commit,
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: 'GET',
      path: '/pets/7',
      query: 'q=a%20b&x',
      ip: '127.0.0.1',
      status: 200,
      duration: expect.any(Number),
      size: 4,
      cold: expect.any(Boolean),
    });
    expect((await logs()).filter((record) => record.fields.path === '/pets/7')).toHaveLength(1);
  });

  test('the record of a 404 is a warning', async () => {
    expect(await ask('/missing')).toMatchObject({ level: 'warn', fields: { status: 404 } });
  });

  test('a line of the app says which release printed it', async () => {
    await send(urls.staging, { path: '/plain' });
    const record = await untilLogged('the plain line', ({ message }) => message === 'a plain line');
    expect(record).toMatchObject({ level: 'info', fields: { app: 'shop', stage: 'staging', version: '1', commit } });
  });

  test('a line of the app on stderr is an error', async () => {
    await send(urls.staging, { path: '/stderr' });
    const record = await untilLogged('the line on stderr', ({ message }) => message === 'on stderr');
    expect(record.level).toBe('error');
  });

  test('a record of the app keeps its level and fields', async () => {
    await send(urls.staging, { path: '/json' });
    const record = await untilLogged('the record', ({ message }) => message === 'low stock');
    expect(record).toMatchObject({ level: 'warn', fields: { sku: 7, stage: 'staging' } });
  });

  test('control characters arrive escaped', async () => {
    await send(urls.staging, { path: '/escape' });
    await untilLogged('the escape', ({ message }) => message === '\u001b]0;red\u0007');
    expect(following.stdout()).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test('--json says the same', async () => {
    const plain = await logs();
    expect((await logs('--json')).slice(0, plain.length)).toEqual(plain);
  });
});

describe('-s', () => {
  test('shows one stage only', async () => {
    await send(urls.production, { path: '/in-production' });
    await send(urls.staging, { path: '/in-staging' });
    await untilLogged('staging', ({ fields }) => fields.path === '/in-staging');
    await untilLogged('production', ({ fields }) => fields.path === '/in-production');
    const records = await logs('-s', 'production');
    expect(records.map(({ fields }) => fields.path)).toContain('/in-production');
    expect(new Set(records.map(({ fields }) => fields.stage))).toEqual(new Set(['production']));
  });
});

describe('-S', () => {
  test('leaves out what is older', async () => {
    await ask('/old');
    expect(await logs('-S', '1ms')).toEqual([]);
    expect((await logs('-S', '90m')).map(({ fields }) => fields.path)).toContain('/old');
  });

  test.each(['yesterday', '10', '-1h', ''])('refuses "%s"', async (since) => {
    const { code, stdout, stderr } = await sandbox.up(['logs', '--local', `--since=${since}`], { cwd: dir });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('UP_USAGE');
  });
});

describe('-f', () => {
  test('shows a new line within 3 s', async () => {
    const asked = Date.now();
    await ask('/after');
    expect(Date.now() - asked).toBeLessThan(3_000);
  });

  test('ends on SIGINT with 130, without a word; no line has come twice', async () => {
    const { code, stdout, stderr } = await following.end('SIGINT');
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(new Set(lines).size).toBe(lines.length);
    following = sandbox.spawn(['logs', '-f', '--local'], { cwd: dir });
  });

  test('ends quietly when its reader has seen enough', async () => {
    await ask('/first');
    const piped = sandbox.shell('up logs -f --local | head -n 1', { cwd: dir });
    await until('the first line', () => piped.stdout().includes('\n'));
    await send(urls.staging, { path: '/second' });
    const { code, stdout, stderr } = await piped.ended;
    expect({ code, stderr, lines: parseLines(stdout).length }).toEqual({ code: 0, stderr: '', lines: 1 });
  });
});

test('an app that was never deployed has no logs: 4', async () => {
  const stranger = sandbox.project('stranger', { 'app.js': app });
  const { code, stdout, stderr } = await sandbox.up(['logs', '--local'], { cwd: stranger });
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(stderr).toContain('UP_NOT_DEPLOYED');
});
