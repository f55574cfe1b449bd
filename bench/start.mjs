/**
 * What `up start` costs a request, and what all of Lambda between costs on top of it: the same app asked by itself, behind
 * `up start`, and behind `up start --lambda`, in turns, on a connection that stays open: the first two one request after the
 * other, the last two with a moment before each, so that it finds the function frozen, and its thaw is in its time.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, freePort, start } from '../scripts/checks/processes.mjs';
import { requireBuild, root } from '../scripts/checks/project.mjs';
import { measureTurns, ratioOf } from './pairs.mjs';

export const claims = [
  {
    name: 'start.plain',
    goal: 1,
    to: 'the bare app, + 0.5 ms',
    ratio: ({ bare, plain }) => ratioOf(plain, bare, { plus: 0.5 }),
  },
  {
    name: 'start.lambda',
    goal: 1,
    to: 'up start, + 2 ms',
    ratio: ({ rested, lambda }) => ratioOf(lambda, rested, { plus: 2 }),
  },
];

const app = `
import { createServer } from 'node:http';
const body = JSON.stringify({ pets: ['Ada', 'Bob'] });
createServer((req, res) => {
  res.setHeader('content-type', 'application/json');
  res.end(body);
}).listen(process.env.PORT);
`;

export async function measure() {
  await requireBuild();
  const dir = mkdtempSync(join(tmpdir(), 'up-bench-'));
  writeFileSync(join(dir, 'app.mjs'), app);
  const up = [join(root, 'dist', 'cli', 'main.js'), 'start', '-C', dir, '--no-watch', '--port'];
  const started = [];
  const begin = async (args) => {
    const port = await freePort();
    const env = { ...process.env, PORT: String(port) };
    started.push(start(process.execPath, args(String(port)), { env }));
    await eventually('an answer', () => asker(port)().catch(() => null), 20);
    return port;
  };
  try {
    const bare = await begin(() => [join(dir, 'app.mjs')]);
    const plain = await begin((port) => [...up, port]);
    const lambda = await begin((port) => [...up, port, '--lambda']);
    return await measureTurns(
      { bare: asker(bare), plain: asker(plain), rested: rested(asker(plain)), lambda: rested(asker(lambda)) },
      { turns: 150, batch: 20, warm: 100, seconds: 60 },
    );
  } finally {
    for (const { child } of started) child.kill('SIGTERM');
    await Promise.all(started.map(({ exited }) => exited));
    rmSync(dir, { recursive: true, force: true });
  }
}

/** By then what was asked before has been answered, logged and frozen. */
const pauseMs = 8;

function rested(call) {
  return async () => {
    await sleep(pauseMs);
    return call();
  };
}

/** Milliseconds until the whole answer is there. */
function asker(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return () =>
    new Promise((resolve, reject) => {
      const started = performance.now();
      const req = get({ host: '127.0.0.1', port, path: '/pets', agent }, (res) => {
        res.resume().once('end', () => {
          if (res.statusCode === 200) resolve(performance.now() - started);
          else reject(new Error(`answered with ${res.statusCode}`));
        });
      });
      req.once('error', reject);
    });
}
