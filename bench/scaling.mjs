/**
 * The model of docs/scaling.md against what it describes: a simulation that counts event by event, and the local platform
 * with real environments, real cold starts and requests that come at random.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment } from '../scripts/checks/processes.mjs';
import { requireBuild, root, upResult } from '../scripts/checks/project.mjs';
import { importTypeScript } from '../scripts/typescript.mjs';
import { coldShare } from './scaling/model.mjs';
import { exponential, simulate } from './scaling/simulation.mjs';

export const claims = [
  {
    name: 'scaling.simulated',
    goal: 1.25,
    to: 'the share of cold starts in a simulation, the farthest of all loads',
    ratio: ({ simulated }) => Math.max(...(simulated ?? [Number.NaN])),
  },
  {
    name: 'scaling.platform',
    goal: 1.5,
    to: 'the same on the local platform',
    ratio: ({ platform }) => platform,
  },
];

/** Up to rates at which a cold start is still seen often enough to be counted. */
const traffics = [
  { rate: 0.01, duration: 0.05, keepAlive: 300 },
  { rate: 0.1, duration: 0.05, keepAlive: 300 },
  { rate: 1, duration: 0.05, keepAlive: 300 },
  { rate: 1, duration: 1, keepAlive: 300 },
  { rate: 10, duration: 0.2, keepAlive: 300 },
  { rate: 3, duration: 0.2, keepAlive: 5 },
  { rate: 20, duration: 0.2, keepAlive: 5 },
];
const simulatedRequests = 1_000_000;

/** On the platform: seconds, and how long it goes on. It looks for idle environments once in `keep` seconds. */
const real = { rate: 12, duration: 0.25, keep: 1, seconds: 90 };

export async function measure(note) {
  const simulated = traffics.flatMap((traffic, seed) => {
    const alike = [traffic, { ...traffic, serve: exponential(traffic.duration) }];
    return alike.map((one) => apart(simulate(one, simulatedRequests, seed + 1).cold, coldShare(traffic)));
  });
  return { simulated, platform: await onPlatform(note) };
}

/** How many times larger the larger one is. */
function apart(one, other) {
  return Math.max(one / other, other / one);
}

async function onPlatform(note) {
  await requireBuild();
  const dir = mkdtempSync(join(tmpdir(), 'up-bench-'));
  const app = join(dir, 'app');
  mkdirSync(app);
  const { openPlatform } = await importTypeScript(join(root, 'local', 'platform.ts'));
  const nodeRuntime = join(root, 'dist', 'cli', 'node-runtime.js');
  const platform = await openPlatform({ dir: join(dir, 'local'), port: 0, nodeRuntime, idleLimit: real.keep * 1000 });
  try {
    const url = await deploy(app, platform.endpoint.url);
    const { answers, started } = await sendAtRandom(url);
    const measured = started / answers;
    const expected = coldShare({ ...real, keepAlive: real.keep * 1.5 });
    note(`${answers} requests, ${started} cold (${percent(measured)}); the model says ${percent(expected)}`);
    return apart(measured, expected);
  } finally {
    await platform.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function deploy(app, endpoint) {
  const handler = `(_, res) => setTimeout(() => res.end(String(process.pid)), ${real.duration * 1000})`;
  writeFileSync(join(app, 'app.js'), `require('node:http').createServer(${handler}).listen(process.env.PORT)`);
  writeFileSync(join(app, 'up.json'), '{"name": "scaling"}');
  const env = {
    ...cleanEnvironment(),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
  };
  return await upResult(['--no-check', '-C', app], { env });
}

/** Each process that answers is one that was started: what came in the first seconds is not counted. */
async function sendAtRandom(url) {
  const known = new Set();
  let [answers, started] = [0, 0];
  const settled = performance.now() + real.keep * 4_000;
  const end = settled + real.seconds * 1000;
  const running = [];
  for (let due = performance.now(); due < end; due += (-Math.log(1 - Math.random()) / real.rate) * 1000) {
    await sleep(Math.max(0, due - performance.now()));
    const counts = due > settled;
    running.push(
      fetch(url)
        .then((answer) => answer.text())
        .then((pid) => {
          if (counts) answers++;
          if (counts && !known.has(pid)) started++;
          known.add(pid);
        }),
    );
  }
  await Promise.all(running);
  return { answers, started };
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}
