/**
 * Variables and secrets of a deployed app: set, deployed, applied, and brought back by an older version. One secret is
 * planted, and found nowhere but where it belongs. scripts/checks/env.mjs tells the longer story.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, send } from '../support/http.ts';
import { isRead, type Recorder, startRecorder } from '../support/recorder.ts';
import { awsEnv, createSandbox, type Ran, writeFiles } from '../support/sandbox.ts';

const planted = 'sk_live_4eC39HqLyjWDarjtT1';
const sandbox = createSandbox();
let recorder: Recorder;
let platform: string;

interface Chapter {
  readonly ran: Ran;
  readonly writes: readonly string[];
  /** What the app's URL answers afterwards: its variables. */
  readonly answer: Answer;
}

const story: Record<'deployed' | 'applied' | 'large' | 'back', Chapter> = Object.create(null);
let piped: Ran;
let listed: Ran;
let refused: Ran;

const app = `
  const { createServer } = require('node:http');
  const named = Object.entries(process.env).filter(([name]) => /^(API_KEY|COLOUR|SIZE|BIG|UP_PARAMETERS)$/.test(name));
  const body = JSON.stringify(Object.fromEntries(named.map(([name, value]) => [name, value.slice(0, 30)])));
  createServer((req, res) => res.end(body)).listen(process.env.PORT);`;

beforeAll(async () => {
  platform = (await sandbox.platform()).url;
  recorder = await startRecorder(platform);
  const dir = sandbox.project('shop', {
    'app.js': app,
    'up.json': '{"name": "shop", "environment": {"COLOUR": "red", "SIZE": "small"}}',
    'secret.txt': `${planted}\n`,
    '.upignore': 'secret.txt\n',
  });
  const options = { cwd: dir, env: awsEnv(recorder.url) };
  let url = '';
  const chapter = async (...words: string[]): Promise<Chapter> => {
    recorder.take();
    const ran = await sandbox.up(words, options);
    if (ran.code !== 0) throw new Error(ran.stderr);
    url ||= ran.stdout.trim();
    const writes = recorder.take().filter((call) => !isRead(call));
    return { ran, writes, answer: await send(url) };
  };
  piped = await sandbox.shell('up env set API_KEY < secret.txt', options).ended;
  await sandbox.up(['env', 'set', 'COLOUR=blue', 'SIZE=large', '--plain', '--all'], options);
  refused = await sandbox.up(['env', 'set', 'API_KEY', `--${planted}`, '-v'], options);
  listed = await sandbox.up(['env'], options);
  story.deployed = await chapter();
  story.applied = await chapter('env', 'set', 'SIZE=huge', '--plain', '--apply');
  writeFiles(dir, { 'big.env': `BIG="${planted} ${'x'.repeat(4000)}"\n` });
  story.large = await chapter('env', 'push', 'big.env', '--apply');
  story.back = await chapter('rollback');
});
afterAll(async () => {
  recorder.close();
  await sandbox.close();
});

test('a secret comes from a pipe, and it is said how it takes effect', () => {
  expect(piped).toMatchObject({ code: 0, stdout: '' });
  expect(piped.stderr).toMatch(/^set: API_KEY \(secret\) \(\d+\.\ds\)$/m);
  expect(piped.stderr).toContain('takes effect: with the next deploy, or now: up env apply');
});

test('variables are listed without their values', () => {
  expect(listed.stdout.replaceAll(/ +\d+ s/g, '  N s')).toMatchInlineSnapshot(`
    "NAME     KIND    STAGE    VERSION  AGE
    COLOUR   plain   all      1  N s
    SIZE     plain   all      1  N s
    API_KEY  secret  staging  1  N s
    "
  `);
});

test('a deploy takes them along, over those of up.json', () => {
  expect(JSON.parse(story.deployed.answer.text)).toEqual({ API_KEY: planted, COLOUR: 'blue', SIZE: 'large' });
});

test('a change is live at once with --apply: the very code, a new version, proved before it is live', () => {
  expect(story.applied.ran.stderr).toContain('staging is v2');
  expect(story.applied.writes).toEqual([
    'TagResource',
    'PutParameter',
    'TagResource',
    'UpdateFunctionConfiguration',
    'PublishVersion',
    'Invoke',
    'UpdateAlias',
  ]);
  expect(JSON.parse(story.applied.answer.text)).toMatchObject({ SIZE: 'huge' });
});

test('what Lambda has no room for is read before the app starts', () => {
  expect(story.large.writes).toContain('PutRolePolicy');
  expect(JSON.parse(story.large.answer.text)).toEqual({
    API_KEY: planted,
    BIG: `${planted} xxx`,
    COLOUR: 'blue',
    SIZE: 'huge',
  });
});

test('an older version has the values it was published with', () => {
  expect(story.back.answer.text).toBe(story.applied.answer.text);
});

test('the planted secret is not repeated by an error', () => {
  expect(refused.code).toBe(2);
  expect(refused.stdout + refused.stderr).not.toContain('sk_live');
});

test('the planted secret is in nothing that was said, no log, no package and no temporary file', () => {
  const runs = [piped, listed, ...Object.values(story).map(({ ran }) => ran)];
  expect(runs.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(planted);
  const kept = ['tmp', 'home', 'state/logs', 'state/code'].flatMap((name) => filesOf(join(sandbox.root, name)));
  expect(kept.length).toBeGreaterThan(1);
  expect(kept.filter((file) => readFileSync(file).includes(planted))).toEqual([]);
});

function filesOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('what is rolled back while variables are applied stays rolled back', async () => {
  const code = (text: string) => ({ 'app.js': app.replace('JSON.stringify(', `'${text} ' + JSON.stringify(`) });
  const dir = sandbox.project('races', { ...code('first'), 'up.json': '{"name": "races"}' });
  const direct = { cwd: dir, env: awsEnv(platform) };
  await sandbox.up([], direct);
  writeFiles(dir, code('second'));
  const live = (await sandbox.up([], direct)).stdout.trim();
  let looks = 0;
  const between = await startRecorder(platform, async (operation) => {
    // Between the look at the code that is live and the one at the rest of the world.
    if (operation === 'GetAlias' && ++looks === 2) await sandbox.up(['rollback'], direct);
  });
  const applied = await sandbox.up(['env', 'set', 'SIZE=huge', '--plain', '--apply'], {
    ...direct,
    env: awsEnv(between.url),
  });
  between.close();
  expect(applied, applied.stderr).toMatchObject({ code: 5, stdout: '' });
  expect(applied.stderr).toContain('Somebody else is changing "races"');
  expect((await send(live)).text).toMatch(/^first /);
});
