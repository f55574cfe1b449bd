/** Work after the answer and warm pings, on the local platform: environments freeze, clients have their answers at once. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { createSandbox, type Endpoint } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
let platform: Endpoint;
beforeAll(async () => {
  platform = await sandbox.platform();
});
afterAll(() => sandbox.close());

/** What `import { waitUntil } from 'up/runtime'` comes down to. */
const app = (notes: string) => `
  import { appendFileSync } from 'node:fs';
  import { createServer } from 'node:http';
  import { setTimeout as sleep } from 'node:timers/promises';
  const waitUntil = (promise) => globalThis[Symbol.for('up.waitUntil')]?.(promise);
  const work = async (name) => {
    await sleep(700);
    appendFileSync(${JSON.stringify(notes)}, name + '\\n');
  };
  createServer((req, res) => {
    if (req.url === '/hand-over') waitUntil(work('handed over'));
    if (req.url === '/lost') void work('lost');
    if (req.url === '/ask') { res.setHeader('x-up-wait-until', '2'); void work('asked'); }
    res.end('answered');
  }).listen(process.env.PORT);`;

async function deploy(name: string, config: object) {
  const notes = join(sandbox.root, `${name}.txt`);
  const dir = sandbox.project(name, { 'app.mjs': app(notes), 'up.json': JSON.stringify(config) });
  const { stdout, stderr, code } = await sandbox.up(['--local'], { cwd: dir });
  if (code !== 0) throw new Error(stderr);
  const url = stdout.trim();
  await send(url, { path: '/' });
  return { dir, url, notes: () => (existsSync(notes) ? readFileSync(notes, 'utf8') : '') };
}

describe.each([
  ['our own loop', 'own', {}],
  ['AWS’s client', 'aws', { lambda: { runtime_client: 'aws' } }],
])('under %s', (_title, name, config) => {
  let deployed: Awaited<ReturnType<typeof deploy>>;
  beforeAll(async () => {
    deployed = await deploy(`works-${name}`, config);
  });

  test.each([
    ['a promise handed to waitUntil', '/hand-over', 'handed over\n'],
    ['the seconds of x-up-wait-until', '/ask', 'asked\n'],
  ])('%s: the client has its answer before the work ends, and its effect is on disk', async (_what, path, effect) => {
    const { url, notes } = deployed;
    const { text, headers } = await send(url, { path });
    expect(text).toBe('answered');
    expect(headers.map(([field]) => field.toLowerCase())).not.toContain('x-up-wait-until');
    expect(notes()).not.toContain(effect);
    await until('the effect', () => notes().includes(effect));
  });

  test('what nobody waits for is frozen, and the log says where', async () => {
    const { url, dir, notes } = deployed;
    await send(url, { path: '/lost' });
    // The app may be frozen before it gets to say so, and then says it at the next thaw.
    await send(url, { path: '/' });
    await until('the warning', async () => {
      const { stdout } = await sandbox.up(['logs', '--local'], { cwd: dir });
      return /timer pending at freeze.*app\.mjs:7/.test(stdout);
    });
    expect(notes()).not.toContain('lost');
  });
});

test('a ping with a count warms so many environments, and logs what came of it', async () => {
  const { dir } = await deploy('warm', {});
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const lambda = new LambdaClient({ endpoint: platform.url, region: 'us-east-1', credentials });
  const ping = async (count: number) => {
    const Payload = Buffer.from(JSON.stringify({ up: { ping: { count } } }));
    const answer = await lambda.send(new InvokeCommand({ FunctionName: 'warm', Qualifier: 'staging', Payload }));
    return JSON.parse(Buffer.from(answer.Payload ?? []).toString());
  };
  expect(await ping(3)).toMatchObject({ count: 3, answered: 3, cold: 2 });
  expect(await ping(3)).toMatchObject({ count: 3, answered: 3, cold: 0 });
  await until('the record', async () => {
    const { stdout } = await sandbox.up(['logs', '--local'], { cwd: dir });
    return /"message":"warm".*"answered":3/.test(stdout);
  });
  lambda.destroy();
});
