/** `up metrics` of a real app after a load of known numbers, as a user sees it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { createSandbox, parseJson, parseLines } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
let dir: string;

const app = `
  require('node:http').createServer((req, res) => {
    res.statusCode = Number(req.url.slice(1)) || 200;
    res.end('x'.repeat(100));
  }).listen(process.env.PORT);`;

const up = (...words: string[]) => sandbox.up([...words, '--local'], { cwd: dir });
const metrics = async (...words: string[]) => parseJson((await up('metrics', '--json', '-S', '1h', ...words)).stdout);

beforeAll(async () => {
  await sandbox.platform();
  dir = sandbox.project('measured', { 'app.js': app });
  const url = parseJson((await up('staging', '--no-check', '--json')).stdout).url;
  for (const [path, count] of [
    ['', 20],
    ['404', 3],
    ['500', 2],
  ] as const)
    for (let n = 0; n < count; n++) await send(url, { path: `/${path}` });
});
afterAll(() => sandbox.close());

describe('up metrics', () => {
  test('counts exactly what was sent, and not the probe of the deploy', async () => {
    const found = await until('all to be logged', async () => {
      const { requests, invocations, ...rest } = await metrics();
      return requests >= 25 && invocations >= 26 ? { requests, invocations, ...rest } : undefined;
    });
    expect(found).toMatchObject({
      requests: 25,
      invocations: 26,
      errors: 2,
      errors_4xx: 3,
      transfer: 2_500,
      throttles: 0,
      cold: { requests: 0, starts: 1 },
      memory: { size: 512 },
      releases: [{ version: '1', requests: 25 }],
    });
    expect(found.latency.p50).toBeGreaterThan(0);
  });

  test('goes on with --watch until Ctrl-C, one object per line', async () => {
    const watching = sandbox.spawn(['metrics', '--local', '--watch', '--json'], { cwd: dir });
    await until('two looks', () => watching.stdout().split('\n').length > 2);
    const { code, stdout } = await watching.end('SIGINT');
    expect(code).toBe(130);
    expect(parseLines(stdout)[1]).toMatchObject({ requests: 25 });
  });

  test.each<[title: string, words: string[], code: number, message: RegExp]>([
    ['a stage that was not deployed', ['production'], 4, /has not been deployed to production/],
    ['what is no duration', ['-S', 'yesterday'], 2, /--since takes a duration/],
  ])('refuses %s', async (_title, words, code, message) => {
    const ran = await up('metrics', ...words);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toMatch(message);
  });
});
